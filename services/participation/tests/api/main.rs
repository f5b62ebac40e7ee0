//! The participation service against real PostgreSQL, Redis and RabbitMQ; the event service is played here.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

mod burst;
mod claiming;
mod draws;
mod entering;
mod erasing;
mod fleet;
mod fraud;
mod freezing;
mod input;
mod leaving;
mod messages;
mod opening_hours;
mod outages;
mod owners;
mod public_draws;
mod visits;
mod winners;
