//! The AI service against real servers; vendors are stand-ins that speak their wire formats.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

mod bad_answers;
mod cancelled;
mod costs;
mod events;
mod injection;
mod intents;
mod jobs;
mod killed;
mod learning;
mod lookup;
mod practice;
mod searches;
mod setup;
mod stub;
mod sweep;
mod vendors;
mod warming;
mod without_redis;
