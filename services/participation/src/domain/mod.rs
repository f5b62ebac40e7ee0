//! Rules of entering, visiting and drawing: pure, no database, no network, no clock.

pub mod application;
pub mod channel;
pub mod claim;
pub mod entry;
pub mod event_key;
pub mod fraud;
pub mod prize;
pub mod retention;
pub mod rules;
pub mod sheet;
pub mod visit_code;
pub mod winner;
