//! The keys that sign access tokens: kept in the database, the same on every replica, changed without a restart.

use crate::domain::key_ring::{KeyState, KeyTimes, Rotation, states};
use crate::domain::vault::{Column, Vault};
use crate::error::Error;
use crate::store::{self, signing_keys::SigningKeyRow};
use anyhow::Context;
use chrono::{DateTime, Utc};
use janchi_auth::{OWNER_ISSUER, Signer, Verifier, bind_issuer};
use janchi_db::audit;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use uuid::Uuid;

/// What was read of the database this long ago is still good. Far shorter than a new key is published before it signs.
const FRESH: Duration = Duration::from_secs(2);
/// Nobody waits longer than this for a fresher look when there is an older one.
const PATIENCE: Duration = Duration::from_millis(500);
/// Nor longer than this for the first look of somebody else, who waits for the database.
const FIRST_LOOK: Duration = Duration::from_secs(3);

/// A key as its setting writes it down, with what it can do.
pub struct NewKey {
    pub signer: Signer,
    pub setting: SecretString,
}

/// The signing keys, read again every two seconds of use.
#[derive(Clone)]
pub struct KeyRing(Arc<Inner>);

struct Inner {
    db: PgPool,
    vault: Vault,
    /// `JWT_SIGNING_KEY`: the first key, or one to change to.
    configured: NewKey,
    /// JWKS entries of participation's keys, published beside the own.
    receipts: Vec<Value>,
    /// This service's own verifier, which follows the ring.
    verifier: Verifier,
    ring: RwLock<Option<Arc<Ring>>>,
    reading: Mutex<()>,
}

struct Ring {
    read_at: Instant,
    /// When the next of the keys leaves.
    next_leaves: Option<DateTime<Utc>>,
    keys: Vec<Held>,
}

#[derive(Clone)]
struct Held {
    signer: Signer,
    times: KeyTimes,
}

impl Ring {
    fn new(mut keys: Vec<Held>) -> Self {
        let now = Utc::now();
        keys.retain(|key| key.times.leaves_at.is_none_or(|at| at > now));
        Self {
            read_at: Instant::now(),
            next_leaves: keys.iter().filter_map(|key| key.times.leaves_at).min(),
            keys,
        }
    }

    /// A key that leaves leaves the JWKS and this service's own verifier at once.
    fn is_fresh(&self) -> bool {
        self.read_at.elapsed() < FRESH && self.next_leaves.is_none_or(|at| at > Utc::now())
    }

    fn states(&self, now: DateTime<Utc>) -> Vec<(KeyState, &Held)> {
        let times: Vec<KeyTimes> = self.keys.iter().map(|key| key.times).collect();
        states(&times, now).into_iter().zip(&self.keys).collect()
    }
}

impl KeyRing {
    /// Reads nothing yet: a database that is down is waited for by whoever needs a key.
    pub fn new(
        db: PgPool,
        vault: Vault,
        configured: NewKey,
        receipts: Vec<Value>,
        verifier: Verifier,
    ) -> Self {
        Self(Arc::new(Inner {
            db,
            vault,
            configured,
            receipts,
            verifier,
            ring: RwLock::default(),
            reading: Mutex::default(),
        }))
    }

    /// The key that signs now.
    ///
    /// # Errors
    /// The database cannot be read and never could.
    pub async fn signer(&self) -> Result<Signer, Error> {
        let ring = self.fresh().await?;
        let current = ring
            .states(Utc::now())
            .into_iter()
            .find(|(state, _)| *state == KeyState::Current)
            .context("no key signs")?;
        Ok(current.1.signer.clone())
    }

    /// The public keys of owners' and of receipt tokens: who signs now, who will, who did.
    ///
    /// # Errors
    /// As [`KeyRing::signer`].
    pub async fn jwks(&self) -> Result<Value, Error> {
        let ring = self.fresh().await?;
        Ok(self.published(&ring))
    }

    /// Brings this service's own verifier up to date.
    ///
    /// # Errors
    /// As [`KeyRing::signer`].
    pub async fn look(&self) -> Result<(), Error> {
        self.fresh().await.map(drop)
    }

    fn published(&self, ring: &Ring) -> Value {
        let mut held = ring.states(Utc::now());
        held.retain(|(state, _)| state.is_published());
        held.sort_by_key(|(state, _)| *state);
        let own = held
            .iter()
            .map(|(_, key)| bind_issuer(key.signer.public_jwk(), OWNER_ISSUER));
        let keys: Vec<Value> = own.chain(self.0.receipts.iter().cloned()).collect();
        json!({ "keys": keys })
    }

    fn known(&self) -> Option<Arc<Ring>> {
        let ring = self.0.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.clone()
    }

    async fn fresh(&self) -> Result<Arc<Ring>, Error> {
        let Some(old) = self.known() else {
            let reading = tokio::time::timeout(FIRST_LOOK, self.0.reading.lock());
            let _reading = reading.await.map_err(|_| sqlx::Error::PoolTimedOut)?;
            return match self.known() {
                Some(ring) => Ok(ring),
                None => self.read(None).await,
            };
        };
        if old.is_fresh() {
            return Ok(old);
        }
        // One looks, the others go on with what there is; so does everybody while the database is away.
        let Ok(_reading) = self.0.reading.try_lock() else {
            return Ok(old);
        };
        match tokio::time::timeout(PATIENCE, self.read(Some(&old))).await {
            Ok(Ok(ring)) => Ok(ring),
            Ok(Err(_)) | Err(_) => {
                tracing::warn!("signing keys were not looked at again");
                Ok(self.keep(Ring::new(old.keys.clone())))
            }
        }
    }

    async fn read(&self, old: Option<&Ring>) -> Result<Arc<Ring>, Error> {
        let Inner { db, vault, .. } = self.0.as_ref();
        if old.is_none() {
            self.adopt_configured().await?;
        }
        let known = |kid: &str| {
            let keys = old.map(|ring| ring.keys.as_slice()).unwrap_or_default();
            keys.iter()
                .find(|key| key.signer.kid() == kid)
                .map(|key| key.signer.clone())
        };
        let mut keys = Vec::new();
        for row in store::signing_keys::list_keys(db).await? {
            let Some(sealed) = row.private_key.as_deref() else {
                continue;
            };
            let signer = match known(&row.kid) {
                Some(signer) => signer,
                None => open(vault, row.id, sealed)?,
            };
            let times = row.times();
            keys.push(Held { signer, times });
        }
        Ok(self.keep(Ring::new(keys)))
    }

    fn keep(&self, ring: Ring) -> Arc<Ring> {
        let ring = Arc::new(ring);
        if let Err(error) = self.0.verifier.replace(&self.published(&ring)) {
            tracing::error!(error = format!("{error:#}"), "own keys do not verify");
        }
        *self.0.ring.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&ring));
        ring
    }

    /// Takes the configured key in, if it never was: as the first one, or as one to change to.
    async fn adopt_configured(&self) -> Result<(), Error> {
        let Inner {
            db,
            vault,
            configured,
            ..
        } = self.0.as_ref();
        if store::signing_keys::is_known(db, configured.signer.kid()).await? {
            return Ok(());
        }
        let mut tx = db.begin().await?;
        add(&mut tx, vault, configured, Rotation::usual(), "system").await?;
        tx.commit().await?;
        Ok(())
    }
}

fn open(vault: &Vault, id: Uuid, sealed: &[u8]) -> Result<Signer, Error> {
    let setting = SecretString::from(vault.unseal(Column::SigningKey, id, sealed)?);
    Ok(Signer::from_pkcs8_base64(&setting).context("read a signing key of the database")?)
}

/// Adds a key to the ring: at once if it is the first, else by the rotation. A key that was there before stays what it
/// is. Runs in a transaction, which alone changes the ring.
///
/// # Errors
/// The database fails.
pub async fn add(
    tx: &mut PgConnection,
    vault: &Vault,
    key: &NewKey,
    rotation: Rotation,
    actor: &str,
) -> Result<(), Error> {
    store::signing_keys::lock_ring(&mut *tx).await?;
    let kid = key.signer.kid();
    if store::signing_keys::is_known(&mut *tx, kid).await? {
        return Ok(());
    }
    let (id, now) = (Uuid::now_v7(), Utc::now());
    let is_first = store::signing_keys::list_keys(&mut *tx).await?.is_empty();
    let rotation = if is_first {
        Rotation::at_once()
    } else {
        rotation
    };
    let (new, others_leave) = rotation.begin(now);
    let sealed = vault.seal(Column::SigningKey, id, key.setting.expose_secret());
    store::signing_keys::insert_key(&mut *tx, id, kid, &sealed, new.signs_from, now).await?;
    store::signing_keys::retire_others(&mut *tx, kid, others_leave).await?;
    let action = if is_first {
        "signing_key.first"
    } else {
        "signing_key.rotated"
    };
    let detail = json!({ "signsFrom": new.signs_from, "othersLeaveAt": others_leave });
    audit::record(tx, actor, action, kid, detail).await?;
    Ok(())
}

/// The keys of the ring with what each is now, youngest first.
///
/// # Errors
/// The database fails.
pub async fn list(
    db: impl sqlx::PgExecutor<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<(KeyState, SigningKeyRow)>, Error> {
    let rows = store::signing_keys::list_keys(db).await?;
    let times: Vec<KeyTimes> = rows.iter().map(SigningKeyRow::times).collect();
    Ok(states(&times, now).into_iter().zip(rows).collect())
}
