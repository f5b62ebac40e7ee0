//! The user service: accounts of shop owners, their shops, logins, and the check of business numbers.
//!
//! Owns the tables `users`, `stores`, `sessions`, `refresh_tokens`, `signing_keys` and what logging in needs beside
//! them, and the Redis keys `user:session:{sid}` and `user:business:{hmac}`. Calls the tax office and, for reset links, a
//! message channel. Publishes `user.registered` and `user.deleted`, and every ended login on the Redis channel `session:revoked`.
//! Consumes nothing: what is deleted here is erased in the transaction that tells of it.

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

pub use config::{Config, MessageChannel};

use janchi_queue::Broker;
use janchi_runtime::Clock;
use janchi_web::{Health, Listeners};
use state::AppState;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The migrations of this service's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

struct Service {
    state: AppState,
    broker: Broker,
    health: Health,
}

impl Service {
    async fn build(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let state = AppState::build(config, clock).await?;
        let broker = Broker::connect(&config.amqp_url, &config.namespace, "user");
        let mut health = Health::standard("user", &state.db, &state.cache, Some(&broker));
        if let Some(office) = state.business.office.clone() {
            health = health.note("tax-office", move || office.breaker().into());
        }
        if let Some(messages) = state.messages.clone() {
            health = health.note("messages", move || messages.breaker().into());
        }
        Ok(Self {
            state,
            broker,
            health,
        })
    }

    async fn background(state: AppState, broker: Broker, shutdown: CancellationToken) {
        tokio::join!(
            janchi_queue::relay(broker, state.db.clone(), shutdown.clone()),
            jobs::rounds::run(state, shutdown),
        );
    }
}

/// API, outbox relay and rounds, until told to stop.
///
/// # Errors
/// A malformed setting, or the listener fails.
pub async fn serve(
    config: Config,
    listeners: Listeners,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let Service {
        state,
        broker,
        health,
    } = Service::build(&config, clock).await?;
    let shutdown = shutdown.child_token();
    let background = tokio::spawn(Service::background(state.clone(), broker, shutdown.clone()));
    let served = janchi_web::serve(
        "user",
        routes::router(state),
        health,
        listeners,
        shutdown.clone(),
    )
    .await;
    shutdown.cancel();
    background.await?;
    served
}

/// The API alone.
///
/// # Errors
/// As [`serve`].
pub async fn serve_api(
    config: Config,
    listeners: Listeners,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let Service { state, health, .. } = Service::build(&config, clock).await?;
    janchi_web::serve("user", routes::router(state), health, listeners, shutdown).await
}

/// Outbox relay and rounds alone, with the health port.
///
/// # Errors
/// As [`serve`].
pub async fn work(
    config: Config,
    admin: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let Service {
        state,
        broker,
        health,
    } = Service::build(&config, clock).await?;
    let shutdown = shutdown.child_token();
    let background = tokio::spawn(Service::background(state, broker, shutdown.clone()));
    let served = janchi_web::serve_admin(health, admin, shutdown.clone()).await;
    shutdown.cancel();
    background.await?;
    served
}

/// Brings the database to this version.
///
/// # Errors
/// The database cannot be reached, or a migration fails.
pub async fn migrate(config: Config) -> anyhow::Result<()> {
    janchi_db::migrate(&config.database_url, &MIGRATOR).await
}
