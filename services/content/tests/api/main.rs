//! The content service against real PostgreSQL, Redis and RabbitMQ; vendors are played by the practice server.

#![expect(
    clippy::unwrap_used,
    reason = "what the shared functions of these tests cannot unwrap fails the test"
)]

mod edits;
mod erasure;
mod files;
mod fleet;
mod jobs;
mod materials;
mod midway;
mod pictures;
mod reference;
mod storage;
mod uploads;
mod vendors;
