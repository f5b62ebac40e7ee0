//! What handlers, tickers and the operator's tool do with several layers at once.

pub mod account_change;
pub mod admin;
pub mod business;
pub mod erasure;
pub mod keys;
pub mod login;
pub mod password_resets;
pub mod passwords;
pub mod profile;
pub mod registration;
pub mod sessions;
pub mod throttle;

pub use admin::{
    KeyView, Review, Settlement, list_keys, list_reviews, reset_link, rotate_keys, settle_review,
};
