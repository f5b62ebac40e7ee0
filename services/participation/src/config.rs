use janchi_runtime::{or_default, required, secret};
use janchi_service::SharedSettings;
use secrecy::SecretString;
use url::Url;

/// The settings of the participation service.
#[derive(Debug, Clone)]
pub struct Config {
    pub shared: SharedSettings,
    /// `JWKS_URL`
    pub jwks_url: Url,
    /// `ENCRYPTION_KEYS`, `id:base64,…`, the first encrypts
    pub encryption_keys: SecretString,
    /// `LOOKUP_KEY`, base64
    pub lookup_key: SecretString,
    /// `JWT_SIGNING_KEY`, base64 PKCS#8: signs receipt tokens
    pub jwt_signing_key: SecretString,
    /// `EVENT_SERVICE_URL`
    pub event_service_url: Url,
    /// `RETENTION_DAYS`: personal data is destroyed so many days after an event's closing time
    pub retention_days: u32,
    /// `ENTRY_QUEUE`: so many entries may wait for the database before others are asked to come back
    pub entry_queue: usize,
}

impl Config {
    /// Days after closing: time for the draw, the claims and complaints.
    pub const RETENTION_DAYS: u32 = 60;
    /// A second or two of a burst.
    pub const ENTRY_QUEUE: usize = 8192;

    /// Reads the environment.
    ///
    /// # Errors
    /// A missing or malformed variable, by its name.
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(Self {
            shared: SharedSettings::from_env(secret("PARTICIPATION_DATABASE_URL")?)?,
            jwks_url: required("JWKS_URL")?,
            encryption_keys: secret("ENCRYPTION_KEYS")?,
            lookup_key: secret("LOOKUP_KEY")?,
            jwt_signing_key: secret("JWT_SIGNING_KEY")?,
            event_service_url: required("EVENT_SERVICE_URL")?,
            retention_days: or_default("RETENTION_DAYS", Self::RETENTION_DAYS)?,
            entry_queue: or_default("ENTRY_QUEUE", Self::ENTRY_QUEUE)?,
        })
    }
}
