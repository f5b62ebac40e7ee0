use crate::keyset::KeySet;
use crate::source::{Pace, Source};
use crate::{
    CUSTOMER_ROLE, LEEWAY, OWNER_AUDIENCE, OWNER_ISSUER, OWNER_ROLE, RECEIPT_AUDIENCE,
    RECEIPT_ISSUER,
};
use jsonwebtoken::{Algorithm, Validation};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use url::Url;
use uuid::Uuid;

/// Longer tokens are not looked at.
const LONGEST_TOKEN: usize = 4096;

/// Why a token was not taken. The two kinds answer differently: 401, and 503 when nothing can be verified.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("token is not valid")]
    Invalid,
    #[error("verification keys cannot be had")]
    NoKeys(#[source] anyhow::Error),
}

/// What an owner's access token says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OwnerClaims {
    /// The owner's user id.
    pub sub: Uuid,
    /// The login session.
    pub sid: Uuid,
    /// This token.
    pub jti: Uuid,
    /// Unix seconds.
    pub exp: u64,
    role: String,
    iat: u64,
}

/// What an entrant's receipt token says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReceiptClaims {
    /// The participant id.
    pub sub: Uuid,
    pub jti: Uuid,
    /// Unix seconds.
    pub exp: u64,
    role: String,
    iat: u64,
}

static OWNER: LazyLock<Validation> = LazyLock::new(|| validation(OWNER_ISSUER, OWNER_AUDIENCE));
static RECEIPT: LazyLock<Validation> =
    LazyLock::new(|| validation(RECEIPT_ISSUER, RECEIPT_AUDIENCE));

fn validation(issuer: &str, audience: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::ES256);
    validation.leeway = LEEWAY;
    validation.validate_nbf = true;
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation
}

/// Verifies tokens with the keys of a JWKS.
///
/// Keys are fetched when first needed, again for an unknown key id, and now and then beside the requests that use them,
/// so that a key that left the JWKS is forgotten. Nobody waits for a fetch whose key is known, and a source that does
/// not answer takes no key away.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    keys: RwLock<Arc<KeySet>>,
    /// Grows whenever a key was forgotten.
    epoch: AtomicU64,
    source: Option<Source>,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}

impl Verifier {
    /// Keys come from this address, at the usual pace.
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn fetching(jwks_url: Url) -> anyhow::Result<Self> {
        Self::fetching_at(jwks_url, Pace::default())
    }

    /// Keys come from this address, at this pace.
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn fetching_at(jwks_url: Url, pace: Pace) -> anyhow::Result<Self> {
        Ok(Self::with(
            KeySet::default(),
            Some(Source::new(jwks_url, pace)?),
        ))
    }

    /// Keys are these, until [`Verifier::replace`].
    ///
    /// # Errors
    /// A JWKS that does not parse.
    pub fn fixed(jwks: &Value) -> anyhow::Result<Self> {
        Ok(Self::with(KeySet::parse(jwks)?, None))
    }

    /// No keys yet: whoever makes it gives them by [`Verifier::replace`].
    #[must_use]
    pub fn without_keys() -> Self {
        Self::with(KeySet::default(), None)
    }

    fn with(keys: KeySet, source: Option<Source>) -> Self {
        Self(Arc::new(Inner {
            keys: RwLock::new(Arc::new(keys)),
            epoch: AtomicU64::new(0),
            source,
        }))
    }

    /// From now on keys are these.
    ///
    /// # Errors
    /// A JWKS that does not parse; then the keys stay what they were.
    pub fn replace(&self, jwks: &Value) -> anyhow::Result<()> {
        self.put(KeySet::parse(jwks)?);
        Ok(())
    }

    /// A number that changes whenever a key was forgotten. Whoever remembers verdicts remembers with each the epoch of
    /// before its verification, and verifies again when it is another now. Also the reason why keys are looked at again
    /// although no token is verified anew; costs a few nanoseconds. To be called within a Tokio runtime.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.look_again_if_due();
        self.0.epoch.load(Ordering::Acquire)
    }

    /// Takes an owner's access token.
    ///
    /// # Errors
    /// [`Refused::Invalid`] for whatever is wrong with the token, without saying what.
    pub async fn owner(&self, token: &str) -> Result<OwnerClaims, Refused> {
        let claims: OwnerClaims = self.verify(token, OWNER_ISSUER, &OWNER).await?;
        sane(&claims.role, OWNER_ROLE, claims.iat)?;
        Ok(claims)
    }

    /// Takes an entrant's receipt token.
    ///
    /// # Errors
    /// As [`Verifier::owner`].
    pub async fn receipt(&self, token: &str) -> Result<ReceiptClaims, Refused> {
        let claims: ReceiptClaims = self.verify(token, RECEIPT_ISSUER, &RECEIPT).await?;
        sane(&claims.role, CUSTOMER_ROLE, claims.iat)?;
        Ok(claims)
    }

    async fn verify<C: DeserializeOwned>(
        &self,
        token: &str,
        issuer: &str,
        validation: &Validation,
    ) -> Result<C, Refused> {
        if token.len() > LONGEST_TOKEN {
            return Err(Refused::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| Refused::Invalid)?;
        // The signature must be by the one algorithm and by a key we know by name: nothing in the header is followed.
        // What the header calls critical must be understood, and we understand nothing of the kind.
        let is_jwt = header
            .typ
            .as_deref()
            .is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
        if header.alg != Algorithm::ES256 || !is_jwt || header.crit.is_some() {
            return Err(Refused::Invalid);
        }
        let kid = header.kid.ok_or(Refused::Invalid)?;
        let keys = self.keys_with(&kid).await?;
        let key = keys.get(&kid, issuer).ok_or(Refused::Invalid)?;
        let data =
            jsonwebtoken::decode::<C>(token, key, validation).map_err(|_| Refused::Invalid)?;
        Ok(data.claims)
    }

    /// Keys that hold this id, asked for if need be.
    async fn keys_with(&self, kid: &str) -> Result<Arc<KeySet>, Refused> {
        let keys = self.keys();
        if keys.has(kid) {
            self.look_again_if_due();
            return Ok(keys);
        }
        let Some(source) = &self.0.source else {
            return Err(Refused::Invalid);
        };
        let mut asked = source.asked.lock().await;
        // Somebody may have fetched while this call waited.
        let keys = self.keys();
        if keys.has(kid) {
            return Ok(keys);
        }
        if source.must_wait(&asked) {
            return Err(if asked.has_failed() {
                Refused::NoKeys(anyhow::anyhow!("the last question for keys failed"))
            } else {
                Refused::Invalid
            });
        }
        let fetched = source.ask(&mut asked).await.map_err(Refused::NoKeys)?;
        let keys = self.put(fetched);
        if keys.has(kid) {
            Ok(keys)
        } else {
            Err(Refused::Invalid)
        }
    }

    /// Sees to it that keys in use are looked at now and then; whoever calls does not wait for it.
    fn look_again_if_due(&self) {
        let due = self.0.source.as_ref().is_some_and(Source::take_turn);
        if due && let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let verifier = self.clone();
            runtime.spawn(async move { verifier.look_again().await });
        }
    }

    async fn look_again(&self) {
        let Some(source) = &self.0.source else {
            return;
        };
        let Ok(mut asked) = source.asked.try_lock() else {
            return;
        };
        match source.ask(&mut asked).await {
            Ok(keys) => {
                self.put(keys);
            }
            Err(error) => {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "keys were not looked at again"
                )
            }
        }
    }

    fn keys(&self) -> Arc<KeySet> {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&keys)
    }

    fn put(&self, keys: KeySet) -> Arc<KeySet> {
        let keys = Arc::new(keys);
        let mut slot = self.0.keys.write().unwrap_or_else(PoisonError::into_inner);
        let forgotten = !slot.is_within(&keys);
        *slot = Arc::clone(&keys);
        if forgotten {
            self.0.epoch.fetch_add(1, Ordering::Release);
        }
        keys
    }
}

fn sane(role: &str, expected: &str, issued: u64) -> Result<(), Refused> {
    if role != expected || issued > crate::now() + LEEWAY {
        return Err(Refused::Invalid);
    }
    Ok(())
}
