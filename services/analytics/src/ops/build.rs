//! Brings the sources of a dashboard together.

use crate::domain::compose::compose;
use crate::domain::dashboard::Dashboard;
use crate::domain::sources::{Facts, Told};
use crate::error::Error;
use crate::ops::freshness::key;
use crate::state::AppState;
use crate::store;
use crate::store::events::EventRow;
use janchi_cache::Shape;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// The seed's lifetime of a dashboard.
const LIVES: Duration = Duration::from_secs(5 * 60);

/// What lies in the cache: whose it is goes with it, so that a hit needs no database.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Cached {
    owner_id: Uuid,
    dashboard: Dashboard,
}

/// The dashboard of this owner's event, cached or fresh.
///
/// # Errors
/// [`Error::EventNotFound`] for an unknown or somebody else's event.
pub async fn dashboard(
    state: &AppState,
    owner_id: Uuid,
    event_id: Uuid,
) -> Result<Dashboard, Error> {
    let cached: Cached = state
        .cache
        .get_or_load("dashboard", &key(event_id), LIVES, Shape::Hash, || {
            load(state, event_id)
        })
        .await?;
    if cached.owner_id == owner_id {
        Ok(cached.dashboard)
    } else {
        Err(Error::EventNotFound)
    }
}

/// The event's facts if it is this owner's; asked of the event service when no message told of it yet.
///
/// # Errors
/// As [`dashboard`].
pub async fn own_event(
    state: &AppState,
    owner_id: Uuid,
    event_id: Uuid,
) -> Result<EventRow, Error> {
    let event = known_event(state, event_id).await?;
    if event.owner_id == owner_id {
        Ok(event)
    } else {
        Err(Error::EventNotFound)
    }
}

async fn known_event(state: &AppState, event_id: Uuid) -> Result<EventRow, Error> {
    if let Some(event) = store::events::find_event(&state.db, event_id).await? {
        return Ok(event);
    }
    let snapshot = state
        .peers
        .event(event_id)
        .await
        .map_err(Error::Upstream)?
        .ok_or(Error::EventNotFound)?;
    let mut connection = state.db.acquire().await?;
    store::events::upsert_facts(&mut connection, &snapshot).await?;
    drop(connection);
    store::events::find_event(&state.db, event_id)
        .await?
        .ok_or(Error::EventNotFound)
}

async fn load(state: &AppState, event_id: Uuid) -> Result<Cached, Error> {
    let event = known_event(state, event_id).await?;
    // All sources at once: the slowest decides, within the deadline of a call between services.
    let (participation, statistics, hours, channels, revenue) = tokio::join!(
        state.peers.participation(event_id),
        state.peers.statistics(event_id),
        store::timeline::list_hours(&state.db, event_id),
        store::channels::list_channels(&state.db, event_id),
        store::sales::sum_sales(&state.db, event_id),
    );
    let channels = channels?;
    let owner_id = event.owner_id;
    let facts = Facts {
        event_id,
        title: event.title,
        status: event.status,
        prizes: event.prizes,
        winner_count: i64::from(event.winner_count),
        forecast: event.forecast,
        participants: event.participants,
        visited: event.visited,
        winners: event.winners,
        draw_id: event.draw_id,
        drawn_at: event.drawn_at,
        hours: hours?,
        entries: channels
            .iter()
            .map(|row| (row.channel, row.participants))
            .collect(),
        known: channels
            .into_iter()
            .filter_map(|row| row.statistic)
            .collect(),
        revenue: revenue?,
    };
    let told = Told {
        participation_failed: participation.is_err(),
        distribution_failed: statistics.is_err(),
        participation: participation.ok().flatten(),
        // Nothing published yet: no channels, which is an answer too.
        statistics: statistics
            .ok()
            .map(|found| found.map_or_else(Vec::new, |s| s.channels)),
    };
    if let Some(fresh) = &told.statistics {
        let mut tx = state.db.begin().await?;
        for statistic in fresh {
            store::channels::upsert_statistic(&mut tx, event_id, statistic).await?;
        }
        tx.commit().await?;
    }
    let lives = chrono::Duration::from_std(LIVES).unwrap_or_default();
    Ok(Cached {
        owner_id,
        dashboard: compose(facts, told, state.clock.now(), lives),
    })
}
