//! HTTP in, HTTP out.

pub mod ai;
pub mod approval;
pub mod bodies;
pub mod event_jobs;
pub mod events;
pub mod filling;
pub mod history;
pub mod images;
pub mod internal;
pub mod job_stream;
pub mod jobs;
pub mod listing;
pub mod public;
pub mod views;
