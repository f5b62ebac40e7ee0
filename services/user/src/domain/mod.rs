//! Pure rules: what a valid account and shop are, what a business check means, when a login is throttled.

pub mod account;
pub mod fault;
pub mod shop;
pub mod throttle;
pub mod vault;
pub mod verification;
