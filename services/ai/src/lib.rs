//! The AI service: what is going on in a trade, a region and a season, three plans for a goal, and what they will
//! bring.
//!
//! - Owns: `recommendations`, `forecasts`, `outcomes`, `answers`.
//! - Calls: Claude, OpenAI; without a key neither, and the built-in planner answers.
//! - Publishes: `ai.job.succeeded`, `ai.job.failed`.
//! - Consumes: the jobs `ai.recommendation`; `analytics.outcome`, `user.deleted`.
//!
//! Vendors are asked about trade, region, goal and season alone. What they answer is checked, cached and only then
//! fitted to the shop, whose name, note and budget never leave this service. Sources in order: cache, Claude, OpenAI,
//! an earlier answer with a notice, the planner. Forecasts are always our own formula's.

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

pub use config::{ANSWER_DEADLINE, ANTHROPIC_MODEL, Config, OPENAI_MODEL};
pub use state::AppState;

use janchi_queue::{Broker, Subscription};
use janchi_runtime::Clock;
use janchi_web::{Health, Listeners};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The migrations of this service's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// API, outbox relay and consumers, until shutdown.
///
/// # Errors
/// A setting that does not parse, or a listener that fails.
pub async fn serve(
    config: Config,
    listeners: Listeners,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let state = AppState::new(&config, clock)?;
    let (broker, work) = Work::new(&config);
    let health = work.bound(health(&state, Some(&broker)));
    let api = janchi_web::serve(
        "ai",
        routes::router(state.clone()),
        health,
        listeners,
        shutdown.clone(),
    );
    let (served, worked) = tokio::join!(api, work.run(state, broker, shutdown));
    served.and(worked)
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
    let state = AppState::new(&config, clock)?;
    let health = health(&state, None);
    janchi_web::serve("ai", routes::router(state), health, listeners, shutdown).await
}

/// Outbox relay and consumers alone, with the health port, until shutdown.
///
/// # Errors
/// A setting that does not parse, or a listener that fails.
pub async fn work(
    config: Config,
    admin: TcpListener,
    clock: Clock,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let state = AppState::new(&config, clock)?;
    let (broker, work) = Work::new(&config);
    let health = work.bound(health(&state, Some(&broker)));
    let admin = janchi_web::serve_admin(health, admin, shutdown.clone());
    let (served, worked) = tokio::join!(admin, work.run(state, broker, shutdown));
    served.and(worked)
}

/// Brings the database to this version.
///
/// # Errors
/// The database cannot be reached, or a migration fails.
pub async fn migrate(config: Config) -> anyhow::Result<()> {
    janchi_db::migrate(&config.database_url, &MIGRATOR).await
}

fn health(state: &AppState, broker: Option<&Broker>) -> Health {
    let vendors = state.vendors.clone();
    Health::standard("ai", &state.db, &state.cache, broker)
        .note("breakers", move || vendors.states())
}

/// The two queues of this service.
struct Work {
    recommendations: Subscription,
    events: Subscription,
}

impl Work {
    fn new(config: &Config) -> (Broker, Self) {
        let broker = Broker::connect(&config.amqp_url, &config.namespace, "ai");
        (
            broker,
            Self {
                recommendations: jobs::recommend_event::subscription(),
                events: jobs::events::subscription(),
            },
        )
    }

    fn bound(&self, health: Health) -> Health {
        health.bound(&self.recommendations).bound(&self.events)
    }

    async fn run(
        self,
        state: AppState,
        broker: Broker,
        shutdown: CancellationToken,
    ) -> anyhow::Result<()> {
        let db = state.db.clone();
        let relay = janchi_queue::relay(broker.clone(), db.clone(), shutdown.clone());
        let recommend = janchi_queue::consume(
            broker.clone(),
            db.clone(),
            self.recommendations,
            jobs::recommend_event::Recommend(state.clone()),
            shutdown.clone(),
        );
        let hear =
            janchi_queue::consume(broker, db, self.events, jobs::events::Hear(state), shutdown);
        let ((), recommended, heard) = tokio::join!(relay, recommend, hear);
        recommended.and(heard)
    }
}
