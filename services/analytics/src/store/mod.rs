//! SQL.

pub mod channels;
pub mod events;
pub mod polls;
pub mod sales;
pub mod timeline;
