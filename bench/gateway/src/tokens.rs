//! The users' tokens: the same claims signed twice, ES256 as our user service signs and HS256 for HAProxy.

use anyhow::{Context, anyhow};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use janchi_auth::Signer;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

const USERS: usize = 200;
/// Longer than any run.
const LIVES: Duration = Duration::from_secs(24 * 3600);

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Es256,
    Hs256,
}

impl Algorithm {
    /// As a token's header names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Hs256 => "HS256",
        }
    }
}

/// One algorithm's tokens, good and bad.
#[derive(Debug)]
pub struct Tokens {
    /// One for each user.
    pub good: Vec<String>,
    /// The good ones, a line each, for wrk.
    pub file: PathBuf,
    pub expired: String,
    /// The first user's claims with the second user's signature.
    pub forged: String,
}

/// Both kinds of tokens, and what verifies them.
#[derive(Debug)]
pub struct Users {
    pub es256: Tokens,
    pub hs256: Tokens,
    /// The first user, in all first tokens.
    pub first: Uuid,
    pub sessions: Vec<Uuid>,
    pub jwks: Value,
    /// The ES256 key's public half, where HAProxy finds it.
    pub public_key: PathBuf,
    /// What HS256 is signed with, as text.
    pub secret: String,
}

impl Users {
    /// Makes keys and tokens that nobody else knows, with files in this folder.
    ///
    /// # Errors
    /// The cryptographic library or the folder fails.
    pub fn mint(folder: &Path) -> anyhow::Result<Self> {
        let (signer, public_key) = key(folder)?;
        let secret = janchi_crypto::random_token(32);
        let users: Vec<(Uuid, Uuid)> = (0..USERS)
            .map(|_| (Uuid::now_v7(), Uuid::now_v7()))
            .collect();
        let good = users
            .iter()
            .map(|(user, session)| signer.owner_access(*user, *session, LIVES))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let expired = signer.sign(&past(&good[0])?)?;
        let hs256 = good
            .iter()
            .map(|token| signed_again(token, &secret))
            .collect();
        let expired_hs256 = signed_again(&expired, &secret);
        Ok(Self {
            es256: Tokens::keep(good, expired, &folder.join("es256.txt"))?,
            hs256: Tokens::keep(hs256, expired_hs256, &folder.join("hs256.txt"))?,
            first: users[0].0,
            sessions: users.iter().map(|(_, session)| *session).collect(),
            jwks: json!({"keys": [signer.public_jwk()]}),
            public_key,
            secret,
        })
    }

    /// A secret for calls between services, as `SERVICE_TOKEN_SECRET` has it; there are none here.
    pub fn service_secret(&self) -> String {
        STANDARD.encode(janchi_crypto::random::<32>())
    }

    /// The tokens signed so.
    pub fn tokens(&self, algorithm: Algorithm) -> &Tokens {
        match algorithm {
            Algorithm::Es256 => &self.es256,
            Algorithm::Hs256 => &self.hs256,
        }
    }
}

impl Tokens {
    fn keep(good: Vec<String>, expired: String, file: &Path) -> anyhow::Result<Self> {
        std::fs::write(file, good.join("\n")).context("write the tokens")?;
        let (claims, _) = parts(&good[0]);
        let (_, signature) = parts(&good[1]);
        Ok(Self {
            forged: format!("{claims}.{signature}"),
            good,
            file: file.to_owned(),
            expired,
        })
    }
}

/// A new ES256 key: its signer, and the file with its public half.
fn key(folder: &Path) -> anyhow::Result<(Signer, PathBuf)> {
    let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(kind, &SystemRandom::new())
        .map_err(|_| anyhow!("could not make a key"))?;
    let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref())
        .map_err(|_| anyhow!("could not read the key just made"))?;
    let der: PublicKeyX509Der = pair
        .public_key()
        .as_der()
        .map_err(|_| anyhow!("could not write the public key"))?;
    let file = folder.join("es256.pub");
    std::fs::write(&file, pem(der.as_ref())).context("write the public key")?;
    let signer =
        Signer::from_pkcs8_base64(&SecretString::from(STANDARD.encode(document.as_ref())))?;
    Ok((signer, file))
}

fn pem(der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let mut text = String::from("-----BEGIN PUBLIC KEY-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END PUBLIC KEY-----\n");
    text
}

/// What is signed, and the signature.
fn parts(token: &str) -> (&str, &str) {
    token.rsplit_once('.').unwrap_or((token, ""))
}

/// A token's claims, an hour after its end.
fn past(token: &str) -> anyhow::Result<Value> {
    let payload = token.split('.').nth(1).context("a token has three parts")?;
    let payload = URL_SAFE_NO_PAD
        .decode(payload)
        .context("read a token's claims")?;
    let mut claims: Value = serde_json::from_slice(&payload).context("read a token's claims")?;
    let issued = claims["iat"]
        .as_u64()
        .context("a token says when it was issued")?;
    claims["iat"] = json!(issued - 7200);
    claims["nbf"] = json!(issued - 7200);
    claims["exp"] = json!(issued - 3600);
    Ok(claims)
}

/// The same claims, signed with HS256.
fn signed_again(token: &str, secret: &str) -> String {
    let claims = token.split('.').nth(1).unwrap_or_default();
    let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"HS256"}"#);
    let message = format!("{header}.{claims}");
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes()));
    format!("{message}.{signature}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn good_tokens_pass_our_verifier_and_bad_ones_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let users = Users::mint(folder.path()).unwrap();
        let verifier = janchi_auth::Verifier::fixed(&users.jwks).unwrap();
        let claims = verifier.owner(&users.es256.good[0]).await.unwrap();
        assert_eq!((claims.sub, claims.sid), (users.first, users.sessions[0]));
        assert!(verifier.owner(&users.es256.expired).await.is_err());
        assert!(verifier.owner(&users.es256.forged).await.is_err());
        assert!(verifier.owner(&users.hs256.good[0]).await.is_err());
        assert_eq!(users.hs256.good.len(), USERS);
        let pem = std::fs::read_to_string(users.public_key).unwrap();
        assert!(pem.lines().all(|line| line.len() <= 64), "{pem}");
    }
}
