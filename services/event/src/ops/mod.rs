//! What handlers, consumers and the ticker have in common: each a unit of work with its own transaction, or a part
//! of one.

pub mod approval;
pub mod channel_steps;
pub mod clock;
pub mod current;
pub mod draft;
pub mod job_state;
pub mod overdue;
pub mod pictures;
pub mod publishing;
pub mod start_job;
