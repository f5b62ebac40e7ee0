use crate::ops::enter::EntryDesk;
use crate::ops::rule_book::RuleBook;
use axum::extract::FromRef;
use chrono::{DateTime, Utc};
use janchi_auth::{ServiceTokens, Signer, Verifier};
use janchi_crypto::{Keyring, LookupKey};
use janchi_runtime::Clock;
use sqlx::PgPool;

/// What handlers may ask for, each only its part.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub db: PgPool,
    pub verifier: Verifier,
    pub tokens: ServiceTokens,
    pub signer: Signer,
    pub keyring: Keyring,
    pub lookup: LookupKey,
    pub book: RuleBook,
    pub desk: EntryDesk,
    pub clock: Clock,
    pub retention: Retention,
}

/// How long personal data is kept after an event has closed.
#[derive(Debug, Clone, Copy)]
pub struct Retention(pub chrono::Duration);

impl Retention {
    /// The day on which an entry's personal data is destroyed; counted from now where the event has no end.
    pub fn destroy_at(self, ends_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
        ends_at.unwrap_or(now) + self.0
    }
}
