//! Pure rules: the calendar, the knowledge base, the planner, the forecast, the fitting and the sentence parser.
//! No I/O and no clock: the date is always an argument, so the same input gives the same output.

pub mod budget;
pub mod calendar;
pub mod draft;
pub mod fitting;
pub mod forecast;
pub mod hints;
pub mod intent;
mod intent_dates;
mod intent_money;
pub mod knowledge;
pub mod occasions;
pub mod planner;
mod planner_search;
pub mod prompts;
pub mod schedule;
pub mod trends;
pub mod vendor_answer;
pub mod wording;
