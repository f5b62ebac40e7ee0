//! HTTP in, HTTP out.

pub mod claims;
pub mod draw_view;
pub mod draws;
pub mod entrant;
pub mod erasures;
pub mod export;
pub mod internal;
pub mod participants;
pub mod participations;
pub mod public;
pub mod reviews;
pub mod visits;
pub mod winners;
