use crate::error::Error;
use crate::ops::password_resets;
use crate::state::AppState;
use crate::store;
use chrono::{Duration as Span, Utc};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often ended sessions that Redis could not be told of are tried again.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// How often reset requests are looked at when nobody wakes the round.
const RESETS_EVERY: Duration = Duration::from_secs(2);
const FORGET_EVERY: Duration = Duration::from_secs(600);
/// Of a thousand rows each.
const MOST_BATCHES: usize = 500;

/// Makes all rounds until told to stop.
pub async fn run(state: AppState, shutdown: CancellationToken) {
    tokio::join!(
        recheck_businesses(&state, &shutdown),
        tell_ended_sessions(&state, &shutdown),
        serve_resets(&state, &shutdown),
        forget(&state, &shutdown),
    );
}

/// Waits for the next tick. `false` when it is time to stop.
async fn next(ticks: &mut tokio::time::Interval, shutdown: &CancellationToken) -> bool {
    tokio::select! {
        () = shutdown.cancelled() => false,
        _ = ticks.tick() => true,
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    // A zero from the settings would panic; a tenth of a second is as good as always.
    let mut ticks = interval(period.max(Duration::from_millis(100)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn recheck_businesses(state: &AppState, shutdown: &CancellationToken) {
    let mut ticks = every(state.business.recheck);
    while next(&mut ticks, shutdown).await {
        if let Err(error) = state.business.recheck_due(&state.db).await {
            tracing::warn!(%error, "shops under review were not looked at");
        }
    }
}

async fn tell_ended_sessions(state: &AppState, shutdown: &CancellationToken) {
    let mut ticks = every(TELL_EVERY);
    while next(&mut ticks, shutdown).await {
        if let Err(error) = state.sessions.tell_untold(&state.db).await {
            tracing::warn!(%error, "ended sessions were not told");
        }
    }
}

async fn serve_resets(state: &AppState, shutdown: &CancellationToken) {
    let mut ticks = every(RESETS_EVERY);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = ticks.tick() => {}
            () = state.resets_wanted.notified() => {}
        }
        if let Err(error) = password_resets::serve_requests(state).await {
            tracing::warn!(%error, "reset requests were not served");
        }
    }
}

async fn forget(state: &AppState, shutdown: &CancellationToken) {
    let mut ticks = every(FORGET_EVERY);
    while next(&mut ticks, shutdown).await {
        if let Err(error) = forget_old(state).await {
            tracing::warn!(%error, "old rows were not removed");
        }
    }
}

/// Removes what is past its use: ended logins, failures, reset links, idempotency keys and the private parts of signing
/// keys.
///
/// # Errors
/// The database fails.
pub async fn forget_old(state: &AppState) -> Result<(), Error> {
    let day_ago = Utc::now() - Span::days(1);
    let db = &state.db;
    in_batches(|| store::sessions::delete_old_sessions(db, day_ago)).await?;
    in_batches(|| store::sessions::delete_old_refresh_tokens(db, day_ago)).await?;
    in_batches(|| store::login_attempts::delete_old_attempts(db, day_ago)).await?;
    store::password_resets::delete_old(&state.db, day_ago).await?;
    store::signing_keys::destroy_gone(&state.db, Utc::now()).await?;
    let mut connection = state.db.acquire().await?;
    janchi_db::idempotency::forget_old(&mut connection).await?;
    Ok(())
}

/// Removes until nothing is left, in pieces that hold no lock for long; what is too much for one round waits for the
/// next.
async fn in_batches<F>(mut remove: impl FnMut() -> F) -> Result<(), Error>
where
    F: Future<Output = Result<u64, Error>>,
{
    for _ in 0..MOST_BATCHES {
        if remove().await? == 0 {
            break;
        }
    }
    Ok(())
}
