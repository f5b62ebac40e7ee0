//! The event service's API against real servers; the services it calls are small stand-ins.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

mod approval;
mod clock;
mod erasure;
mod events;
mod fixture;
mod images;
mod internal;
mod jobs;
mod listing;
mod peers;
mod public;
mod publishing;
mod recommendations;
