//! The participation service: entries of customers, visits, and draws that anyone can check.
//!
//! Owns: entries (one per phone and event), the rules an event opened with, visits, draws, winners, and their erasure.
//! Calls: event (about events it does not know or that may have changed just now); a message dealer, if configured.
//! Publishes: `participation.*`. Consumes: `event.*`, `distribution.started`, `user.deleted`.
//!
//! Whatever is answered with 201 is committed. The seed of a draw is committed in the transaction that opens the event,
//! before the first entry. Names and numbers are encrypted under a key of their event, which is destroyed with them, and
//! leave this service masked, or one at a time with a reason.

mod clients;
mod config;
pub mod domain;
mod error;
mod handlers;
mod jobs;
pub mod ops;
pub mod routes;
mod state;
mod store;

pub use config::{Config, NoticeChannel};
pub use domain::claim::PrizeTax;
pub use domain::retention::Retention;

use crate::jobs::domain_events::DomainEvents;
use crate::ops::destroy::Shredder;
use crate::ops::enter::EntryDesk;
use crate::ops::notify::Teller;
use crate::ops::open::Opening;
use crate::ops::overdue::give_on;
use crate::state::AppState;
use janchi_queue::Subscription;
use janchi_runtime::Clock;
use janchi_service::Service;
use janchi_web::openapi;
use tokio_util::sync::CancellationToken;

/// An entry is a few hundred small things that live for a millisecond: with the system's allocator, making room for them was
/// a fifth of this process's time in a burst.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How the others call it.
pub const NAME: &str = "participation";

/// The migrations of this service's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Connections of one process: its consumer and a few requests at once.
const CONNECTIONS: u32 = 8;
/// And those of the desk: one per lane, and one to take the place of one that died.
const ENTRY_CONNECTIONS: u32 = 3;

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
    let entries = janchi_db::connect_for_probes(&config.shared.database_url, ENTRY_CONNECTIONS)?;
    let (desk, taking) = EntryDesk::open(entries, config.entry_queue, closing.clone());
    let state = AppState::new(&config, db, desk, clock)?;
    let events = Subscription::events(
        "participation.events",
        &["event.*", "distribution.started", "user.deleted"],
        4,
    );
    let told = DomainEvents::new(
        state.db.clone(),
        Opening {
            keyring: state.keyring.clone(),
            retention: state.retention,
            tax: state.tax.clone(),
        },
        state.book.clone(),
        state.clock.clone(),
    );
    let shredder = Shredder {
        db: state.db.clone(),
        keys: state.keys.clone(),
        retention: state.retention,
        tax: state.tax.clone(),
    };
    let destruction = shredder.run(state.clock.clone(), shutdown.clone());
    let unclaimed = give_on(state.claims.clone(), state.clock.clone(), shutdown.clone());
    let teller = Teller {
        desk: state.claims.clone(),
        public_base_url: config.public_base_url.clone(),
        clock: state.clock.clone(),
    };
    let telling = teller.run(shutdown.clone());
    Ok(
        Service::new(NAME, &config.shared, &state.db, &state.cache, shutdown)
            .routes(openapi::served(routes::routes(), state))
            .desk("entry desk", closing, taking)
            .consume(events, told)
            .task("messages to winners", telling)
            .task("unclaimed prizes", unclaimed)
            .task("destruction", destruction),
    )
}
