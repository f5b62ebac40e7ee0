//! What is searched for more than before, from the cache or from DataLab. Whatever happens here, a recommendation only
//! lacks a trend.

use crate::clients::datalab::DataLab;
use crate::domain::keywords;
use crate::domain::search_trend::{Shift, Span, shifts};
use crate::state::AppState;
use chrono::NaiveDate;
use janchi_cache::Shape;
use janchi_client::CallError;
use janchi_contracts::ai::TrendItem;
use janchi_contracts::reference::{Code, Industry};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::task::JoinHandle;

const FAMILY: &str = "ai:trend";
/// The numbers of a week do not change any more; the week does.
const LIFE: Duration = Duration::from_secs(24 * 3600);
/// After a failure others do without, too, for so long.
const LIFE_OF_A_FAILURE: Duration = Duration::from_secs(60);
/// A recommendation that is ready otherwise waits so much longer.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is cached per trade: nothing of any shop, and no region, which DataLab does not know either.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Searches {
    shifts: Vec<Shift>,
    /// The vendor was the practice server.
    sandbox: bool,
}

impl Searches {
    /// As trends.
    pub fn items(&self) -> Vec<TrendItem> {
        let items = self.shifts.iter().map(|shift| shift.item(self.sandbox));
        items.collect()
    }

    /// Whether what is told is practice.
    pub fn is_practice(&self) -> bool {
        self.sandbox && !self.shifts.is_empty()
    }
}

fn cache_key(industry: Industry) -> String {
    format!("{FAMILY}:{}", industry.code())
}

/// What the cache has; nothing if DataLab is not configured. `None` is a miss.
pub async fn cached(state: &AppState, industry: Industry) -> Option<Searches> {
    if state.vendors.datalab.is_none() {
        return Some(Searches::default());
    }
    let key = cache_key(industry);
    let found: Searches = state.cache.lookup(FAMILY, &key, Shape::String).await?;
    // What was practised is not shown once it is for real.
    if !found.shifts.is_empty() && found.sandbox != state.vendors.sandbox {
        state.cache.delete(&key).await;
        return None;
    }
    Some(found)
}

/// Begins to look, beside whatever else is done; the search goes on to its end and into the cache even if nobody waits.
pub fn begin(state: &AppState, industry: Industry, today: NaiveDate) -> JoinHandle<Searches> {
    let state = state.clone();
    tokio::spawn(async move {
        if let Some(found) = cached(&state, industry).await {
            return found;
        }
        match &state.vendors.datalab {
            Some(datalab) => load(&state, datalab, industry, today).await,
            None => Searches::default(),
        }
    })
}

/// What was found, or nothing if it still takes.
pub async fn wait(searching: JoinHandle<Searches>) -> Searches {
    match tokio::time::timeout(PATIENCE, searching).await {
        Ok(Ok(found)) => found,
        _ => Searches::default(),
    }
}

async fn load(
    state: &AppState,
    datalab: &DataLab,
    industry: Industry,
    today: NaiveDate,
) -> Searches {
    let key = cache_key(industry);
    let ask = || async {
        let span = Span::before(today);
        let asked = datalab.search(keywords::of(industry), span).await;
        if let Err(error) = &asked {
            tracing::warn!(vendor = "datalab", error = %error, "no search trends");
            // Before this caller's turn ends: those who wait for it find this and do not ask again.
            let nothing = Searches::default();
            state
                .cache
                .store(&key, &nothing, LIFE_OF_A_FAILURE, Shape::String)
                .await;
        }
        Ok::<_, CallError>(Searches {
            shifts: shifts(&asked?, span),
            sandbox: state.vendors.sandbox,
        })
    };
    let found = state
        .cache
        .get_or_load(FAMILY, &key, LIFE, Shape::String, ask)
        .await;
    found.unwrap_or_default()
}
