//! What other services ask.

use crate::domain::run::status_of;
use crate::error::Error;
use crate::ops::statistics;
use crate::state::AppState;
use crate::store;
use crate::store::distributions::Distribution;
use axum::extract::State;
use janchi_contracts::distribution::{ChannelStatistics, DistributionSummary};
use janchi_web::{Json, Path, Peer};
use uuid::Uuid;

async fn find(state: &AppState, event_id: Uuid) -> Result<Distribution, Error> {
    store::distributions::find_latest(&state.db, event_id)
        .await?
        .ok_or(Error::NotFound)
}

/// The latest run of an event.
pub async fn get_summary(
    State(state): State<AppState>,
    _: Peer,
    Path(event_id): Path<Uuid>,
) -> Result<Json<DistributionSummary>, Error> {
    let run = find(&state, event_id).await?;
    let tasks = store::tasks::list_tasks(&state.db, run.id).await?;
    let base = &state.config.public_base_url;
    Ok(Json(DistributionSummary {
        event_id,
        status: status_of(tasks.iter().map(|task| task.status)),
        channels: tasks
            .iter()
            .map(|task| task.summary(base, &run.event.code))
            .collect(),
    }))
}

/// What the platforms counted for it.
pub async fn get_statistics(
    State(state): State<AppState>,
    _: Peer,
    Path(event_id): Path<Uuid>,
) -> Result<Json<ChannelStatistics>, Error> {
    let run = find(&state, event_id).await?;
    Ok(Json(statistics::gather(&state, &run).await?))
}
