//! What handlers, tickers and the operator's tool do with several layers at once.

pub mod admin;
pub mod business;
pub mod erasure;
pub mod login;
pub mod password_resets;
pub mod passwords;
pub mod profile;
pub mod registration;
pub mod sessions;

pub use admin::{Review, Settlement, list_reviews, reset_link, settle_review};
