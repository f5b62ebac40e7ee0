//! What handlers, consumers and the task runner share.

use crate::NAME;
use crate::clients::Platforms;
use crate::config::Config;
use axum::extract::FromRef;
use janchi_auth::{ServiceTokens, Verifier};
use janchi_cache::Cache;
use janchi_crypto::Keyring;
use janchi_runtime::Clock;
use sqlx::PgPool;
use std::sync::Arc;
use tokio::sync::Notify;

/// Wakes the task runner of this process before its next look.
#[derive(Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// There is something to do.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Ends when somebody rang.
    pub async fn heard(&self) {
        self.0.notified().await;
    }
}

/// The service's shared parts.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub db: PgPool,
    pub config: Arc<Config>,
    pub clock: Clock,
    pub cache: Cache,
    pub verifier: Verifier,
    pub tokens: ServiceTokens,
    pub keyring: Keyring,
    pub platforms: Arc<Platforms>,
    pub wake: Wake,
}

impl AppState {
    /// Builds the state; nothing is connected before it is used.
    ///
    /// # Errors
    /// A malformed setting.
    pub fn new(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        Ok(Self {
            db: janchi_db::connect(&config.shared.database_url, 12)?,
            cache: Cache::connect(&config.shared.redis_url, &config.shared.namespace)?,
            verifier: Verifier::fetching(config.jwks_url.clone())?,
            tokens: ServiceTokens::new(NAME, &config.shared.service_token_secret)?,
            keyring: Keyring::parse(&config.encryption_keys)?,
            platforms: Arc::new(Platforms::from_config(config)?),
            config: Arc::new(config.clone()),
            wake: Wake::default(),
            clock,
        })
    }
}
