//! Cache-aside over Redis. An error is a miss and a warning, never a failed request; one loader per key at a time.
//!
//! What is cached, and under which key, is known beside the store function that is cached, not here.

mod aside;
mod connection;

pub use aside::Shape;
pub use connection::{Cache, Unavailable};
