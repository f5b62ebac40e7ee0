//! Forgets old books and answers. Recommendations and outcomes stay: they are the owner's, and go with the owner.

use crate::state::AppState;
use crate::store::{answers, costs};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_secs(6 * 3600);
/// Rows of one statement: none holds locks for long.
const AT_ONCE: i64 = 2_000;

/// Sweeps at the start and then four times a day, until shutdown. Of several processes each sweeps; the second finds
/// nothing left.
pub async fn run(state: AppState, days: u32, shutdown: CancellationToken) {
    loop {
        let before = state.clock.now() - TimeDelta::days(days.into());
        match shutdown.run_until_cancelled(sweep(&state, before)).await {
            None => return,
            Some(Ok(0)) => {}
            Some(Ok(rows)) => tracing::info!(rows, "old books and answers forgotten"),
            Some(Err(error)) => tracing::warn!(%error, "old books and answers stay for now"),
        }
        let pause = tokio::time::sleep(EVERY);
        if shutdown.run_until_cancelled(pause).await.is_none() {
            return;
        }
    }
}

async fn sweep(state: &AppState, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let mut rows = 0;
    loop {
        let mut gone = costs::delete_calls(&state.db, before, AT_ONCE).await?;
        gone += costs::delete_jobs(&state.db, before, AT_ONCE).await?;
        gone += answers::delete_answers(&state.db, before, AT_ONCE).await?;
        if gone == 0 {
            return Ok(rows);
        }
        rows += gone;
    }
}
