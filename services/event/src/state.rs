//! What handlers, consumers and the ticker share.

use crate::NAME;
use crate::clients::{
    AiClient, ContentClient, DistributionClient, ParticipationClient, UserClient,
};
use crate::config::Config;
use axum::extract::FromRef;
use chrono::{DateTime, Utc};
use janchi_auth::{ServiceTokens, Verifier};
use janchi_cache::Cache;
use janchi_runtime::Clock;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Connections of one process. More than its consumers, its ticker and a burst of requests need at once.
const CONNECTIONS: u32 = 16;

/// Cheap to clone; nothing connects before it is used.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub db: PgPool,
    pub cache: Cache,
    pub clock: Clock,
    pub verifier: Verifier,
    pub service_tokens: ServiceTokens,
    pub users: UserClient,
    pub ai: AiClient,
    pub content: ContentClient,
    pub distribution: DistributionClient,
    pub participation: ParticipationClient,
    /// Streams end with it, so that the process can stop.
    pub shutdown: CancellationToken,
    pub public_base_url: Url,
}

impl AppState {
    /// # Errors
    /// A setting that does not parse.
    pub fn new(config: &Config, clock: Clock, shutdown: CancellationToken) -> anyhow::Result<Self> {
        let tokens = ServiceTokens::new(NAME, &config.shared.service_token_secret)?;
        Ok(Self {
            db: janchi_db::connect(&config.shared.database_url, CONNECTIONS)?,
            cache: Cache::connect(&config.shared.redis_url, &config.shared.namespace)?,
            clock,
            verifier: Verifier::fetching(config.jwks_url.clone())?,
            users: UserClient::new(config.user_service_url.clone(), tokens.clone())?,
            ai: AiClient::new(
                config.ai_service_url.clone(),
                tokens.clone(),
                config.lookup_deadline,
            )?,
            content: ContentClient::new(
                config.content_service_url.clone(),
                tokens.clone(),
                config.lookup_deadline,
            )?,
            distribution: DistributionClient::new(
                config.distribution_service_url.clone(),
                tokens.clone(),
            )?,
            participation: ParticipationClient::new(
                config.participation_service_url.clone(),
                tokens.clone(),
            )?,
            service_tokens: tokens,
            shutdown,
            public_base_url: config.public_base_url.clone(),
        })
    }

    /// The fleet's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Where customers enter, without scheme: short enough to be typed.
    pub fn short_link(&self, code: &str) -> String {
        let host = self.public_base_url.host_str().unwrap_or_default();
        match self.public_base_url.port() {
            Some(port) => format!("{host}:{port}/e/{code}"),
            None => format!("{host}/e/{code}"),
        }
    }
}
