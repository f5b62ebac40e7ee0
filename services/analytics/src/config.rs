//! The service's settings.

use janchi_runtime::{or_default, required, secret};
use secrecy::SecretString;
use std::net::SocketAddr;
use url::Url;

/// Read once at start; see `.env.example`.
#[derive(Debug, Clone)]
pub struct Config {
    /// `LISTEN_ADDR`
    pub listen_addr: SocketAddr,
    /// `ADMIN_ADDR`
    pub admin_addr: SocketAddr,
    /// `ANALYTICS_DATABASE_URL`
    pub database_url: SecretString,
    /// `REDIS_URL`
    pub redis_url: SecretString,
    /// `AMQP_URL`
    pub amqp_url: SecretString,
    /// `NAMESPACE`; empty in production.
    pub namespace: String,
    /// `JWKS_URL`
    pub jwks_url: Url,
    /// `SERVICE_TOKEN_SECRET`
    pub service_token_secret: SecretString,
    /// `LOOKUP_KEY`: the key of request fingerprints.
    pub lookup_key: SecretString,
    /// `EVENT_SERVICE_URL`
    pub event_service_url: Url,
    /// `PARTICIPATION_SERVICE_URL`
    pub participation_service_url: Url,
    /// `DISTRIBUTION_SERVICE_URL`
    pub distribution_service_url: Url,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// A missing or malformed setting, by name.
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(Self {
            listen_addr: required("LISTEN_ADDR")?,
            admin_addr: required("ADMIN_ADDR")?,
            database_url: secret("ANALYTICS_DATABASE_URL")?,
            redis_url: secret("REDIS_URL")?,
            amqp_url: secret("AMQP_URL")?,
            namespace: or_default("NAMESPACE", String::new())?,
            jwks_url: required("JWKS_URL")?,
            service_token_secret: secret("SERVICE_TOKEN_SECRET")?,
            lookup_key: secret("LOOKUP_KEY")?,
            event_service_url: required("EVENT_SERVICE_URL")?,
            participation_service_url: required("PARTICIPATION_SERVICE_URL")?,
            distribution_service_url: required("DISTRIBUTION_SERVICE_URL")?,
        })
    }
}
