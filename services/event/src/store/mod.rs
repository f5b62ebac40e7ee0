//! All SQL of this service.

pub mod children;
pub mod erasure;
pub mod events;
pub mod history;
pub mod jobs;
pub mod listing;
pub mod notes;
pub mod saga;
