//! The event service: events and the flow that creates them, and the face of every long job.
//!
//! - Owns: `events`, `event_objectives`, `event_prizes`, `event_channels`, `event_history`, `jobs`, `saga_steps`.
//! - Calls: user (whose shop), ai and content (earlier answers, what a sentence means, whose picture),
//!   participation (the commitment of a draw).
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
pub use state::AppState;

use janchi_queue::{Broker, Subscription};
use janchi_runtime::Clock;
use janchi_web::{Health, Listeners};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The migrations of this service's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// API, outbox relay, consumers and ticker, until shutdown.
///
/// # Errors
/// A setting that does not parse, or a listener that fails.
pub async fn serve(
    config: Config,
    listeners: Listeners,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let state = AppState::new(&config, clock, shutdown.clone())?;
    let broker = Broker::connect(&config.amqp_url, &config.namespace, "event");
    let subscription = jobs::subscription();
    let health =
        Health::standard("event", &state.db, &state.cache, Some(&broker)).bound(&subscription);
    let api = janchi_web::serve(
        "event",
        routes::router(state.clone()),
        health,
        listeners,
        shutdown,
    );
    tokio::try_join!(api, run_work(state, broker, subscription))?;
    Ok(())
}

/// The API alone, until shutdown.
///
/// # Errors
/// A setting that does not parse, or a listener that fails.
pub async fn serve_api(
    config: Config,
    listeners: Listeners,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let state = AppState::new(&config, clock, shutdown.clone())?;
    let health = Health::standard("event", &state.db, &state.cache, None);
    janchi_web::serve("event", routes::router(state), health, listeners, shutdown).await
}

/// Outbox relay, consumers and ticker alone, with the health port, until shutdown.
///
/// # Errors
/// A setting that does not parse, or a listener that fails.
pub async fn work(
    config: Config,
    admin: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let state = AppState::new(&config, clock, shutdown.clone())?;
    let broker = Broker::connect(&config.amqp_url, &config.namespace, "event");
    let subscription = jobs::subscription();
    let health =
        Health::standard("event", &state.db, &state.cache, Some(&broker)).bound(&subscription);
    let admin = janchi_web::serve_admin(health, admin, shutdown);
    tokio::try_join!(admin, run_work(state, broker, subscription))?;
    Ok(())
}

/// Brings the database to this version.
///
/// # Errors
/// The database cannot be reached, or a migration fails.
pub async fn migrate(config: Config) -> anyhow::Result<()> {
    janchi_db::migrate(&config.database_url, &MIGRATOR).await
}

async fn run_work(
    state: AppState,
    broker: Broker,
    subscription: Subscription,
) -> anyhow::Result<()> {
    let (db, shutdown) = (state.db.clone(), state.shutdown.clone());
    let relay = janchi_queue::relay(broker.clone(), db.clone(), shutdown.clone());
    let consumer = janchi_queue::consume(
        broker,
        db,
        subscription,
        jobs::Events(state.clone()),
        shutdown,
    );
    let ((), consumed, ()) = tokio::join!(relay, consumer, ops::clock::tick(state));
    consumed
}
