//! The participation service: entries of customers, visits, and draws that anyone can check.
//!
//! Owns: entries (one per phone and event), the rules an event opened with, visits, draws, winners, and their erasure.
//! Calls: event (about events it does not know or that may have changed just now).
//! Publishes: `participation.*`. Consumes: `event.*`, `distribution.started`, `user.deleted`.
//!
//! Whatever is answered with 201 is committed. The seed of a draw is committed in the transaction that opens the event,
//! before the first entry. Names and numbers are encrypted, and leave this service masked or not at all.

mod clients;
mod config;
mod domain;
mod error;
mod handlers;
mod jobs;
pub mod ops;
mod routes;
mod state;
mod store;

pub use config::Config;

use crate::clients::event::EventClient;
use crate::jobs::domain_events::DomainEvents;
use crate::ops::enter::EntryDesk;
use crate::ops::rule_book::RuleBook;
use crate::state::{AppState, Retention};
use anyhow::Context;
use janchi_auth::{ServiceTokens, Signer, Verifier};
use janchi_cache::Cache;
use janchi_client::ServiceClient;
use janchi_crypto::{Keyring, LookupKey};
use janchi_queue::{Broker, Subscription};
use janchi_runtime::Clock;
use janchi_web::{Health, Listeners};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The migrations of this service's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

const NAME: &str = "participation";
const CONNECTIONS: u32 = 10;

/// What every way of running needs.
struct Parts {
    db: PgPool,
    cache: Cache,
    broker: Broker,
    tokens: ServiceTokens,
    keyring: Keyring,
    book: RuleBook,
    clock: Clock,
}

impl Parts {
    fn connect(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let db = janchi_db::connect(&config.database_url, CONNECTIONS)?;
        let tokens = ServiceTokens::new(NAME, &config.service_token_secret)?;
        let keyring = Keyring::parse(&config.encryption_keys)?;
        let events = EventClient::new(ServiceClient::new(
            "event",
            config.event_service_url.clone(),
            tokens.clone(),
        )?);
        let book = RuleBook::new(db.clone(), events, keyring.clone(), clock.clone());
        Ok(Self {
            cache: Cache::connect(&config.redis_url, &config.namespace)?,
            broker: Broker::connect(&config.amqp_url, &config.namespace, NAME),
            db,
            tokens,
            keyring,
            book,
            clock,
        })
    }

    /// What a process that also works needs; the API alone only fills the outbox and does without the broker.
    fn health(&self, subscription: &Subscription) -> Health {
        Health::standard(NAME, &self.db, &self.cache, Some(&self.broker)).bound(subscription)
    }

    /// Relay, consumer and scheduled destruction, until shutdown.
    fn work(
        &self,
        subscription: Subscription,
        shutdown: &CancellationToken,
    ) -> JoinSet<anyhow::Result<()>> {
        let mut work = JoinSet::new();
        let (broker, db, stop) = (self.broker.clone(), self.db.clone(), shutdown.clone());
        work.spawn(async move {
            janchi_queue::relay(broker, db, stop).await;
            Ok(())
        });
        let (db, clock, stop) = (self.db.clone(), self.clock.clone(), shutdown.clone());
        work.spawn(async move {
            ops::destroy::destroy_on_schedule(db, clock, stop).await;
            Ok(())
        });
        let handler = DomainEvents::new(
            self.db.clone(),
            self.keyring.clone(),
            self.book.clone(),
            self.clock.clone(),
        );
        work.spawn(janchi_queue::consume(
            self.broker.clone(),
            self.db.clone(),
            subscription,
            handler,
            shutdown.clone(),
        ));
        work
    }

    /// The API until shutdown; entries that were taken by then are still stored and answered.
    async fn api(
        &self,
        config: &Config,
        health: Health,
        listeners: Listeners,
        shutdown: CancellationToken,
    ) -> anyhow::Result<()> {
        let closing = CancellationToken::new();
        let (desk, taking) = EntryDesk::open(self.db.clone(), config.entry_queue, closing.clone());
        let taking = tokio::spawn(taking);
        let state = AppState {
            db: self.db.clone(),
            verifier: Verifier::fetching(config.jwks_url.clone())?,
            tokens: self.tokens.clone(),
            signer: Signer::from_pkcs8_base64(&config.jwt_signing_key)?,
            keyring: self.keyring.clone(),
            lookup: LookupKey::parse(&config.lookup_key)?,
            book: self.book.clone(),
            desk,
            clock: self.clock.clone(),
            retention: Retention(chrono::Duration::days(config.retention_days.into())),
        };
        let served =
            janchi_web::serve(NAME, routes::router(state), health, listeners, shutdown).await;
        closing.cancel();
        taking.await.context("close the entry desk")?;
        served
    }
}

fn subscription() -> Subscription {
    Subscription::events(
        "participation.events",
        &["event.*", "distribution.started", "user.deleted"],
        4,
    )
}

async fn finish(mut work: JoinSet<anyhow::Result<()>>) -> anyhow::Result<()> {
    while let Some(ended) = work.join_next().await {
        ended.context("join background work")??;
    }
    Ok(())
}

/// Runs API, outbox relay and consumer until shutdown.
///
/// # Errors
/// A malformed setting, or a part that cannot go on.
pub async fn serve(
    config: Config,
    listeners: Listeners,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let parts = Parts::connect(&config, clock)?;
    let subscription = subscription();
    let health = parts.health(&subscription);
    let work = parts.work(subscription, &shutdown);
    let served = parts
        .api(&config, health, listeners, shutdown.clone())
        .await;
    shutdown.cancel();
    finish(work).await?;
    served
}

/// Runs the API alone until shutdown.
///
/// # Errors
/// As [`serve`].
pub async fn serve_api(
    config: Config,
    listeners: Listeners,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let parts = Parts::connect(&config, clock)?;
    let health = Health::standard(NAME, &parts.db, &parts.cache, None);
    parts.api(&config, health, listeners, shutdown).await
}

/// Runs relay and consumer alone until shutdown, with a health port.
///
/// # Errors
/// As [`serve`].
pub async fn work(
    config: Config,
    admin: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let parts = Parts::connect(&config, clock)?;
    let subscription = subscription();
    let health = parts.health(&subscription);
    let work = parts.work(subscription, &shutdown);
    let served = janchi_web::serve_admin(health, admin, shutdown.clone()).await;
    shutdown.cancel();
    finish(work).await?;
    served
}

/// Brings the database to this version.
///
/// # Errors
/// The database cannot be reached, or a migration fails.
pub async fn migrate(config: Config) -> anyhow::Result<()> {
    janchi_db::migrate(&config.database_url, &MIGRATOR).await
}
