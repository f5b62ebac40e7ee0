use crate::{
    CUSTOMER_ROLE, LEEWAY, OWNER_AUDIENCE, OWNER_ISSUER, OWNER_ROLE, RECEIPT_AUDIENCE,
    RECEIPT_ISSUER,
};
use anyhow::Context;
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    jwk::{Jwk, JwkSet},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use url::Url;
use uuid::Uuid;

/// An unknown key id makes the verifier ask for the JWKS again, at most once in this time.
const ASK_AGAIN: Duration = Duration::from_secs(10);

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

type Keys = Arc<HashMap<String, DecodingKey>>;

/// Verifies tokens with the keys of a JWKS, fetched when first needed and again for an unknown key id.
#[derive(Clone)]
pub struct Verifier {
    keys: Arc<RwLock<Keys>>,
    source: Option<Arc<Source>>,
}

struct Source {
    url: Url,
    http: reqwest::Client,
    last_asked: Mutex<Option<Instant>>,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}

impl Verifier {
    /// Keys come from this address.
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn fetching(jwks_url: Url) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(1))
            .timeout(Duration::from_secs(2))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .context("build the client that fetches keys")?;
        Ok(Self {
            keys: Arc::default(),
            source: Some(Arc::new(Source {
                url: jwks_url,
                http,
                last_asked: Mutex::new(None),
            })),
        })
    }

    /// Keys are these and no others.
    ///
    /// # Errors
    /// A JWKS that does not parse.
    pub fn fixed(jwks: &Value) -> anyhow::Result<Self> {
        Ok(Self {
            keys: Arc::new(RwLock::new(Arc::new(parse(jwks)?))),
            source: None,
        })
    }

    /// Takes an owner's access token.
    ///
    /// # Errors
    /// [`Refused::Invalid`] for whatever is wrong with the token, without saying what.
    pub async fn owner(&self, token: &str) -> Result<OwnerClaims, Refused> {
        let claims: OwnerClaims = self.verify(token, OWNER_ISSUER, OWNER_AUDIENCE).await?;
        sane(&claims.role, OWNER_ROLE, claims.iat)?;
        Ok(claims)
    }

    /// Takes an entrant's receipt token.
    ///
    /// # Errors
    /// As [`Verifier::owner`].
    pub async fn receipt(&self, token: &str) -> Result<ReceiptClaims, Refused> {
        let claims: ReceiptClaims = self.verify(token, RECEIPT_ISSUER, RECEIPT_AUDIENCE).await?;
        sane(&claims.role, CUSTOMER_ROLE, claims.iat)?;
        Ok(claims)
    }

    async fn verify<C: DeserializeOwned>(
        &self,
        token: &str,
        issuer: &str,
        audience: &str,
    ) -> Result<C, Refused> {
        if token.len() > 4096 {
            return Err(Refused::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| Refused::Invalid)?;
        // The signature must be by the one algorithm and by a key we know by name: nothing in the header is followed.
        if header.alg != Algorithm::ES256 {
            return Err(Refused::Invalid);
        }
        let kid = header
            .kid
            .filter(|kid| kid.len() <= 64)
            .ok_or(Refused::Invalid)?;
        let key = self.key(&kid).await?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        let data =
            jsonwebtoken::decode::<C>(token, &key, &validation).map_err(|_| Refused::Invalid)?;
        Ok(data.claims)
    }

    async fn key(&self, kid: &str) -> Result<DecodingKey, Refused> {
        if let Some(key) = self.known(kid) {
            return Ok(key);
        }
        let Some(source) = &self.source else {
            return Err(Refused::Invalid);
        };
        let mut last_asked = source.last_asked.lock().await;
        // Somebody may have fetched while this call waited.
        if let Some(key) = self.known(kid) {
            return Ok(key);
        }
        if last_asked.is_some_and(|at| at.elapsed() < ASK_AGAIN) {
            return Err(Refused::Invalid);
        }
        let keys = source.fetch().await.map_err(Refused::NoKeys)?;
        *last_asked = Some(Instant::now());
        *self
            .keys
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(keys);
        self.known(kid).ok_or(Refused::Invalid)
    }

    fn known(&self, kid: &str) -> Option<DecodingKey> {
        let keys = self
            .keys
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        keys.get(kid).cloned()
    }
}

impl Source {
    async fn fetch(&self) -> anyhow::Result<HashMap<String, DecodingKey>> {
        let answer = self
            .http
            .get(self.url.clone())
            .send()
            .await
            .context("ask for the keys")?;
        let jwks: Value = answer
            .error_for_status()?
            .json()
            .await
            .context("read the keys")?;
        parse(&jwks)
    }
}

fn parse(jwks: &Value) -> anyhow::Result<HashMap<String, DecodingKey>> {
    let set = JwkSet::deserialize(jwks).context("parse the JWKS")?;
    let named = |jwk: &Jwk| -> anyhow::Result<(String, DecodingKey)> {
        let kid = jwk
            .common
            .key_id
            .clone()
            .context("a key of the JWKS has no id")?;
        Ok((
            kid,
            DecodingKey::from_jwk(jwk).context("a key of the JWKS is not usable")?,
        ))
    };
    set.keys.iter().map(named).collect()
}

fn sane(role: &str, expected: &str, issued: u64) -> Result<(), Refused> {
    if role != expected || issued > crate::now() + LEEWAY {
        return Err(Refused::Invalid);
    }
    Ok(())
}
