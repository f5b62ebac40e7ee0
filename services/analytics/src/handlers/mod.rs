//! HTTP in, HTTP out.

pub mod dashboard;
pub mod overview;
pub mod report;
pub mod sales;
