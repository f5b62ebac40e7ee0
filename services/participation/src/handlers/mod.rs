//! HTTP in, HTTP out.

pub mod draw_shapes;
pub mod draw_view;
pub mod draws;
pub mod entrant;
pub mod export;
pub mod internal;
pub mod participants;
pub mod participations;
pub mod public;
pub mod winners;
