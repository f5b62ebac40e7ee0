//! Events that wait for news of distribution which does not come: its message lies among the dead letters, or one of the
//! two databases was restored. Distribution is asked, and things go on exactly as the message would have made them.

use crate::domain::overdue::Remedy;
use crate::ops::{approval, current, publishing};
use crate::state::AppState;
use crate::store::saga::{self, Patience, Waiting};
use anyhow::Context;
use janchi_runtime::request_id;
use std::time::Duration;

/// A run settles within a minute, and a message that failed is tried again for ten seconds: after three minutes it is
/// not the platforms that are waited for. An event that really takes longer is asked after and waits on, ever more
/// rarely, but at least once an hour.
const PATIENCE: Patience = Patience {
    first: Duration::from_secs(180),
    longest: Duration::from_secs(3600),
};
/// Real time between two looks; how long an event waits is measured by the fleet's clock.
const PAUSE: Duration = Duration::from_secs(2);
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(10);
/// More wait for the next look.
const BATCH: i64 = 20;

/// Looks until shutdown. Several processes may do so at once: each takes other events.
pub async fn watch(state: AppState) {
    let mut pause = PAUSE;
    loop {
        tokio::select! {
            () = state.shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = match saga::claim_waiting(&state.db, state.now(), PATIENCE, BATCH).await {
            Ok(waiting) => {
                for one in waiting {
                    if state.shutdown.is_cancelled() {
                        return;
                    }
                    follow(&state, one).await;
                }
                PAUSE
            }
            Err(error) => {
                tracing::warn!(error = %error, "could not look for events without news");
                PAUSE_AFTER_FAILURE
            }
        };
    }
}

/// One that cannot be helped now does not hold up the others: it is asked after again.
async fn follow(state: &AppState, waiting: Waiting) {
    let helping = request_id::scope(request_id::fresh(), help(state, waiting));
    if let Err(error) = helping.await {
        tracing::warn!(event.id = %waiting.event_id, error = format!("{error:#}"), "an event still waits for distribution");
    }
}

async fn help(state: &AppState, waiting: Waiting) -> anyhow::Result<()> {
    let known = state
        .distribution
        .find_run(waiting.event_id)
        .await
        .context("ask distribution")?;
    let now = state.now();
    let mut tx = state.db.begin().await?;
    let Some(event) = current::lock(&mut tx, waiting.event_id, now).await? else {
        return Ok(());
    };
    // What was asked was about the run that waited.
    if i64::from(event.run) != i64::from(waiting.run) {
        return Ok(());
    }
    let id = event.id;
    match event.remedy(known) {
        Remedy::Wait => tracing::info!(event.id = %id, "distribution is still at it"),
        Remedy::Hear(told) => {
            tracing::warn!(event.id = %id, "news of distribution did not come: asked for");
            publishing::hear(&mut tx, told, now).await?;
        }
        Remedy::OrderAgain => {
            tracing::warn!(event.id = %id, "distribution does not know the run: ordered again");
            approval::order(&mut tx, &event).await?;
        }
        Remedy::TellAgain(step) => {
            tracing::warn!(event.id = %id, action = step.action(), "distribution does not know: told again");
            janchi_queue::send_event(&mut tx, &step.message(&event)).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
