//! What other services ask.

use crate::domain::run;
use crate::error::Error;
use crate::ops::{connections, statistics};
use crate::state::AppState;
use crate::store;
use crate::store::distributions::Distribution;
use axum::extract::State;
use janchi_contracts::distribution::{
    ChannelStatistics, DistributionSummary, OwnerChannels, RunStatus, TakeDown,
};
use janchi_web::{Json, Path, Peer};
use uuid::Uuid;

/// The latest run of an event.
pub async fn get_summary(
    State(state): State<AppState>,
    _: Peer,
    Path(event_id): Path<Uuid>,
) -> Result<Json<DistributionSummary>, Error> {
    let latest = store::distributions::find_latest(&state.db, event_id).await?;
    let summary = match latest {
        Some(run) => summarise(&state, &run).await?,
        None if store::distributions::is_cancelled(&state.db, event_id).await? => {
            DistributionSummary {
                event_id,
                run: 0,
                status: RunStatus::Failed,
                take_down: TakeDown::Done,
                channels: Vec::new(),
            }
        }
        None => return Err(Error::NotFound),
    };
    Ok(Json(summary))
}

async fn summarise(state: &AppState, run: &Distribution) -> Result<DistributionSummary, Error> {
    let tasks = store::tasks::list_tasks(&state.db, run.id).await?;
    let base = &state.config.public_base_url;
    Ok(DistributionSummary {
        event_id: run.event_id,
        run: run.run_number(),
        status: run::status_of(tasks.iter().map(|task| task.status)),
        take_down: run.take_down(),
        channels: tasks
            .iter()
            .map(|task| task.summary(base, &run.event.code))
            .collect(),
    })
}

/// What the platforms counted for it.
pub async fn get_statistics(
    State(state): State<AppState>,
    _: Peer,
    Path(event_id): Path<Uuid>,
) -> Result<Json<ChannelStatistics>, Error> {
    let latest = store::distributions::find_latest(&state.db, event_id).await?;
    let run = latest.ok_or(Error::NotFound)?;
    Ok(Json(statistics::gather(&state, &run).await?))
}

/// Which channels can be brought up for an owner. One that never connected anything has all of them too.
pub async fn list_owner_channels(
    State(state): State<AppState>,
    _: Peer,
    Path(owner_id): Path<Uuid>,
) -> Result<Json<OwnerChannels>, Error> {
    Ok(Json(connections::survey(&state, owner_id).await?))
}
