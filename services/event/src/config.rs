//! Settings, read once at start.

use janchi_runtime::{or_default, required, secret};
use janchi_service::SharedSettings;
use std::time::Duration;
use url::Url;

/// Everything this service is told from outside.
#[derive(Debug, Clone)]
pub struct Config {
    pub shared: SharedSettings,
    pub jwks_url: Url,
    pub user_service_url: Url,
    pub ai_service_url: Url,
    pub content_service_url: Url,
    pub distribution_service_url: Url,
    pub participation_service_url: Url,
    /// Where customers reach the fleet: the short link on pictures.
    pub public_base_url: Url,
    /// So long may asking for an earlier answer hold up the start of a job.
    pub lookup_deadline: Duration,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// A missing or malformed variable, by name.
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(Self {
            shared: SharedSettings::from_env(secret("EVENT_DATABASE_URL")?)?,
            jwks_url: required("JWKS_URL")?,
            user_service_url: required("USER_SERVICE_URL")?,
            ai_service_url: required("AI_SERVICE_URL")?,
            content_service_url: required("CONTENT_SERVICE_URL")?,
            distribution_service_url: required("DISTRIBUTION_SERVICE_URL")?,
            participation_service_url: required("PARTICIPATION_SERVICE_URL")?,
            public_base_url: required("PUBLIC_BASE_URL")?,
            lookup_deadline: Duration::from_millis(or_default("LOOKUP_DEADLINE_MS", 80)?),
        })
    }
}
