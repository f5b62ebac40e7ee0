//! Approving, ending and cancelling: the owner's changes of status, each one transaction.

use crate::domain::event::Event;
use crate::domain::history::Actor;
use crate::domain::lifecycle::{Move, NotAllowed};
use crate::error::Error;
use crate::ops::current;
use crate::state::AppState;
use crate::store::erasure::approval_scope;
use crate::store::saga::{self, StepState};
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::PublishEvent;
use janchi_contracts::event::EventStatus;
use janchi_db::idempotency::{self, Claim};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// Approves an event: distribution starts. The same key has one effect.
///
/// # Errors
/// Something is missing, the period is over, it was approved before; unknown or somebody else's; a statement fails.
pub async fn approve(
    state: &AppState,
    id: Uuid,
    owner_id: Uuid,
    key: Option<&str>,
) -> Result<Event, Error> {
    let now = state.now();
    let mut tx = state.db.begin().await?;
    let before = current::lock_owned(&mut tx, id, owner_id, now).await?;
    let scope = approval_scope(owner_id);
    if let Some(key) = key {
        let fingerprint = janchi_crypto::sha256(format!("approve {id}").as_bytes());
        match idempotency::claim(&mut tx, &scope, key, &fingerprint).await? {
            Claim::Fresh => {}
            Claim::Replay { .. } => return Ok(before),
            Claim::Reused => return Err(Error::IdempotencyKeyReused),
        }
    }
    check_ready(&before, now)?;
    let mut after = before.clone();
    let step = after
        .approve(now)
        .map_err(|NotAllowed| Error::AlreadyApproved)?;
    current::record_move(&mut tx, &before, &mut after, Actor::Owner, step, now).await?;
    begin_distribution(&mut tx, &after, now).await?;
    audit(&mut tx, owner_id, step, &after).await?;
    if let Some(key) = key {
        idempotency::complete(&mut tx, &scope, key, 202, &json!({ "eventId": id })).await?;
    }
    tx.commit().await?;
    Ok(after)
}

fn check_ready(event: &Event, now: DateTime<Utc>) -> Result<(), Error> {
    match event.status {
        EventStatus::Draft | EventStatus::PublishFailed => {}
        EventStatus::Cancelled => return Err(Error::EventCancelled),
        _ => return Err(Error::AlreadyApproved),
    }
    let missing = event.missing_steps();
    if !missing.is_empty() {
        return Err(Error::NotReady {
            missing,
            faults: event.missing_fields(),
        });
    }
    match event.wrong_period(now) {
        Some(fault) => Err(fault.into()),
        None => Ok(()),
    }
}

/// The step is written before it is taken; the command leaves with the same commit.
async fn begin_distribution(
    tx: &mut PgConnection,
    event: &Event,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let channels: Vec<_> = event.channels.iter().map(|choice| choice.channel).collect();
    let detail = json!({ "channels": channels });
    saga::record_step(
        &mut *tx,
        event.id,
        event.run,
        saga::DISTRIBUTE,
        StepState::Pending,
        detail,
        now,
    )
    .await?;
    order(tx, event).await
}

/// Orders the event's run. Distribution begins a run once, however often it is ordered.
///
/// # Errors
/// The statement fails.
pub async fn order(tx: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
    let command = PublishEvent {
        run: event.run,
        event: event.snapshot(),
    };
    janchi_queue::send_job(tx, &command, 0).await?;
    Ok(())
}

async fn audit(
    tx: &mut PgConnection,
    owner_id: Uuid,
    step: Move,
    event: &Event,
) -> sqlx::Result<()> {
    let detail = json!({ "version": event.version, "run": event.run });
    janchi_db::audit::record(
        tx,
        &owner_id.to_string(),
        step.action(),
        &event.id.to_string(),
        detail,
    )
    .await
}

/// Closes an ongoing event now; the rule stays beside the real closing.
///
/// # Errors
/// It is not ongoing; unknown or somebody else's; a statement fails.
pub async fn end(state: &AppState, id: Uuid, owner_id: Uuid) -> Result<Event, Error> {
    let now = state.now();
    let mut tx = state.db.begin().await?;
    let before = current::lock_owned(&mut tx, id, owner_id, now).await?;
    let mut after = before.clone();
    let step = after.end_now(now).map_err(|NotAllowed| Error::NotOngoing)?;
    current::record_move(&mut tx, &before, &mut after, Actor::Owner, step, now).await?;
    audit(&mut tx, owner_id, step, &after).await?;
    tx.commit().await?;
    Ok(after)
}

/// Takes an approved event down; distribution compensates when it hears of it.
///
/// # Errors
/// It was not approved or is over; unknown or somebody else's; a statement fails.
pub async fn cancel(state: &AppState, id: Uuid, owner_id: Uuid) -> Result<Event, Error> {
    let now = state.now();
    let mut tx = state.db.begin().await?;
    let before = current::lock_owned(&mut tx, id, owner_id, now).await?;
    let mut after = before.clone();
    let step = after
        .cancel(now)
        .map_err(|NotAllowed| Error::NotCancellable)?;
    let detail = json!({ "because": "CANCELLED" });
    saga::record_step(
        &mut *tx,
        id,
        after.run,
        saga::TAKE_DOWN,
        StepState::Pending,
        detail,
        now,
    )
    .await?;
    current::record_move(&mut tx, &before, &mut after, Actor::Owner, step, now).await?;
    audit(&mut tx, owner_id, step, &after).await?;
    tx.commit().await?;
    Ok(after)
}
