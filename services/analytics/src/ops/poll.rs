//! Asks for the platforms' numbers of running events every five minutes, so that a dashboard has them even when a
//! platform is down.

use crate::state::AppState;
use crate::store;
use anyhow::Context;
use chrono::Duration;
use janchi_contracts::event::EventStatus;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const EVERY: Duration = Duration::minutes(5);
/// Platforms count on after an event; so long the numbers are still asked for.
const AFTER: Duration = Duration::days(2);
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// Polls until shutdown.
pub async fn run(state: AppState, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = poll_due(&state).await {
            tracing::warn!(
                error = format!("{error:#}"),
                "could not poll the platforms' numbers"
            );
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn poll_due(state: &AppState) -> anyhow::Result<()> {
    let now = state.clock.now();
    let due = store::polls::claim_due(&state.db, now, now + EVERY)
        .await
        .context("find due polls")?;
    for event_id in due {
        poll(state, event_id).await?;
    }
    Ok(())
}

async fn poll(state: &AppState, event_id: Uuid) -> anyhow::Result<()> {
    let Some(event) = store::events::find_event(&state.db, event_id).await? else {
        return Ok(());
    };
    let over = matches!(event.status, EventStatus::Ended | EventStatus::Cancelled);
    let ended = event
        .closed_at
        .or(event.ends_at)
        .unwrap_or(event.created_at);
    if over && ended + AFTER < state.clock.now() {
        store::polls::end_polls(&state.db, event_id).await?;
        return Ok(());
    }
    let Ok(Some(statistics)) = state.peers.statistics(event_id).await else {
        return Ok(());
    };
    let mut tx = state.db.begin().await?;
    for statistic in &statistics.channels {
        store::channels::upsert_statistic(&mut tx, event_id, statistic).await?;
    }
    tx.commit().await?;
    state.freshness.changed(event_id).await;
    Ok(())
}
