//! Pure rules: what a valid account and shop are, what a business check means, when a login is throttled, which key
//! signs.

pub mod account;
pub mod device;
pub mod fault;
pub mod key_ring;
pub mod shop;
pub mod throttle;
pub mod vault;
pub mod verification;
