//! Has answers made ahead of time for what many will want, so that an owner finds them there. One process at a time, one
//! after the other. Vendors are asked for so much money a day; where there are none the planner is, which costs nothing.

use crate::config::Warming;
use crate::domain::cost::{MICROS, Purpose};
use crate::domain::draft::Topic;
use crate::domain::warming::{ASKED, PLANNED, Wanted, season, since};
use crate::ops::sources;
use crate::state::AppState;
use crate::store::{costs, demand, turns};
use chrono::NaiveDate;
use janchi_runtime::seoul;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Between two calls: owners who wait come first at the vendor, too, whose limits count all calls.
const PAUSE: Duration = Duration::from_secs(1);
/// As [`PAUSE`], where the planner answers: leaves the processor to others.
const BREATH: Duration = Duration::from_millis(20);
/// Vendors that fail so often in a row are left alone until the next round.
const PATIENCE: u32 = 3;

/// Warms until shutdown.
pub async fn run(state: AppState, settings: Warming, shutdown: CancellationToken) {
    if settings.budget == 0 {
        shutdown.cancelled().await;
        return;
    }
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(settings.every) => {}
        }
        // Dropped at shutdown: a call that is under way is lost, and the turn ends with its connection.
        tokio::select! {
            () = shutdown.cancelled() => return,
            round = one_round(&state, settings) => if let Err(error) = round {
                tracing::warn!(error = %error, "a round of warming failed");
            }
        }
    }
}

async fn one_round(state: &AppState, settings: Warming) -> sqlx::Result<()> {
    let Some(_turn) = turns::take_warming(&state.db).await? else {
        return Ok(());
    };
    // Answers that cannot be kept would be asked for again and again.
    if state.cache.ping().await.is_err() {
        return Ok(());
    }
    let today = seoul::day(state.clock.now());
    demand::delete_demand(&state.db, since(today)).await?;
    let asks = state.vendors.any();
    let (reach, pause) = if asks {
        (ASKED, PAUSE)
    } else {
        (PLANNED, BREATH)
    };
    let mut failures = 0;
    for wanted in demand::list_wanted(&state.db, since(today), reach).await? {
        if !is_due(state, &wanted, today).await {
            continue;
        }
        if asks && is_spent(state, settings, today).await? {
            count("budget_spent");
            break;
        }
        if warm(state, wanted.topic, today).await {
            failures = 0;
        } else {
            failures += 1;
            if failures == PATIENCE {
                break;
            }
        }
        tokio::time::sleep(pause.min(settings.every)).await;
    }
    Ok(())
}

/// Whether nobody would find an answer that is good for much longer. The planner's is not replaced before its end: it is
/// made again within a round.
async fn is_due(state: &AppState, wanted: &Wanted, today: NaiveDate) -> bool {
    let season = season(wanted.topic.industry, today);
    let Some(kept) = sources::kept(state, wanted.topic).await else {
        return true;
    };
    kept.season != season || state.vendors.any() && wanted.is_due(&season, state.clock.now())
}

/// Looked at before every call: a day costs at most the budget and one call.
async fn is_spent(state: &AppState, settings: Warming, today: NaiveDate) -> sqlx::Result<bool> {
    let spent = costs::sum_calls(&state.db, Purpose::Warming, seoul::midnight(today)).await?;
    Ok(spent >= i64::from(settings.budget) * MICROS)
}

async fn warm(state: &AppState, topic: Topic, today: NaiveDate) -> bool {
    let warmed = sources::renew(state, topic, today).await;
    count(if warmed { "ok" } else { "failed" });
    warmed
}

fn count(outcome: &'static str) {
    metrics::counter!("janchi_ai_warmings_total", "outcome" => outcome).increment(1);
}
