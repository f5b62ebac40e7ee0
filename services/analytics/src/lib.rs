//! The analytics service: what happened and what it was worth.
//!
//! - Owns: event_stats, channel_stats, timeline, pos_sales, poll_state; the cache `analytics:dashboard:{eventId}`.
//! - Calls: event (an event it has not heard of), participation (counts), distribution (platform statistics).
//! - Publishes: `analytics.outcome`.
//! - Consumes: all domain events.
//! - Counts come by messages, each once; platform numbers are asked for every five minutes and with each fresh
//!   dashboard. A source that does not answer is named in `partial`, never guessed.

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
use janchi_queue::{Broker, Subscription};
use janchi_runtime::Clock;
use janchi_web::{Health, Listeners};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The database's versions.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// API, outbox relay, consumer and poller, until told to stop.
///
/// # Errors
/// A malformed setting, or a part that ends by itself.
pub async fn serve(
    config: Config,
    listeners: Listeners,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let broker = Broker::connect(&config.amqp_url, &config.namespace, "analytics");
    let state = AppState::build(config, clock)?;
    let subscription = subscription();
    let health =
        Health::standard("analytics", &state.db, &state.cache, Some(&broker)).bound(&subscription);
    let router = routes::router(state.clone());
    tokio::try_join!(
        janchi_web::serve("analytics", router, health, listeners, shutdown.clone()),
        labour(state, broker, subscription, shutdown)
    )?;
    Ok(())
}

/// The API alone.
///
/// # Errors
/// A malformed setting, or a listener that fails.
pub async fn serve_api(
    config: Config,
    listeners: Listeners,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let state = AppState::build(config, clock)?;
    let health = Health::standard("analytics", &state.db, &state.cache, None);
    janchi_web::serve(
        "analytics",
        routes::router(state),
        health,
        listeners,
        shutdown,
    )
    .await
}

/// Outbox relay, consumer and poller, with the admin port.
///
/// # Errors
/// A malformed setting, or a part that ends by itself.
pub async fn work(
    config: Config,
    admin: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let broker = Broker::connect(&config.amqp_url, &config.namespace, "analytics");
    let state = AppState::build(config, clock)?;
    let subscription = subscription();
    let health =
        Health::standard("analytics", &state.db, &state.cache, Some(&broker)).bound(&subscription);
    tokio::try_join!(
        janchi_web::serve_admin(health, admin, shutdown.clone()),
        labour(state, broker, subscription, shutdown)
    )?;
    Ok(())
}

/// Brings the database to this version.
///
/// # Errors
/// The database cannot be reached or a migration fails.
pub async fn migrate(config: Config) -> anyhow::Result<()> {
    janchi_db::migrate(&config.database_url, &MIGRATOR).await
}

fn subscription() -> Subscription {
    Subscription::events("analytics.events", BINDINGS, 8)
}

async fn labour(
    state: AppState,
    broker: Broker,
    subscription: Subscription,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let db = state.db.clone();
    tokio::try_join!(
        async {
            janchi_queue::relay(broker.clone(), db.clone(), shutdown.clone()).await;
            Ok(())
        },
        janchi_queue::consume(
            broker.clone(),
            db.clone(),
            subscription,
            Events(state.clone()),
            shutdown.clone()
        ),
        async {
            ops::poll::run(state.clone(), shutdown.clone()).await;
            Ok(())
        },
    )?;
    Ok(())
}
