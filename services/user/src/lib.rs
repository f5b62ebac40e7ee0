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

use crate::state::AppState;
use janchi_runtime::Clock;
use janchi_service::Service;
use janchi_web::openapi;
use tokio_util::sync::CancellationToken;

/// How the others call it.
pub const NAME: &str = "user";

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
    let rounds = jobs::rounds::run(state.clone(), shutdown.clone());
    let mut service = Service::new(NAME, &config.shared, &state.db, &state.cache, shutdown)
        .routes(openapi::served(routes::routes(), state.clone()))
        .task("rounds", rounds);
    if let Some(office) = state.business.office {
        service = service.note("tax-office", move || office.breaker().into());
    }
    if let Some(messages) = state.messages {
        service = service.note("messages", move || messages.breaker().into());
    }
    Ok(service)
}
