//! The ticker: opens and ends events when their time has come, and gives up jobs whose worker is gone.

use crate::domain::job::{Job, Outcome};
use crate::ops::{current, job_state};
use crate::state::AppState;
use crate::store;
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

/// Real time between two looks; what is due is measured by the fleet's clock.
const PAUSE: Duration = Duration::from_millis(250);
/// So many looks are about an hour: then old idempotency keys are forgotten.
const LOOKS_TO_SWEEP: u32 = 14_400;
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);
/// More wait for the next look, so that one look is never long.
const BATCH: i64 = 100;

/// Looks until shutdown. Several processes may do so at once: a row lock lets one of them take each step.
pub async fn tick(state: AppState) {
    let mut pause = PAUSE;
    let mut looks: u32 = 0;
    loop {
        tokio::select! {
            () = state.shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        looks = looks.wrapping_add(1);
        let looked = look(&state).await;
        let swept = if looks.is_multiple_of(LOOKS_TO_SWEEP) {
            sweep(&state.db).await
        } else {
            Ok(())
        };
        pause = match looked.and(swept) {
            Ok(()) => PAUSE,
            Err(error) => {
                tracing::warn!(error = %error, "the ticker could not look");
                PAUSE_AFTER_FAILURE
            }
        };
    }
}

/// One event or job that cannot be moved does not hold up the others.
async fn look(state: &AppState) -> sqlx::Result<()> {
    let now = state.now();
    let mut last = Ok(());
    for id in store::events::list_due(&state.db, now, None, BATCH).await? {
        last = advance_if_free(&state.db, id, now).await.and(last);
    }
    let oldest = Job::oldest_start(now);
    for id in store::jobs::list_stuck_jobs(&state.db, oldest, BATCH).await? {
        last = give_up_job(state, id, now).await.and(last);
    }
    last
}

async fn sweep(db: &PgPool) -> sqlx::Result<()> {
    let mut connection = db.acquire().await?;
    janchi_db::idempotency::forget_old(&mut connection).await?;
    Ok(())
}

/// Whoever holds the event brings it up to now as well.
async fn advance_if_free(db: &PgPool, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    if let Some(event) = store::events::try_lock_event(&mut tx, id).await? {
        current::advance(&mut tx, event, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Brings all events of an owner up to now, before they are listed.
///
/// # Errors
/// A statement fails.
pub async fn bring_up_all(db: &PgPool, owner_id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    for id in store::events::list_due(db, now, Some(owner_id), BATCH).await? {
        let mut tx = db.begin().await?;
        current::lock(&mut tx, id, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn give_up_job(state: &AppState, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    let mut tx = state.db.begin().await?;
    let Some(mut job) = store::jobs::lock_job(&mut tx, id).await? else {
        return Ok(());
    };
    if job.finish(Outcome::timed_out(), now) {
        store::jobs::update_job(&mut *tx, &job).await?;
        tx.commit().await?;
        job_state::announce(&state.cache, &job).await;
        tracing::warn!(job.id = %id, "job timed out");
    }
    Ok(())
}
