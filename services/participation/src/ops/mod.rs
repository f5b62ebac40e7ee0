//! Work that a handler and a job share, or that is too long for a handler.

pub mod destroy;
pub mod enter;
pub mod freeze;
pub mod open;
pub mod read_sealed;
pub mod rule_book;
pub mod run_draw;
pub mod step_winner;
pub mod visit;
pub mod withdraw;
