//! What this service hears: its jobs, and what others tell.

pub mod events;
pub mod recommend_event;
