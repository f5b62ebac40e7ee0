//! The secrets of events: made at the opening, kept sealed, destroyed on schedule.

use crate::domain::event_key::EventKey;
use crate::error::Error;
use crate::store;
use anyhow::Context;
use chrono::{DateTime, Utc};
use janchi_crypto::{Keyring, LookupKey, random, sha256};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// Where an event's secret is sealed.
fn secret_place(event_id: Uuid) -> String {
    format!("event_keys.secret.{event_id}")
}

/// Opens the keys of events.
#[derive(Debug, Clone)]
pub struct EventKeys {
    keyring: Keyring,
    lookup: LookupKey,
}

impl EventKeys {
    pub fn new(keyring: Keyring, lookup: LookupKey) -> Self {
        Self { keyring, lookup }
    }

    /// The key of an event.
    ///
    /// # Errors
    /// The statement fails, or the secret does not open.
    pub async fn of(&self, db: impl PgExecutor<'_>, event_id: Uuid) -> Result<EventKey, Error> {
        let Some(stored) = store::keys::find_key(db, event_id).await? else {
            return Ok(EventKey::Shared {
                ring: self.keyring.clone(),
                lookup: self.lookup.clone(),
            });
        };
        let Some(sealed) = stored.secret else {
            return Ok(EventKey::Destroyed);
        };
        let secret = self
            .keyring
            .decrypt(&sealed, &secret_place(event_id))
            .context("open an event's secret")?;
        Ok(EventKey::from_secret(&store::fixed(&secret)?)?)
    }

    /// A new secret for an event, and the key that comes from it.
    ///
    /// # Errors
    /// None in practice: a secret has the length of a key.
    pub fn fresh(&self, event_id: Uuid) -> Result<(NewSecret, EventKey), Error> {
        let (new, secret) = new_secret(&self.keyring, event_id);
        Ok((new, EventKey::from_secret(&secret)?))
    }

    /// What opens entries made before they were sealed as one.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }
}

/// A secret on its way into the table.
#[derive(Debug)]
pub struct NewSecret {
    pub sealed: Vec<u8>,
    /// What a certificate names it by.
    pub id: String,
}

fn new_secret(keyring: &Keyring, event_id: Uuid) -> (NewSecret, [u8; 32]) {
    let secret = random::<32>();
    let new = NewSecret {
        sealed: keyring.encrypt(&secret, &secret_place(event_id)),
        id: hex::encode(&sha256(&secret)[..8]),
    };
    (new, secret)
}

/// Makes the secret of an event, in the transaction that opens it.
///
/// # Errors
/// The statement fails.
pub async fn make(
    connection: &mut PgConnection,
    keyring: &Keyring,
    event_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (new, _) = new_secret(keyring, event_id);
    store::keys::insert_key(connection, event_id, &new.sealed, &new.id, now).await
}
