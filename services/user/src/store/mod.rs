//! All SQL of this service. Rows hold personal data sealed; whoever reads them opens them with the vault.

pub mod login_attempts;
pub mod password_resets;
pub mod sessions;
pub mod signing_keys;
pub mod stores;
pub mod users;
