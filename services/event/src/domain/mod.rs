//! What an event is and what may happen to it. Pure: no database, no clock of its own, no HTTP.

pub mod changes;
pub mod channels;
pub mod code;
pub mod event;
pub mod fault;
pub mod history;
pub mod job;
pub mod lifecycle;
pub mod limits;
pub mod listing;
pub mod locks;
pub mod odds;
pub mod overdue;
pub mod period;
pub mod plan;
pub mod preflight;
pub mod reach;
pub mod text;
