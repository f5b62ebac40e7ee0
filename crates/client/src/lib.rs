//! Outbound HTTP: one way to build a client, a deadline and a breaker around every call, and calls between services.
//!
//! The order is retry (breaker (deadline (call))). URLs and types of remotes live in the services' `clients/`.

mod api;
mod breaker;
mod phase;
mod service;
mod window;

pub use api::{Answer, Api, CallError};
pub use breaker::{Breaker, Permit};
pub use phase::BreakerState;
pub use service::ServiceClient;
pub use window::Policy;
