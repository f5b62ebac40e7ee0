//! Messages of other services.

pub mod domain_events;
