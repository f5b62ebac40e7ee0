//! Outbound calls.

pub mod dealer;
pub mod event;
