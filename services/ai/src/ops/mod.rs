//! What handlers and consumers share.

pub mod read_intent;
pub mod recommend;
mod sources;
