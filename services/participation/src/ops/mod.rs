//! Work that a handler and a job share, or that is too long for a handler.

pub mod claim;
pub mod destroy;
pub mod enter;
pub mod event_keys;
pub mod freeze;
pub mod frozen;
pub mod guesses;
pub mod notify;
pub mod offline;
pub mod open;
pub mod overdue;
pub mod read_sealed;
pub mod rule_book;
pub mod run_draw;
pub mod step_winner;
pub mod visit;
pub mod watch;
pub mod withdraw;
