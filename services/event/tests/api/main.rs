//! The event service's API against real servers; the services it calls are small stand-ins.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

mod access;
mod approval;
mod changes;
mod channels;
mod clock;
mod drafts;
mod erasure;
mod fixture;
mod history;
mod images;
mod internal;
mod jobs;
mod listing;
mod overdue;
mod peers;
mod preflight;
mod public;
mod publishing;
mod recommendations;
