//! What handlers, consumers and the task runner do together.

pub mod actions;
pub mod breakers;
pub mod connections;
pub mod films;
pub mod journal;
pub mod leaving;
pub mod open_run;
pub mod recall;
pub mod runner;
pub mod start;
pub mod statistics;
pub mod view;
pub mod work;
