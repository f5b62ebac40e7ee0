//! The service's settings.

use janchi_runtime::{or_default, required, secret};
use janchi_service::SharedSettings;
use secrecy::SecretString;
use std::path::PathBuf;
use url::Url;

/// Where the Debian package `fonts-nanum` puts its files.
pub const USUAL_FONT_DIR: &str = "/usr/share/fonts/truetype/nanum";

/// Read once at start; see `.env.example`.
#[derive(Debug, Clone)]
pub struct Config {
    pub shared: SharedSettings,
    /// `JWKS_URL`
    pub jwks_url: Url,
    /// `LOOKUP_KEY`: the key of request fingerprints.
    pub lookup_key: SecretString,
    /// `EVENT_SERVICE_URL`
    pub event_service_url: Url,
    /// `PARTICIPATION_SERVICE_URL`
    pub participation_service_url: Url,
    /// `DISTRIBUTION_SERVICE_URL`
    pub distribution_service_url: Url,
    /// `FONT_DIR`: the folder of the Nanum typefaces, for printed reports alone.
    pub font_dir: PathBuf,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// A missing or malformed setting, by name.
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(Self {
            shared: SharedSettings::from_env(secret("ANALYTICS_DATABASE_URL")?)?,
            jwks_url: required("JWKS_URL")?,
            lookup_key: secret("LOOKUP_KEY")?,
            event_service_url: required("EVENT_SERVICE_URL")?,
            participation_service_url: required("PARTICIPATION_SERVICE_URL")?,
            distribution_service_url: required("DISTRIBUTION_SERVICE_URL")?,
            font_dir: or_default("FONT_DIR", PathBuf::from(USUAL_FONT_DIR))?,
        })
    }
}
