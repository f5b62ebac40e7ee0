//! The distribution service through its API, queues and database, against the practice platforms.

mod access;
mod cleaning;
mod connections;
mod failures;
mod films;
mod fixture;
mod owner_actions;
mod publishing;
mod recalls;
mod resuming;
mod sent_once;
mod statistics;
