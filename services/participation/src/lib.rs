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
pub mod routes;
mod state;
mod store;

pub use config::Config;

use crate::jobs::domain_events::DomainEvents;
use crate::ops::destroy::destroy_on_schedule;
use crate::ops::enter::EntryDesk;
use crate::state::AppState;
use janchi_queue::Subscription;
use janchi_runtime::Clock;
use janchi_service::Service;
use janchi_web::openapi;
use tokio_util::sync::CancellationToken;

/// How the others call it.
pub const NAME: &str = "participation";

/// The migrations of this service's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Connections of one process: its batches of entries, its consumer and a few requests at once.
const CONNECTIONS: u32 = 10;

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
    let db = janchi_db::connect(&config.shared.database_url, CONNECTIONS)?;
    let closing = CancellationToken::new();
    let (desk, taking) = EntryDesk::open(db.clone(), config.entry_queue, closing.clone());
    let state = AppState::new(&config, db, desk, clock)?;
    let events = Subscription::events(
        "participation.events",
        &["event.*", "distribution.started", "user.deleted"],
        4,
    );
    let told = DomainEvents::new(
        state.db.clone(),
        state.keyring.clone(),
        state.book.clone(),
        state.clock.clone(),
    );
    let destruction = destroy_on_schedule(state.db.clone(), state.clock.clone(), shutdown.clone());
    Ok(
        Service::new(NAME, &config.shared, &state.db, &state.cache, shutdown)
            .routes(openapi::served(routes::routes(), state))
            .desk("entry desk", closing, taking)
            .consume(events, told)
            .task("destruction", destruction),
    )
}
