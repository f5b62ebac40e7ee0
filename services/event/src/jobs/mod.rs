//! What this service hears from the others, one queue for all of it.

mod distribution;
mod participation;
mod results;
mod users;

use crate::state::AppState;
use janchi_queue::{Handler, JobError, Message, Subscription};

/// The queue of this service and what goes into it.
pub fn subscription() -> Subscription {
    Subscription::events(
        "event.events",
        &[
            "ai.job.*",
            "content.job.*",
            "distribution.*",
            "participation.*",
            "user.deleted",
        ],
        8,
    )
}

/// Handles the messages of [`subscription`].
#[derive(Clone)]
pub struct Events(pub AppState);

impl Handler for Events {
    async fn handle(&self, message: &Message) -> Result<(), JobError> {
        let state = &self.0;
        match message.name.as_str() {
            "ai.job.succeeded" | "ai.job.failed" => results::recommendation(state, message).await,
            "content.job.succeeded" | "content.job.failed" => results::images(state, message).await,
            "distribution.started"
            | "distribution.channel_changed"
            | "distribution.finished"
            | "distribution.taken_down" => distribution::handle(state, message).await,
            "participation.opened"
            | "participation.entered"
            | "participation.withdrawn"
            | "participation.drawn" => participation::handle(state, message).await,
            "user.deleted" => users::erase(state, message).await,
            // Visits, winners' steps and whatever is added later change nothing here.
            _ => Ok(()),
        }
    }
}
