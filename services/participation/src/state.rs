//! What handlers and the consumer share.

use crate::NAME;
use crate::clients::dealer::Dealer;
use crate::clients::event::EventClient;
use crate::config::Config;
use crate::domain::claim::PrizeTax;
use crate::domain::retention::Retention;
use crate::ops::claim::ClaimDesk;
use crate::ops::enter::EntryDesk;
use crate::ops::event_keys::EventKeys;
use crate::ops::frozen::FrozenLists;
use crate::ops::guesses::Guesses;
use crate::ops::open::Opening;
use crate::ops::rule_book::RuleBook;
use crate::ops::run_draw::ClaimTerms;
use crate::ops::watch::Watch;
use axum::extract::FromRef;
use janchi_auth::{ServiceTokens, Signer, Verifier};
use janchi_cache::Cache;
use janchi_client::ServiceClient;
use janchi_crypto::{Keyring, LookupKey};
use janchi_runtime::Clock;
use sqlx::PgPool;

/// What handlers may ask for, each only its part.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub db: PgPool,
    /// Nothing here is kept in Redis; whether it answers is told by `/readyz`.
    pub cache: Cache,
    pub verifier: Verifier,
    pub tokens: ServiceTokens,
    pub signer: Signer,
    pub keyring: Keyring,
    pub lookup: LookupKey,
    pub book: RuleBook,
    pub desk: EntryDesk,
    pub clock: Clock,
    pub retention: Retention,
    pub keys: EventKeys,
    pub lists: FrozenLists,
    pub watch: Watch,
    pub guesses: Guesses,
    pub claims: ClaimDesk,
    pub terms: ClaimTerms,
    pub tax: PrizeTax,
}

impl AppState {
    /// Nothing connects before it is used.
    ///
    /// # Errors
    /// A setting that does not parse.
    pub fn new(config: &Config, db: PgPool, desk: EntryDesk, clock: Clock) -> anyhow::Result<Self> {
        let tokens = ServiceTokens::new(NAME, &config.shared.service_token_secret)?;
        let keyring = Keyring::parse(&config.encryption_keys)?;
        let events = EventClient::new(ServiceClient::new(
            "event",
            config.event_service_url.clone(),
            tokens.clone(),
        )?);
        let lookup = LookupKey::parse(&config.lookup_key)?;
        let keys = EventKeys::new(keyring.clone(), lookup.clone());
        let dealer = Dealer::new(config.notices.clone(), config.sms.clone())?;
        let terms = ClaimTerms {
            time: chrono::Duration::days(config.claim_days.into()),
            told: dealer.can_tell(),
        };
        Ok(Self {
            claims: ClaimDesk {
                db: db.clone(),
                keys: keys.clone(),
                lookup: lookup.clone(),
                dealer,
                terms,
            },
            terms,
            tax: config.prize_tax.clone(),
            lists: FrozenLists::default(),
            watch: Watch::default(),
            guesses: Guesses::default(),
            cache: Cache::connect(&config.shared.redis_url, &config.shared.namespace)?,
            verifier: Verifier::fetching(config.jwks_url.clone())?,
            tokens,
            signer: Signer::from_pkcs8_base64(&config.jwt_signing_key)?,
            lookup,
            book: RuleBook::new(
                db.clone(),
                events,
                Opening {
                    keyring: keyring.clone(),
                    retention: config.retention,
                    tax: config.prize_tax.clone(),
                },
                keys.clone(),
                clock.clone(),
            ),
            keys,
            keyring,
            desk,
            retention: config.retention,
            db,
            clock,
        })
    }
}
