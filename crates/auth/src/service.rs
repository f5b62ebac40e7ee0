use crate::LEEWAY;
use anyhow::{Context, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// How long a token between services lives, in seconds: one call, with its retry.
const LIVES: u64 = 60;

/// Mints and checks the tokens of calls between services. A token names its caller and its only callee.
#[derive(Clone)]
pub struct ServiceTokens(Arc<Inner>);

struct Inner {
    own_name: &'static str,
    mint: EncodingKey,
    check: DecodingKey,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    iat: u64,
    nbf: u64,
    exp: u64,
}

impl fmt::Debug for ServiceTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceTokens")
            .field("own_name", &self.0.own_name)
            .finish_non_exhaustive()
    }
}

impl ServiceTokens {
    /// For the service of this name, with the fleet's base64 secret of at least 32 bytes.
    ///
    /// # Errors
    /// A secret that is not base64 or too short: an empty one would verify anything signed with nothing.
    pub fn new(own_name: &'static str, secret: &SecretString) -> anyhow::Result<Self> {
        let Ok(bytes) = STANDARD.decode(secret.expose_secret().trim()) else {
            bail!("SERVICE_TOKEN_SECRET is not base64")
        };
        ensure!(
            bytes.len() >= 32,
            "SERVICE_TOKEN_SECRET has fewer than 32 bytes"
        );
        Ok(Self(Arc::new(Inner {
            own_name,
            mint: EncodingKey::from_secret(&bytes),
            check: DecodingKey::from_secret(&bytes),
        })))
    }

    /// A token for one call to this service.
    ///
    /// # Errors
    /// The signing library fails.
    pub fn mint(&self, callee: &str) -> anyhow::Result<String> {
        let now = crate::now();
        let claims = Claims {
            iss: format!("service:{}", self.0.own_name),
            aud: format!("service:{callee}"),
            iat: now,
            nbf: now,
            exp: now + LIVES,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.0.mint)
            .context("sign a service token")
    }

    /// The caller's name, if the token is for this service; none for anything else.
    pub fn check(&self, token: &str) -> Option<String> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_audience(&[format!("service:{}", self.0.own_name)]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud"]);
        let data = jsonwebtoken::decode::<Claims>(token, &self.0.check, &validation).ok()?;
        data.claims.iss.strip_prefix("service:").map(str::to_owned)
    }
}
