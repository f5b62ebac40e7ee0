//! The distribution service: brings an approved event to its channels, each on its own.
//!
//! - Owns: distributions, channel tasks with their log and films, connections, last numbers of the platforms.
//! - Calls: 우리동네TV, 링고비즈, 지니TV (partner gateway), Instagram, Naver café, a Kakao message dealer.
//! - Publishes: `distribution.started`, `.channel_changed`, `.finished`, `.taken_down`; orders films by the job `content.spot`.
//! - Consumes: job `distribution.publish`; `event.*` but for the approval; `content.spot.*`; `user.deleted`.
//! - A consumer only writes tasks. The task runner takes them from the table under a lease with a fencing number, so
//!   that a worker killed at any instruction loses nothing and a late one overwrites nothing.
//! - When tries are repeated: `domain/pace.rs` and `domain/decision.rs`.

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
use crate::jobs::publish::Publish;
use crate::state::AppState;
use janchi_contracts::distribution::PublishEvent;
use janchi_queue::Subscription;
use janchi_runtime::Clock;
use janchi_service::Service;
use janchi_web::openapi;
use tokio_util::sync::CancellationToken;

/// How the others call it.
pub const NAME: &str = "distribution";

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
    let publish = Subscription::job::<PublishEvent>(4);
    let events = Subscription::events("distribution.events", BINDINGS, 4);
    let runner = ops::runner::run(state.clone(), shutdown.clone());
    let leaving = ops::leaving::run(state.clone(), shutdown.clone());
    let mut service = Service::new(NAME, &config.shared, &state.db, &state.cache, shutdown)
        .routes(openapi::served(routes::routes(), state.clone()))
        .consume(publish, Publish(state.clone()))
        .consume(events, Events(state.clone()))
        .task("task runner", runner)
        .task("owners leaving", leaving);
    for (channel, adapter) in state.platforms.iter() {
        let breaker = adapter.api().breaker().clone();
        service = service.note(channel.named().code, move || breaker.state().code().into());
    }
    Ok(service)
}
