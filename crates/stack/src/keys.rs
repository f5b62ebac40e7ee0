use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, anyhow};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::SERVICES;

/// Name of the account that may do everything on the private servers.
pub(crate) const ADMIN: &str = "janchi";

/// Development keys and passwords, made once per checkout and never built into code.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    admin: String,
    owner_signing_key: String,
    receipt_signing_key: String,
    receipt_public_key: String,
    service_token_secret: String,
    accounts: BTreeMap<String, ServiceKeys>,
}

/// One service's passwords on the servers, and its keys for personal data.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceKeys {
    password: String,
    encryption_keys: String,
    lookup_key: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// New random keys.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn generate() -> anyhow::Result<Self> {
        let (owner_signing_key, _) = signing_key()?;
        let (receipt_signing_key, receipt_public_key) = signing_key()?;
        let accounts = SERVICES
            .iter()
            .chain(&["gateway"])
            .map(|name| ((*name).to_owned(), ServiceKeys::generate()))
            .collect();
        let service_token_secret = STANDARD.encode(random::<32>());
        Ok(Self {
            admin: password(),
            owner_signing_key,
            receipt_signing_key,
            receipt_public_key,
            service_token_secret,
            accounts,
        })
    }

    /// The keys in `file`, made now if there is none; only its owner may read it (mode 0600).
    ///
    /// # Errors
    /// The file cannot be read, written or understood.
    pub fn load_or_generate(file: &Path) -> anyhow::Result<Self> {
        if file.exists() {
            let text = fs::read(file).with_context(|| format!("read {}", file.display()))?;
            return serde_json::from_slice(&text)
                .with_context(|| format!("understand {}", file.display()));
        }
        let keys = Self::generate()?;
        let writing = || format!("write {}", file.display());
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).with_context(writing)?;
        }
        let draft = file.with_extension("tmp");
        fs::remove_file(&draft).ok();
        let mut out = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)
            .with_context(writing)?;
        out.write_all(&serde_json::to_vec_pretty(&keys)?)
            .with_context(writing)?;
        out.sync_all().with_context(writing)?;
        fs::rename(&draft, file).with_context(writing)?;
        Ok(keys)
    }

    /// Signs owners' tokens: base64 of PKCS#8 DER, curve P-256.
    #[must_use]
    pub fn owner_signing_key(&self) -> SecretString {
        self.owner_signing_key.clone().into()
    }

    /// Signs entrants' receipts: base64 of PKCS#8 DER, curve P-256.
    #[must_use]
    pub fn receipt_signing_key(&self) -> SecretString {
        self.receipt_signing_key.clone().into()
    }

    /// Checks entrants' receipts: base64 of the uncompressed point.
    #[must_use]
    pub fn receipt_public_key(&self) -> &str {
        &self.receipt_public_key
    }

    /// Shared by the services for their calls to each other: base64 of 32 bytes.
    #[must_use]
    pub fn service_token_secret(&self) -> SecretString {
        self.service_token_secret.clone().into()
    }

    /// Keys of one of [`SERVICES`] or of `gateway`.
    ///
    /// # Errors
    /// There is no such account.
    pub fn of(&self, account: &str) -> anyhow::Result<&ServiceKeys> {
        self.accounts
            .get(account)
            .ok_or_else(|| anyhow!("there are no keys for {account}"))
    }

    /// Password of the account that may do everything.
    pub(crate) fn admin_password(&self) -> &str {
        &self.admin
    }
}

impl ServiceKeys {
    fn generate() -> Self {
        let encryption_keys = format!("k1:{}", STANDARD.encode(random::<32>()));
        Self {
            password: password(),
            encryption_keys,
            lookup_key: STANDARD.encode(random::<32>()),
        }
    }

    /// Keys for personal data, `id:base64`, the current one first.
    #[must_use]
    pub fn encryption_keys(&self) -> SecretString {
        self.encryption_keys.clone().into()
    }

    /// Key of the hashes that personal data is looked up by: base64 of 32 bytes.
    #[must_use]
    pub fn lookup_key(&self) -> SecretString {
        self.lookup_key.clone().into()
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the system's random source never fails once it has been seeded");
    bytes
}

/// Hexadecimal, so that it needs no escaping in any URL, file or statement.
fn password() -> String {
    hex::encode(random::<20>())
}

/// A private key and its public point.
fn signing_key() -> anyhow::Result<(String, String)> {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new())
        .map_err(|_| anyhow!("make a signing key"))?;
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref())
        .map_err(|e| anyhow!("read the new signing key: {e}"))?;
    Ok((
        STANDARD.encode(document.as_ref()),
        STANDARD.encode(pair.public_key().as_ref()),
    ))
}
