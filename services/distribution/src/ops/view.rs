//! A run as its owner sees it.

use crate::domain::film::{Film, FilmStatus};
use crate::domain::run;
use crate::domain::task::{Task, Work};
use crate::state::AppState;
use crate::store;
use crate::store::distributions::Distribution;
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::{ChannelStatus, RunStatus};
use janchi_contracts::reference::Channel;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// The answer of `GET /api/distributions/{eventId}`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DistributionView {
    pub event_id: Uuid,
    pub run: i32,
    pub status: RunStatus,
    pub channels: Vec<ChannelView>,
    /// Everything here was practice.
    pub sandbox: bool,
}

/// One channel of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelView {
    pub channel: Channel,
    pub status: ChannelStatus,
    pub attempts: i32,
    pub external_id: Option<String>,
    pub external_url: Option<String>,
    pub tracking_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spoken_code: Option<String>,
    pub last_error: Option<String>,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub breaker: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manual_steps: Option<Vec<String>>,
    /// The film of 15 seconds that a television channel shows; while it is `ORDERED` the channel waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub film: Option<FilmView>,
    /// What is up is being taken down.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub taking_down: bool,
    pub sandbox: bool,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// A channel's film.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilmView {
    pub status: FilmStatus,
    /// Where the MP4 is, once it is ready.
    pub url: Option<String>,
}

/// Reads the run's channels and breakers as they are now.
pub async fn load(state: &AppState, distribution: &Distribution) -> sqlx::Result<DistributionView> {
    let tasks = store::tasks::list_tasks(&state.db, distribution.id).await?;
    let breakers = store::breakers::list_breakers(&state.db).await?;
    let films = store::films::list_films(&state.db, distribution.id).await?;
    Ok(DistributionView {
        event_id: distribution.event_id,
        run: distribution.run,
        // Of the channels shown: the run's own row may be a moment older than they are.
        status: run::status_of(tasks.iter().map(|task| task.status)),
        channels: tasks
            .into_iter()
            .map(|task| channel(state, distribution, task, &breakers, &films))
            .collect(),
        sandbox: state.config.sandbox,
    })
}

fn channel(
    state: &AppState,
    run: &Distribution,
    task: Task,
    breakers: &HashMap<String, String>,
    films: &[Film],
) -> ChannelView {
    let breaker = breakers
        .get(task.channel.named().code)
        .map_or("CLOSED", String::as_str);
    ChannelView {
        tracking_url: task.tracking_url(&state.config.public_base_url, &run.event.code),
        next_attempt_at: task.next_attempt_at(),
        film: films
            .iter()
            .find(|film| film.task_id == task.id)
            .map(|film| FilmView {
                status: film.status,
                url: film.film.as_ref().map(|film| film.url.clone()),
            }),
        taking_down: matches!(task.due, Some((Work::TakeDown, _))),
        breaker: breaker.to_owned(),
        channel: task.channel,
        status: task.status,
        attempts: task.attempts,
        external_id: task.external_id,
        external_url: task.external_url,
        spoken_code: task.spoken_code,
        last_error: task.last_error,
        manual_steps: Some(task.manual_steps).filter(|steps| !steps.is_empty()),
        sandbox: task.sandbox,
        started_at: task.started_at,
        finished_at: task.finished_at,
    }
}

/// The channel on which watchers of an event's run are told that it changed.
pub fn watch_channel(event_id: Uuid) -> String {
    format!("distribution:changed:{event_id}")
}

/// Tells open streams that something changed. They look for themselves once a second too, so a loss costs a second.
pub async fn tell_watchers(state: &AppState, event_id: Uuid) {
    if state
        .cache
        .publish(&watch_channel(event_id), "changed")
        .await
        .is_err()
    {
        tracing::debug!("watchers were not told");
    }
}
