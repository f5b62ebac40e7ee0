use crate::config::Config;
use crate::limit::Limiter;
use crate::pages::Pages;
use crate::proxy::Proxy;
use crate::routes::{Table, table};
use crate::sessions::Sessions;
use crate::verdicts::Verdicts;
use janchi_auth::{ServiceTokens, Verifier};
use janchi_cache::Cache;
use janchi_client::ServiceClient;

/// What every request needs.
#[derive(Debug)]
pub struct State {
    pub config: Config,
    pub table: Table,
    pub pages: Pages,
    pub verdicts: Verdicts,
    pub sessions: Sessions,
    pub limiter: Limiter,
    pub proxy: Proxy,
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
        Ok(Self {
            pages: Pages::new(&table()),
            table: Table::new(table())?,
            verdicts: Verdicts::new(Verifier::fetching(config.jwks_url.clone())?),
            sessions: Sessions::new(user),
            limiter: Limiter::new(cache.clone(), config.limits),
            proxy: Proxy::new(),
            cache,
            config,
        })
    }
}
