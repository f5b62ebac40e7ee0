//! HTTP in, HTTP out.

pub mod channels;
pub mod distributions;
pub mod internal;
pub mod stream;
