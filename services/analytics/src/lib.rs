//! The analytics service: what happened and what it was worth.
//!
//! - Owns: event_stats, channel_stats, timeline, pos_sales, poll_state; the cache `analytics:dashboard:{eventId}`.
//! - Calls: event (an event it has not heard of), participation (counts), distribution (platform statistics).
//! - Publishes: `analytics.outcome`.
//! - Consumes: all domain events.
//! - Counts come by messages, each once; platform numbers are asked for every five minutes and with each fresh
//!   dashboard. A source that does not answer is named in `partial`, never guessed.
//! - A report is the dashboard as CSV or PDF. Typefaces are read for a PDF and dropped after it; without them all the rest
//!   works.

pub mod clients;
pub mod config;
pub mod domain;
pub mod error;
pub mod handlers;
pub mod jobs;
pub mod ops;
pub mod routes;
pub mod state;
pub mod store;

pub use config::Config;

use crate::jobs::events::{BINDINGS, Events};
use crate::state::AppState;
use janchi_queue::Subscription;
use janchi_runtime::Clock;
use janchi_service::Service;
use janchi_web::openapi;
use tokio_util::sync::CancellationToken;

/// How the others call it.
pub const NAME: &str = "analytics";

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
    let state = AppState::new(&config, clock)?;
    let events = Subscription::events("analytics.events", BINDINGS, 8);
    let poller = ops::poll::run(state.clone(), shutdown.clone());
    Ok(
        Service::new(NAME, &config.shared, &state.db, &state.cache, shutdown)
            .routes(openapi::served(routes::routes(), state.clone()))
            .consume(events, Events(state))
            .task("poller", poller),
    )
}
