//! The one shape of the seven services: the settings they have in common, what a service is made of, and how its
//! binary runs it.
//!
//! Each service has an `assemble(config, clock, shutdown)` that puts a [`Service`] together; nothing runs before
//! [`Service::serve`], [`Service::serve_api`] or [`Service::work`]. [`main`] is what all seven binaries call.

mod parts;
mod process;
mod service;
mod settings;

pub use process::{Binary, main};
pub use service::Service;
pub use settings::SharedSettings;
