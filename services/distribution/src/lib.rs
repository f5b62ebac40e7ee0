//! The distribution service: brings an approved event to its channels, each on its own.
//!
//! - Owns: distributions, channel tasks with their log, connections, last numbers of the platforms.
//! - Calls: 우리동네TV, 링고비즈, 지니TV (partner gateway), Instagram, Naver café, a Kakao message dealer.
//! - Publishes: `distribution.started`, `.channel_changed`, `.finished`, `.taken_down`.
//! - Consumes: job `distribution.publish`; `event.updated`, `.ended`, `.cancelled`, `.publish_failed`; `user.deleted`.
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
use janchi_queue::{Broker, Subscription};
use janchi_runtime::Clock;
use janchi_web::{Health, Listeners};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The database's versions.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// API, outbox relay, consumers and task runner, until told to stop.
///
/// # Errors
/// A malformed setting, or a part that ends by itself.
pub async fn serve(
    config: Config,
    listeners: Listeners,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let broker = Broker::connect(&config.amqp_url, &config.namespace, "distribution");
    let state = AppState::build(config, clock)?;
    let subscriptions = Subscriptions::new();
    let health = subscriptions.watch(health(&state, Some(&broker)));
    let api = janchi_web::serve(
        "distribution",
        routes::router(state.clone()),
        health,
        listeners,
        shutdown.clone(),
    );
    let api = async {
        let ended = api.await;
        shutdown.cancel();
        ended
    };
    tokio::try_join!(api, labour(state, broker, subscriptions, shutdown.clone()))?;
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
    let health = health(&state, None);
    janchi_web::serve(
        "distribution",
        routes::router(state),
        health,
        listeners,
        shutdown,
    )
    .await
}

/// Outbox relay, consumers and task runner, with the admin port.
///
/// # Errors
/// A malformed setting, or a part that ends by itself.
pub async fn work(
    config: Config,
    admin: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let broker = Broker::connect(&config.amqp_url, &config.namespace, "distribution");
    let state = AppState::build(config, clock)?;
    let subscriptions = Subscriptions::new();
    let health = subscriptions.watch(health(&state, Some(&broker)));
    tokio::try_join!(
        janchi_web::serve_admin(health, admin, shutdown.clone()),
        labour(state, broker, subscriptions, shutdown)
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

struct Subscriptions {
    publish: Subscription,
    events: Subscription,
}

impl Subscriptions {
    fn new() -> Self {
        Self {
            publish: Subscription::job::<PublishEvent>(4),
            events: Subscription::events("distribution.events", BINDINGS, 4),
        }
    }

    fn watch(&self, health: Health) -> Health {
        health.bound(&self.publish).bound(&self.events)
    }
}

async fn labour(
    state: AppState,
    broker: Broker,
    subscriptions: Subscriptions,
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
            subscriptions.publish,
            Publish(state.clone()),
            shutdown.clone()
        ),
        janchi_queue::consume(
            broker.clone(),
            db.clone(),
            subscriptions.events,
            Events(state.clone()),
            shutdown.clone()
        ),
        async {
            ops::runner::run(state.clone(), shutdown.clone()).await;
            Ok(())
        },
    )?;
    Ok(())
}

fn health(state: &AppState, broker: Option<&Broker>) -> Health {
    let mut health = Health::standard("distribution", &state.db, &state.cache, broker);
    for (channel, adapter) in state.platforms.iter() {
        let breaker = adapter.api().breaker().clone();
        health = health.note(channel.named().code, move || breaker.state().code().into());
    }
    health
}
