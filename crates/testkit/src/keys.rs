use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::{Engine, engine::general_purpose::STANDARD};
use janchi_auth::{ServiceTokens, Signer};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use url::Url;
use uuid::Uuid;

use crate::running::serve_stub;

/// The keys of one fleet, for minting any token in its tests.
#[derive(Debug, Clone)]
pub struct Keys {
    /// The user service's key, as its setting.
    pub user_key: SecretString,
    /// The participation service's key, as its setting.
    pub receipt_key: SecretString,
    pub user: Signer,
    pub receipt: Signer,
    pub service_token_secret: SecretString,
}

impl Default for Keys {
    fn default() -> Self {
        Self::new()
    }
}

impl Keys {
    pub fn new() -> Self {
        let (user_key, receipt_key) = (signing_key(), signing_key());
        Self {
            user: Signer::from_pkcs8_base64(&user_key).expect("a fresh key is good"),
            receipt: Signer::from_pkcs8_base64(&receipt_key).expect("a fresh key is good"),
            user_key,
            receipt_key,
            service_token_secret: crate::random_base64().into(),
        }
    }

    pub fn jwks(&self) -> Value {
        json!({"keys": [self.user.public_jwk(), self.receipt.public_jwk()]})
    }

    /// Serves the JWKS on loopback for as long as the process lives.
    pub async fn jwks_url(&self) -> Url {
        let jwks = self.jwks().to_string();
        let router = axum::Router::new().route(
            "/.well-known/jwks.json",
            axum::routing::get(move || {
                let jwks = jwks.clone();
                async move { ([("content-type", "application/json")], jwks) }
            }),
        );
        let base = serve_stub(router).await;
        base.join("/.well-known/jwks.json")
            .expect("the path is fine")
    }

    /// A new owner and an access token.
    pub fn owner(&self) -> (Uuid, String) {
        let owner = Uuid::now_v7();
        (owner, self.owner_token(owner))
    }

    pub fn owner_token(&self, owner: Uuid) -> String {
        self.user
            .owner_access(owner, Uuid::now_v7(), Duration::from_secs(900))
            .expect("signing works")
    }

    pub fn receipt_token(&self, participant: Uuid) -> String {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970")
            .as_secs();
        self.receipt
            .receipt(participant, now + 3600)
            .expect("signing works")
    }

    /// A token that was good until a minute ago.
    pub fn expired_owner_token(&self, owner: Uuid) -> String {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970")
            .as_secs();
        self.user
            .sign(&json!({
                "iss": janchi_auth::OWNER_ISSUER, "aud": janchi_auth::OWNER_AUDIENCE, "role": "OWNER", "sub": owner,
                "sid": Uuid::now_v7(), "jti": Uuid::now_v7(), "iat": now - 960, "nbf": now - 960, "exp": now - 60,
            }))
            .expect("signing works")
    }

    /// What one service shows another.
    pub fn peer_token(&self, caller: &'static str, callee: &str) -> String {
        self.service_tokens(caller)
            .mint(callee)
            .expect("signing works")
    }

    pub fn service_tokens(&self, name: &'static str) -> ServiceTokens {
        ServiceTokens::new(name, &self.service_token_secret).expect("a fresh secret is good")
    }
}

fn signing_key() -> SecretString {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key can be made");
    STANDARD
        .encode(pair.to_pkcs8v1().expect("a key can be written").as_ref())
        .into()
}
