//! Pure rules: the calendar, the knowledge base, the planner, the forecast, the fitting and the sentence parser.
//! No I/O and no clock: the date is always an argument, so the same input gives the same output.

pub mod budget;
mod budget_scaling;
pub mod calendar;
mod date_mentions;
mod date_numerals;
mod date_particles;
pub mod draft;
pub mod fitting;
pub mod forecast;
pub mod hints;
pub mod intent;
mod intent_dates;
mod intent_goal;
mod intent_money;
pub mod knowledge;
mod korean_amounts;
mod named_days;
pub mod occasions;
mod plan_wording;
pub mod planner;
mod planner_search;
pub mod prompts;
pub mod schedule;
pub mod trends;
pub mod vendor_answer;
mod vendor_offer;
mod vendor_schema;
mod voucher_plans;
pub mod wording;
