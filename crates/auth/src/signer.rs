use crate::{
    CUSTOMER_ROLE, OWNER_AUDIENCE, OWNER_ISSUER, OWNER_ROLE, RECEIPT_AUDIENCE, RECEIPT_ISSUER,
};
use anyhow::{Context, anyhow, bail, ensure};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Signs tokens with one ES256 key.
#[derive(Clone)]
pub struct Signer(Arc<Inner>);

struct Inner {
    kid: String,
    /// The head of every token, encoded.
    head: String,
    /// Read once: reading it checks that its halves belong together, which takes as long as signing.
    pair: EcdsaKeyPair,
    random: SystemRandom,
    public: Vec<u8>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("kid", &self.0.kid).finish()
    }
}

impl Signer {
    /// Reads a base64 PKCS#8 P-256 key and signs once with it, so that an unusable key stops the start.
    ///
    /// # Errors
    /// A key that is malformed or of another kind. The message never holds the key.
    pub fn from_pkcs8_base64(setting: &SecretString) -> anyhow::Result<Self> {
        let Ok(der) = STANDARD.decode(setting.expose_secret().trim()) else {
            bail!("the signing key (JWT_SIGNING_KEY) is not base64")
        };
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).map_err(|_| {
                anyhow!("the signing key (JWT_SIGNING_KEY) is not a P-256 key in PKCS#8")
            })?;
        let public = pair.public_key().as_ref().to_vec();
        let kid = kid(&public);
        let head = json!({"typ": "JWT", "alg": "ES256", "kid": kid}).to_string();
        let signer = Self(Arc::new(Inner {
            head: URL_SAFE_NO_PAD.encode(head),
            kid,
            pair,
            random: SystemRandom::new(),
            public,
        }));
        signer
            .sign(&json!({"sub": "self-test"}))
            .context("sign with the signing key")?;
        Ok(signer)
    }

    /// A new key, and its setting as [`Signer::from_pkcs8_base64`] reads it.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn generate() -> anyhow::Result<(Self, SecretString)> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| anyhow!("make a signing key"))?;
        let der = pair
            .to_pkcs8v1()
            .map_err(|_| anyhow!("write a new signing key down"))?;
        let setting = SecretString::from(STANDARD.encode(der.as_ref()));
        Ok((Self::from_pkcs8_base64(&setting)?, setting))
    }

    /// Short name of the key: the beginning of the hash of its public point.
    pub fn kid(&self) -> &str {
        &self.0.kid
    }

    /// The public point, uncompressed, in base64: what `RECEIPT_PUBLIC_KEY` holds.
    pub fn public_key_base64(&self) -> String {
        STANDARD.encode(&self.0.public)
    }

    /// The public half as an entry of a JWKS.
    pub fn public_jwk(&self) -> Value {
        jwk(&self.0.public)
    }

    /// The JWKS entry of a base64 uncompressed public point.
    ///
    /// # Errors
    /// Anything that is not such a point.
    pub fn jwk_of_public_key(base64: &str) -> anyhow::Result<Value> {
        let Ok(point) = STANDARD.decode(base64.trim()) else {
            bail!("the public key (RECEIPT_PUBLIC_KEY) is not base64")
        };
        ensure!(
            point.len() == 65 && point[0] == 4,
            "the public key (RECEIPT_PUBLIC_KEY) is not an uncompressed P-256 point"
        );
        Ok(jwk(&point))
    }

    /// The JWKS entries of one or several such points with commas between: `RECEIPT_PUBLIC_KEY`, where the key of
    /// tomorrow and that of yesterday stand beside today's.
    ///
    /// # Errors
    /// None, or anything that is not such a point.
    pub fn jwks_of_public_keys(list: &str) -> anyhow::Result<Vec<Value>> {
        list.split(',').map(Self::jwk_of_public_key).collect()
    }

    /// An owner's access token for one login session.
    ///
    /// # Errors
    /// The signing library fails.
    pub fn owner_access(
        &self,
        owner: Uuid,
        session: Uuid,
        lives: Duration,
    ) -> anyhow::Result<String> {
        let now = crate::now();
        self.sign(&json!({
            "iss": OWNER_ISSUER, "aud": OWNER_AUDIENCE, "role": OWNER_ROLE,
            "sub": owner, "sid": session, "jti": Uuid::now_v7(),
            "iat": now, "nbf": now, "exp": now + lives.as_secs(),
        }))
    }

    /// An entrant's receipt token, good until `expires_at` (Unix seconds).
    ///
    /// # Errors
    /// The signing library fails.
    pub fn receipt(&self, participant: Uuid, expires_at: u64) -> anyhow::Result<String> {
        let now = crate::now();
        self.sign(&json!({
            "iss": RECEIPT_ISSUER, "aud": RECEIPT_AUDIENCE, "role": CUSTOMER_ROLE,
            "sub": participant, "jti": Uuid::now_v7(),
            "iat": now, "nbf": now, "exp": expires_at,
        }))
    }

    /// Signs any claims; the forger's tool of the tests.
    ///
    /// # Errors
    /// The signing library fails.
    pub fn sign(&self, claims: &Value) -> anyhow::Result<String> {
        let Inner {
            head, pair, random, ..
        } = &*self.0;
        let claims = serde_json::to_vec(claims).context("write the claims of a token")?;
        let mut token = String::with_capacity(head.len() + claims.len() * 4 / 3 + 92);
        token.push_str(head);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = pair
            .sign(random, token.as_bytes())
            .map_err(|_| anyhow!("sign a token"))?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
        Ok(token)
    }
}

/// The JWKS entry of a key that may sign for this issuer alone: one service's key is of no use for another's tokens.
#[must_use]
pub fn bind_issuer(mut jwk: Value, issuer: &str) -> Value {
    jwk["iss"] = issuer.into();
    jwk
}

fn kid(point: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, point);
    URL_SAFE_NO_PAD.encode(&digest.as_ref()[..12])
}

fn jwk(point: &[u8]) -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid(point),
        "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
        "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
    })
}
