use crate::NAME;
use crate::clients::messages::Messages;
use crate::clients::tax_office::TaxOffice;
use crate::config::Config;
use crate::domain::vault::Vault;
use crate::ops::business::BusinessCheck;
use crate::ops::keys::{KeyRing, NewKey};
use crate::ops::passwords::Passwords;
use crate::ops::sessions::Sessions;
use anyhow::Context;
use axum::extract::FromRef;
use janchi_auth::{RECEIPT_ISSUER, ServiceTokens, Signer, Verifier, bind_issuer};
use janchi_cache::Cache;
use janchi_runtime::Clock;
use sqlx::PgPool;
use std::sync::Arc;
use tokio::sync::Notify;
use url::Url;

/// What handlers and tickers work with.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub db: PgPool,
    pub cache: Cache,
    pub clock: Clock,
    pub vault: Vault,
    pub verifier: Verifier,
    pub service_tokens: ServiceTokens,
    pub passwords: Passwords,
    pub sessions: Sessions,
    pub business: BusinessCheck,
    pub messages: Option<Messages>,
    pub public_base_url: Url,
    /// The keys that sign access tokens, and all that are published.
    pub keys: KeyRing,
    /// Wakes the ticker that serves reset requests.
    pub resets_wanted: Arc<Notify>,
}

impl AppState {
    /// Connects nothing yet: databases that are down are waited for when first used.
    ///
    /// # Errors
    /// A malformed setting, by name.
    pub fn new(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let vault = Vault::open(&config.encryption_keys, &config.lookup_key)?;
        let cache = Cache::connect(&config.shared.redis_url, &config.shared.namespace)
            .context("REDIS_URL")?;
        let setting = config.jwt_signing_key.clone();
        let signer = Signer::from_pkcs8_base64(&setting).context("JWT_SIGNING_KEY")?;
        let receipts = Signer::jwks_of_public_keys(&config.receipt_public_key)
            .context("RECEIPT_PUBLIC_KEY")?
            .into_iter()
            .map(|jwk| bind_issuer(jwk, RECEIPT_ISSUER))
            .collect();
        let db =
            janchi_db::connect(&config.shared.database_url, 10).context("USER_DATABASE_URL")?;
        // This service signs the tokens it takes: it need not ask itself for the keys.
        let verifier = Verifier::without_keys();
        let configured = NewKey { signer, setting };
        let keys = KeyRing::new(
            db.clone(),
            vault.clone(),
            configured,
            receipts,
            verifier.clone(),
        );
        let office = match &config.tax_office_url {
            Some(url) => Some(TaxOffice::new(url.clone(), config.tax_office_key.clone())?),
            None => None,
        };
        let messages = config.messages.clone().map(Messages::new).transpose()?;
        Ok(Self {
            db,
            verifier,
            service_tokens: ServiceTokens::new(NAME, &config.shared.service_token_secret)
                .context("SERVICE_TOKEN_SECRET")?,
            passwords: Passwords::start()?,
            sessions: Sessions {
                keys: keys.clone(),
                vault: vault.clone(),
                cache: cache.clone(),
            },
            business: BusinessCheck {
                office,
                cache: cache.clone(),
                vault: vault.clone(),
                sandbox: config.sandbox,
                recheck: config.business_recheck,
            },
            messages,
            public_base_url: config.public_base_url.clone(),
            keys,
            resets_wanted: Arc::new(Notify::new()),
            cache,
            clock,
            vault,
        })
    }
}
