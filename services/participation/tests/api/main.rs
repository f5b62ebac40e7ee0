//! The participation service against real PostgreSQL, Redis and RabbitMQ; the event service is played here.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

mod burst;
mod draws;
mod entering;
mod fleet;
mod input;
mod messages;
mod owners;
mod visits;
