//! The task runner: takes due channel tasks, a few at a time, each channel on its own.

use crate::ops::work;
use crate::state::AppState;
use crate::store;
use janchi_runtime::request_id;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// Tasks at work at once in one process.
const AT_ONCE: usize = 12;
/// How often the table is looked at when nobody rings.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Works until told to stop, then lets what is begun come to its end (at most one try's time).
pub async fn run(state: AppState, shutdown: CancellationToken) {
    let mut at_work: JoinSet<()> = JoinSet::new();
    while !shutdown.is_cancelled() {
        let free = AT_ONCE.saturating_sub(at_work.len());
        let claims = match store::tasks::claim_due(
            &state.db,
            free as i64,
            state.config.pace.lease(),
        )
        .await
        {
            Ok(claims) => claims,
            Err(error) => {
                tracing::warn!(%error, "could not look for channel tasks");
                pause(Duration::from_secs(1), &shutdown).await;
                continue;
            }
        };
        let idle = claims.is_empty();
        for claim in claims {
            let state = state.clone();
            let request_id = claim.request_id.clone();
            let span = tracing::info_span!("task", request_id);
            let work = async move {
                if let Err(error) = work::work_on(&state, &claim).await {
                    tracing::error!(
                        error = format!("{error:#}"),
                        "channel task stays with its lease"
                    );
                }
            };
            at_work.spawn(request_id::scope(request_id, work.instrument(span)));
        }
        if idle {
            tokio::select! {
                () = state.wake.heard() => {}
                Some(_) = at_work.join_next(), if !at_work.is_empty() => {}
                () = pause(LOOK_EVERY, &shutdown) => {}
            }
        }
        while at_work.try_join_next().is_some() {}
        if at_work.len() >= AT_ONCE {
            at_work.join_next().await;
        }
    }
    let last = async { while at_work.join_next().await.is_some() {} };
    if tokio::time::timeout(state.config.pace.attempt, last)
        .await
        .is_err()
    {
        tracing::warn!("channel tasks were left to their leases");
    }
}

async fn pause(length: Duration, shutdown: &CancellationToken) {
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = tokio::time::sleep(length) => {}
    }
}
