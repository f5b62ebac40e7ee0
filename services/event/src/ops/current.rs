//! Events as they are now: whatever the clock has made due is done first, so that whoever reads ONGOING can enter.

use crate::domain::event::Event;
use crate::domain::history::{self, Actor};
use crate::domain::lifecycle::Move;
use crate::error::Error;
use crate::state::AppState;
use crate::store;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// Writes a changed event with its next version and its history.
///
/// # Errors
/// A statement fails.
pub async fn record(
    tx: &mut PgConnection,
    before: &Event,
    after: &mut Event,
    actor: Actor,
    action: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    after.version = before.version + 1;
    after.updated_at = now;
    store::events::update_event(&mut *tx, before, after).await?;
    let changes = history::changes(before, after);
    store::history::insert_entry(tx, after.id, after.version, actor, action, changes, now).await
}

/// [`record`]s a change of status and tells the fleet.
///
/// # Errors
/// A statement fails.
pub async fn record_move(
    tx: &mut PgConnection,
    before: &Event,
    after: &mut Event,
    actor: Actor,
    step: Move,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    record(&mut *tx, before, after, actor, step.action(), now).await?;
    janchi_queue::send_event(tx, &step.message(after)).await?;
    Ok(())
}

/// Takes every step that is due. The caller holds the event: each step is taken, and told, exactly once.
///
/// # Errors
/// A statement fails.
pub async fn advance(
    tx: &mut PgConnection,
    mut event: Event,
    now: DateTime<Utc>,
) -> sqlx::Result<Event> {
    loop {
        let before = event.clone();
        let Some(step) = event.take_due_step(now) else {
            return Ok(event);
        };
        record_move(&mut *tx, &before, &mut event, Actor::Clock, step, now).await?;
        tracing::info!(event.id = %event.id, action = step.action(), "event moved by the clock");
    }
}

/// Holds an event and brings it up to now.
///
/// # Errors
/// A statement fails.
pub async fn lock(
    tx: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Event>> {
    match store::events::lock_event(&mut *tx, id).await? {
        Some(event) => Ok(Some(advance(tx, event, now).await?)),
        None => Ok(None),
    }
}

/// Like [`lock`], for its owner alone.
///
/// # Errors
/// Unknown or somebody else's; a statement fails.
pub async fn lock_owned(
    tx: &mut PgConnection,
    id: Uuid,
    owner_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Event, Error> {
    // Looked at before it is held: nobody holds up somebody else's event.
    let known = store::events::find_event(&mut *tx, id).await?;
    if known.is_none_or(|event| event.owner_id != owner_id) {
        return Err(Error::NotFound);
    }
    lock(tx, id, now).await?.ok_or(Error::NotFound)
}

/// The event brought up to now; only one that is due costs a transaction.
///
/// # Errors
/// A statement fails.
pub async fn bring_up(
    db: &PgPool,
    event: Event,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Event>> {
    if event.due(now).is_none() {
        return Ok(Some(event));
    }
    let mut tx = db.begin().await?;
    let event = lock(&mut tx, event.id, now).await?;
    tx.commit().await?;
    Ok(event)
}

/// An owner's event as it is now.
///
/// # Errors
/// Unknown or somebody else's; a statement fails.
pub async fn find_owned(state: &AppState, id: Uuid, owner_id: Uuid) -> Result<Event, Error> {
    let event = store::events::find_event(&state.db, id)
        .await?
        .ok_or(Error::NotFound)?;
    if event.owner_id != owner_id {
        return Err(Error::NotFound);
    }
    bring_up(&state.db, event, state.now())
        .await?
        .ok_or(Error::NotFound)
}
