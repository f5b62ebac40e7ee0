//! SQL, and the keys of what is cached.

pub mod answers;
pub mod erasure;
pub mod outcomes;
pub mod progress;
pub mod recommendations;
