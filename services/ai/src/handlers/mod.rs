//! HTTP in, HTTP out.

pub mod intents;
pub mod recommendations;
