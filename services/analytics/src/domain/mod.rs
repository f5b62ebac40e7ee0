//! Pure rules: what the numbers come to.

pub mod dashboard;
pub mod money;
pub mod sale;
pub mod sentence;
