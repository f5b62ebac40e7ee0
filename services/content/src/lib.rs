//! The content service: pictures of events, their edits, and the files they are.
//!
//! Owns the tables `images`, `image_sets`, `edits`, `backgrounds` and `uploads`, the folder of pictures behind
//! `/cdn/…`, and the Redis keys `content:image:{eventId}:{style}`; writes progress to `job:{jobId}`. Calls Stability AI
//! and OpenAI Images for backgrounds where they are configured, and draws patterns otherwise: the text on a picture is
//! always its own. Publishes `content.job.*`. Consumes the queue `content.image` and `user.deleted`.

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

use janchi_contracts::content::GenerateImages;
use janchi_queue::{Broker, Subscription};
use janchi_runtime::Clock;
use janchi_web::{Health, Listeners};
use jobs::generate_images::DrawImages;
use jobs::owner_events::{OwnerEvents, PATTERNS, QUEUE};
use state::AppState;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The migrations of this service's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

struct Service {
    state: AppState,
    broker: Broker,
    health: Health,
    images: Subscription,
    events: Subscription,
}

impl Service {
    fn build(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let state = AppState::build(config, clock)?;
        let broker = Broker::connect(&config.amqp_url, &config.namespace, "content");
        let mut health = Health::standard("content", &state.db, &state.cache, Some(&broker));
        if let Some(api) = state
            .painters
            .stability
            .as_ref()
            .map(|vendor| vendor.api().clone())
        {
            health = health.note("stability", move || {
                format!("{:?}", api.breaker().state()).into()
            });
        }
        if let Some(api) = state
            .painters
            .openai
            .as_ref()
            .map(|vendor| vendor.api().clone())
        {
            health = health.note("openai_images", move || {
                format!("{:?}", api.breaker().state()).into()
            });
        }
        // Two jobs at once: their pictures share the cores anyway, their waits for vendors overlap.
        let images = Subscription::job::<GenerateImages>(2);
        Ok(Self {
            state,
            broker,
            health,
            images,
            events: Subscription::events(QUEUE, PATTERNS, 2),
        })
    }

    /// Readiness of a process that also consumes.
    fn working_health(&self) -> Health {
        self.health.clone().bound(&self.images).bound(&self.events)
    }

    async fn background(self, shutdown: CancellationToken) -> anyhow::Result<()> {
        let Self {
            state,
            broker,
            images,
            events,
            ..
        } = self;
        let db = &state.db;
        let (draw, listen) = (DrawImages(state.clone()), OwnerEvents(state.clone()));
        let (_, drawn, heard) = tokio::join!(
            janchi_queue::relay(broker.clone(), db.clone(), shutdown.clone()),
            janchi_queue::consume(broker.clone(), db.clone(), images, draw, shutdown.clone()),
            janchi_queue::consume(broker.clone(), db.clone(), events, listen, shutdown.clone()),
        );
        drawn.and(heard)
    }
}

/// API, outbox relay and consumers, until told to stop.
///
/// # Errors
/// A malformed setting, a missing font, or the listener fails.
pub async fn serve(
    config: Config,
    listeners: Listeners,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let service = Service::build(&config, clock)?;
    let (router, health) = (
        routes::router(service.state.clone()),
        service.working_health(),
    );
    let shutdown = shutdown.child_token();
    let background = tokio::spawn(service.background(shutdown.clone()));
    let served = janchi_web::serve("content", router, health, listeners, shutdown.clone()).await;
    shutdown.cancel();
    served.and(background.await?)
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
    let Service { state, health, .. } = Service::build(&config, clock)?;
    janchi_web::serve(
        "content",
        routes::router(state),
        health,
        listeners,
        shutdown,
    )
    .await
}

/// Outbox relay and consumers alone, with the health port.
///
/// # Errors
/// As [`serve`].
pub async fn work(
    config: Config,
    admin: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let service = Service::build(&config, clock)?;
    let health = service.working_health();
    let shutdown = shutdown.child_token();
    let background = tokio::spawn(service.background(shutdown.clone()));
    let served = janchi_web::serve_admin(health, admin, shutdown.clone()).await;
    shutdown.cancel();
    served.and(background.await?)
}

/// Brings the database to this version.
///
/// # Errors
/// The database cannot be reached or a migration fails.
pub async fn migrate(config: Config) -> anyhow::Result<()> {
    janchi_db::migrate(&config.database_url, &MIGRATOR).await
}
