//! What handlers and the consumer share.

pub mod build;
pub mod freshness;
pub mod outcome;
pub mod poll;
pub mod printer;
