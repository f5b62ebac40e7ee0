//! The AI service: what is going on in a trade, a region and a season, three plans for a goal, and what they will
//! bring.
//!
//! - Owns: `recommendations`, `forecasts`, `outcomes`, `lessons`, `forecast_scores`, `answers`, `vendor_calls`,
//!   `job_costs`, `topic_demand`.
//! - Calls: Claude, OpenAI, NAVER DataLab; without a key none, and the built-in planner answers.
//! - Publishes: `ai.job.succeeded`, `ai.job.failed`.
//! - Consumes: the jobs `ai.recommendation`; `analytics.outcome`, `user.deleted`.
//!
//! Vendors are asked about trade, region, goal and season alone. What they answer is checked, cached and only then
//! fitted to the shop, whose name, note and budget never leave this service. Sources in order: cache, Claude, OpenAI,
//! an earlier answer with a notice, the planner. Forecasts are always our own formula's, corrected by what finished
//! events taught (`docs/forecast.md`).

pub mod backtest;
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

pub use config::{
    ANSWER_DEADLINE, ANTHROPIC_MODEL, ANTHROPIC_PRICE, Config, OPENAI_MODEL, OPENAI_PRICE,
    RETENTION_DAYS, WARMING_BUDGET, WARMING_EVERY, Warming,
};

use crate::jobs::events::{self, Hear};
use crate::jobs::recommend_event::{self, Recommend};
use crate::ops::{sweep, warming};
use crate::state::AppState;
use janchi_runtime::Clock;
use janchi_service::Service;
use janchi_web::openapi;
use tokio_util::sync::CancellationToken;

/// How the others call it.
pub const NAME: &str = "ai";

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
    let vendors = state.vendors.clone();
    let learning = state.learning.clone();
    let learned = learning.clone();
    let closing = CancellationToken::new();
    let read_for_work = learning.clone().run(shutdown.clone());
    let read_for_routes = learning.run(closing.clone());
    let sweep = sweep::run(state.clone(), config.retention_days, shutdown.clone());
    let warming = warming::run(state.clone(), config.warming, shutdown.clone());
    Ok(
        Service::new(NAME, &config.shared, &state.db, &state.cache, shutdown)
            .routes(openapi::served(routes::routes(), state.clone()))
            .desk("learning for lookups", closing, read_for_routes)
            .task("learning", read_for_work)
            .task("warming", warming)
            .task("sweep", sweep)
            .consume(recommend_event::subscription(), Recommend(state.clone()))
            .consume(events::subscription(), Hear(state))
            .note("breakers", move || vendors.states())
            .note("learned", move || learned.state()),
    )
}
