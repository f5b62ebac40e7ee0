//! Consumers: one file each.

pub mod events;
pub mod publish;
