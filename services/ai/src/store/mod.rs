//! SQL, and the keys of what is cached.

pub mod answers;
pub mod costs;
pub mod demand;
pub mod erasure;
pub mod lessons;
pub mod outcomes;
pub mod own_results;
pub mod progress;
pub mod recommendations;
pub mod scores;
pub mod turns;
