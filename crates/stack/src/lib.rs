//! Private PostgreSQL, Redis and RabbitMQ from installed packages, for `janchi up` and `janchi test`.
//!
//! Owns: finding (and, as root on a Debian-like system, installing) the servers, choosing free loopback
//! ports and a place for their data, starting all three at once, the seven databases and roles, the Redis
//! and RabbitMQ users with least rights, the development keys, and an orderly end.
//! Calls: the servers' own programs. Publishes and consumes nothing.
//!
//! No process outlives its parent: each server is started through `setpriv --pdeathsig` where there is one,
//! so that the kernel ends it in good order even when the parent was killed.

mod accounts;
mod broker;
mod grants;
mod install;
mod keys;
mod leftovers;
mod named;
mod places;
mod ports;
mod postgres;
mod process;
mod programs;
mod progress;
mod redis;
mod running;
mod scram;
mod urls;

pub use grants::{AMQP_USERS, REDIS_USERS};
pub use install::install;
pub use keys::{Keys, ServiceKeys};
pub use named::{Named, Place};
pub use places::Home;
pub use programs::{Missing, Programs, Wanted};
pub use progress::{Progress, Step};
pub use running::{Kind, Options, Stack};
pub use urls::Urls;

/// The seven services, in the order in which they are listed everywhere.
pub const SERVICES: [&str; 7] = [
    "user",
    "event",
    "ai",
    "content",
    "distribution",
    "participation",
    "analytics",
];

/// Name of a service's database, which is also the name of its login role.
#[must_use]
pub fn database_name(service: &str) -> String {
    format!("{service}_service")
}
