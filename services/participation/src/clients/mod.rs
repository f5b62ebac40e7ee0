//! Outbound calls.

pub mod event;
