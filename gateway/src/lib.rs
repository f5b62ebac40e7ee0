//! The gateway: the one door to the fleet.
//!
//! It owns routing by one table ([`routes`]), token verification and roles, live sessions, rate limits, and proxying.
//! It has no database and no business rule, and it is not trusted: every service verifies the token again.
//! `/internal/**` is never routed.

mod access;
mod access_log;
mod addresses;
mod body;
mod bucket;
mod compress;
mod config;
mod connection;
mod cors;
mod docs;
mod exchange;
mod headers;
mod inside;
mod limit;
mod lines;
mod meters;
mod oversize;
mod pages;
mod pool;
mod proxy;
pub mod routes;
mod server;
mod sessions;
mod state;
mod strangers;
mod tls;
mod upstream;
mod verdicts;
mod visits;
mod worker;

pub use access_log::AccessLog;
pub use addresses::Trusted;
pub use config::{Config, Limits, Upstreams};
pub use cors::Origins;
pub use server::serve;
pub use tls::Files;
