//! What is told to this service.

pub mod events;
