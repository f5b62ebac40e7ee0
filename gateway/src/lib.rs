//! The gateway: the one door to the fleet.
//!
//! It owns routing by one table ([`routes`]), token verification and roles, live sessions, rate limits, and proxying.
//! It has no database and no business rule, and it is not trusted: every service verifies the token again.
//! `/internal/**` is never routed.

mod access;
mod addresses;
mod config;
mod limit;
mod oversize;
mod pages;
mod proxy;
pub mod routes;
mod server;
mod sessions;
mod state;
mod verdicts;

pub use config::{Config, Limits, Upstreams};
pub use server::serve;
