//! What handlers and consumers share.

use crate::NAME;
use crate::clients::Vendors;
use crate::config::Config;
use crate::ops::demand::Demand;
use crate::ops::learning::Learning;
use axum::extract::FromRef;
use janchi_auth::ServiceTokens;
use janchi_cache::Cache;
use janchi_runtime::Clock;
use sqlx::PgPool;
use std::sync::Arc;

/// Connections of one process: its consumers and a few requests at once.
const CONNECTIONS: u32 = 12;

/// Cheap to clone; nothing connects before it is used.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub db: PgPool,
    pub cache: Cache,
    pub clock: Clock,
    pub service_tokens: ServiceTokens,
    pub vendors: Vendors,
    pub learning: Arc<Learning>,
    pub demand: Arc<Demand>,
}

impl AppState {
    /// # Errors
    /// A setting that does not parse.
    pub fn new(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let db = janchi_db::connect(&config.shared.database_url, CONNECTIONS)?;
        Ok(Self {
            learning: Learning::new(db.clone(), clock.clone()),
            demand: Demand::new(db.clone(), clock.clone()),
            db,
            cache: Cache::connect(&config.shared.redis_url, &config.shared.namespace)?,
            clock,
            service_tokens: ServiceTokens::new(NAME, &config.shared.service_token_secret)?,
            vendors: Vendors::new(config)?,
        })
    }
}
