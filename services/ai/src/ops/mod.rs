//! What handlers and consumers share.

mod asking;
pub mod demand;
pub mod learning;
pub mod outcome;
pub mod read_intent;
pub mod recommend;
mod searches;
mod sources;
mod spending;
pub mod sweep;
pub mod warming;
