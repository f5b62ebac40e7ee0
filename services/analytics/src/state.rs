//! What handlers, the consumer and the poller share.

use crate::clients::Peers;
use crate::config::Config;
use crate::ops::freshness::Freshness;
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
}

impl AppState {
    /// Builds the state; nothing is connected before it is used.
    ///
    /// # Errors
    /// A malformed setting.
    pub fn build(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let cache = Cache::connect(&config.redis_url, &config.namespace)?;
        let tokens = ServiceTokens::new("analytics", &config.service_token_secret)?;
        Ok(Self {
            db: janchi_db::connect(&config.database_url, 8)?,
            freshness: Freshness::new(cache.clone()),
            cache,
            verifier: Verifier::fetching(config.jwks_url)?,
            lookup: LookupKey::parse(&config.lookup_key)?,
            peers: Peers::new(
                config.event_service_url,
                config.participation_service_url,
                config.distribution_service_url,
                tokens,
            )?,
            clock,
        })
    }
}
