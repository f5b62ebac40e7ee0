//! Compensation: what is up comes down, what waits is cancelled.

use crate::domain::decision::{self, Moment};
use crate::domain::task::Work;
use crate::ops::open_run::OpenRun;
use crate::state::AppState;
use crate::store;
use chrono::Utc;
use janchi_contracts::distribution::ChannelStatus;
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
            decision::recall(&mut open.tasks[index], moment);
            if open.tasks[index] != before && !open.save(index, &before, "owner").await? {
                // Taken up by a worker this very moment: likewise.
                open.tasks[index] = before;
            }
        }
        open.close().await?;
    }
    Ok(())
}

/// After a run without success: whatever may nevertheless be up is looked for and taken down.
pub async fn clean_up_failed(
    state: &AppState,
    tx: &mut PgConnection,
    event_id: Uuid,
) -> sqlx::Result<()> {
    let now = state.clock.now();
    let Some(latest) = store::distributions::find_latest(&mut *tx, event_id).await? else {
        return Ok(());
    };
    let Some(mut open) = OpenRun::open(tx, &state.config.public_base_url, latest.id, now).await?
    else {
        return Ok(());
    };
    for index in 0..open.tasks.len() {
        let before = open.tasks[index].clone();
        if before.status == ChannelStatus::Unknown && !before.is_held(Utc::now()) {
            open.tasks[index].polls = 0;
            open.tasks[index].due = Some((Work::TakeDown, Utc::now()));
            if !open.save(index, &before, "runner").await? {
                open.tasks[index] = before;
            }
        }
    }
    open.close().await
}
