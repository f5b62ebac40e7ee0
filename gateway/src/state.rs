use crate::config::Config;
use crate::cors::Origins;
use crate::limit::Limiter;
use crate::meters::Meters;
use crate::pages::Pages;
use crate::pool::Loads;
use crate::routes::{Table, table};
use crate::sessions::Sessions;
use crate::strangers::Strangers;
use crate::tls::Tls;
use crate::verdicts::Verdicts;
use crate::visits::Front;
use janchi_auth::{ServiceTokens, Verifier};
use janchi_cache::Cache;
use janchi_client::ServiceClient;
use std::sync::Arc;

/// What all workers share.
#[derive(Debug)]
pub struct State {
    pub config: Config,
    pub table: Table,
    pub pages: Pages,
    pub front: Front,
    pub verdicts: Verdicts,
    pub sessions: Sessions,
    pub limiter: Arc<Limiter>,
    pub strangers: Strangers,
    pub loads: Loads,
    pub meters: Meters,
    pub cors: Origins,
    pub tls: Option<Tls>,
    pub cache: Cache,
}

impl State {
    /// Builds it; nothing is connected yet.
    ///
    /// # Errors
    /// A setting that is of no use.
    pub fn new(config: Config) -> anyhow::Result<Self> {
        let cache = Cache::connect(&config.redis_url, &config.namespace)?;
        let tokens = ServiceTokens::new("gateway", &config.service_token_secret)?;
        let user = ServiceClient::new("user", config.upstreams.user.clone(), tokens)?;
        let routes = table();
        Ok(Self {
            pages: Pages::new()?,
            front: Front::new(&config.public_base_url),
            meters: Meters::new(routes.len()),
            table: Table::new(routes)?,
            verdicts: Verdicts::new(Verifier::fetching(config.jwks_url.clone())?),
            sessions: Sessions::new(user),
            limiter: Arc::new(Limiter::new(cache.clone(), config.limits)),
            strangers: Strangers::default(),
            loads: Loads::new(config.requests_in_hand),
            cors: config.cors_origins.clone(),
            tls: config.tls.clone().map(Tls::new).transpose()?,
            cache,
            config,
        })
    }
}
