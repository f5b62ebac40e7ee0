//! What handlers and consumers share.

pub mod learning;
pub mod outcome;
pub mod read_intent;
pub mod recommend;
mod searches;
mod sources;
