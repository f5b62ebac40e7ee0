//! Pure rules: the calendar, the knowledge base, the planner, the forecast and how it learns, the fitting and the
//! sentence parser.
//! No I/O and no clock: the date is always an argument, so the same input gives the same output.

mod belief;
pub mod budget;
mod budget_scaling;
pub mod calendar;
pub mod calibration;
mod channel_factors;
pub mod cost;
mod date_mentions;
mod date_numerals;
mod date_particles;
pub mod draft;
pub mod fitting;
pub mod flow;
pub mod forecast;
mod forecast_basis;
pub mod hints;
pub mod intent;
mod intent_dates;
mod intent_goal;
mod intent_money;
pub mod keywords;
pub mod knowledge;
mod korean_amounts;
pub mod learned;
pub mod lesson;
pub mod misses;
mod named_days;
pub mod occasions;
pub mod own_result;
mod plan_wording;
pub mod planner;
mod planner_search;
pub mod prompts;
pub mod schedule;
pub mod score;
pub mod search_trend;
pub mod tally;
pub mod trends;
pub mod vendor_answer;
mod vendor_offer;
mod vendor_schema;
mod voucher_plans;
pub mod warming;
pub mod wording;
