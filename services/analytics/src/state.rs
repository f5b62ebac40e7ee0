//! What handlers, the consumer and the poller share.

use crate::NAME;
use crate::clients::Peers;
use crate::config::Config;
use crate::ops::freshness::Freshness;
use crate::ops::printer::Printer;
use axum::extract::FromRef;
use janchi_auth::{ServiceTokens, Verifier};
use janchi_cache::Cache;
use janchi_crypto::LookupKey;
use janchi_runtime::Clock;
use sqlx::PgPool;

/// The service's shared parts.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub db: PgPool,
    pub cache: Cache,
    pub clock: Clock,
    pub verifier: Verifier,
    pub lookup: LookupKey,
    pub peers: Peers,
    pub freshness: Freshness,
    pub printer: Printer,
}

impl AppState {
    /// Builds the state; nothing is connected before it is used.
    ///
    /// # Errors
    /// A malformed setting.
    pub fn new(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let cache = Cache::connect(&config.shared.redis_url, &config.shared.namespace)?;
        let tokens = ServiceTokens::new(NAME, &config.shared.service_token_secret)?;
        Ok(Self {
            db: janchi_db::connect(&config.shared.database_url, 8)?,
            freshness: Freshness::new(cache.clone()),
            cache,
            verifier: Verifier::fetching(config.jwks_url.clone())?,
            lookup: LookupKey::parse(&config.lookup_key)?,
            peers: Peers::new(
                config.event_service_url.clone(),
                config.participation_service_url.clone(),
                config.distribution_service_url.clone(),
                tokens,
            )?,
            printer: Printer::new(&config.font_dir),
            clock,
        })
    }
}
