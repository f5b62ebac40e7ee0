//! The event service: events and the flow that creates them, and the face of every long job.
//!
//! - Owns: `events`, `event_objectives`, `event_prizes`, `event_channels`, `event_history`, `jobs`, `saga_steps`.
//! - Calls: user (whose shop), ai and content (earlier answers, what a sentence means, whose picture),
//!   distribution (which channels are connected; how a run stands when no news comes), participation (the commitment of
//!   a draw).
//! - Publishes: `event.*`, and the jobs `ai.recommendation`, `content.image`, `distribution.publish`.
//! - Consumes: `ai.job.*`, `content.job.*`, `distribution.*`, `participation.*`, `user.deleted`.
//!
//! The clock moves SCHEDULED → ONGOING → ENDED, by a ticker and by whoever reads: an event that is read as ONGOING
//! can be entered. How a job ended is told by the database alone, how far it is by Redis.

mod clients;
mod config;
pub mod domain;
mod error;
mod handlers;
mod jobs;
mod ops;
pub mod routes;
mod state;
mod store;

pub use config::Config;

use crate::state::AppState;
use janchi_runtime::Clock;
use janchi_service::Service;
use janchi_web::openapi;
use tokio_util::sync::CancellationToken;

/// How the others call it.
pub const NAME: &str = "event";

/// The migrations of this service's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Puts the service together; nothing is connected before it runs. `shutdown` stops it, and is cancelled by the
/// service itself when a part of it cannot go on.
///
/// # Errors
/// A setting that does not parse.
pub fn assemble(
    config: Config,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<Service> {
    let state = AppState::new(&config, clock, shutdown.clone())?;
    let ticker = ops::clock::tick(state.clone());
    let overdue = ops::overdue::watch(state.clone());
    Ok(
        Service::new(NAME, &config.shared, &state.db, &state.cache, shutdown)
            .routes(openapi::served(routes::routes(), state.clone()))
            .consume(jobs::subscription(), jobs::Events(state))
            .task("ticker", ticker)
            .task("overdue", overdue),
    )
}
