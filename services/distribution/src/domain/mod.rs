//! Rules without I/O: what a run is worth, when a channel is tried again, what an owner may do, what is said where.

pub mod codes;
pub mod connection;
pub mod decision;
pub mod film;
pub mod jingle;
pub mod material;
pub mod outcome;
pub mod pace;
pub mod removal;
pub mod run;
pub mod task;
