//! HTTP in, HTTP out.

pub mod cdn;
pub mod edits;
pub mod images;
pub mod internal;
pub mod materials;
pub mod uploads;
