//! Compensation: what is up comes down, what waits is cancelled.

use crate::domain::decision::Moment;
use crate::domain::removal;
use crate::ops::open_run::OpenRun;
use crate::state::AppState;
use crate::store;
use chrono::Utc;
use sqlx::PgConnection;
use uuid::Uuid;

/// Calls back every standing run of the event before run number `before`.
pub async fn recall_runs(
    state: &AppState,
    tx: &mut PgConnection,
    event_id: Uuid,
    before: i32,
) -> sqlx::Result<()> {
    let now = state.clock.now();
    for id in store::distributions::list_standing(tx, event_id, before).await? {
        let base = &state.config.public_base_url;
        let Some(mut open) = OpenRun::open(tx, base, id, now).await? else {
            continue;
        };
        open.run.recalled_at = Some(now);
        // A failed run may have been told to be taken down before its owner brought it up again.
        open.run.recall_told_at = None;
        let moment = Moment {
            real: Utc::now(),
            now,
            spread: 0.5,
            recalled: true,
        };
        for index in 0..open.tasks.len() {
            let before = open.tasks[index].clone();
            // Somebody at work on it finishes first: its end is called back then.
            if before.is_held(moment.real) {
                continue;
            }
            removal::recall(&mut open.tasks[index], moment);
            if open.tasks[index] != before && !open.save(index, &before, "owner").await? {
                // Taken up by a worker this very moment: likewise.
                open.tasks[index] = before;
            }
        }
        open.close().await?;
    }
    Ok(())
}

/// After a run without success, once its event is known to have failed: whatever may nevertheless be up is looked for
/// and taken down. [`OpenRun::close`] does it, here and whenever a failed run changes later.
pub async fn clean_up_failed(
    state: &AppState,
    tx: &mut PgConnection,
    event_id: Uuid,
) -> sqlx::Result<()> {
    let now = state.clock.now();
    let Some(latest) = store::distributions::find_latest(&mut *tx, event_id).await? else {
        return Ok(());
    };
    match OpenRun::open(tx, &state.config.public_base_url, latest.id, now).await? {
        Some(open) => open.close().await,
        None => Ok(()),
    }
}
