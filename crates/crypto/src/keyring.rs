use anyhow::{Context, bail, ensure};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::Arc;

/// AES-256-GCM keys by id. The first encrypts; all decrypt, so that a new key can be put in front while old
/// rows stay readable.
///
/// A ciphertext is `len(id) | id | nonce (12) | sealed`. The additional data names where it is stored
/// (`table.column.row`), so that a ciphertext moved to another row does not open.
#[derive(Clone)]
pub struct Keyring {
    keys: Arc<Vec<(String, RandomizedNonceKey)>>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = self.keys.iter().map(|(id, _)| id.as_str()).collect();
        f.debug_struct("Keyring").field("ids", &ids).finish()
    }
}

impl Keyring {
    /// Reads `id:base64,id2:base64`, each key 32 bytes.
    ///
    /// # Errors
    /// An empty list, a repeated id, a key of another length. The message never holds a key.
    pub fn parse(setting: &SecretString) -> anyhow::Result<Self> {
        let mut keys: Vec<(String, RandomizedNonceKey)> = Vec::new();
        for part in setting.expose_secret().split(',') {
            let (id, key) = part
                .trim()
                .split_once(':')
                .context("a key in ENCRYPTION_KEYS is not id:base64")?;
            ensure!(
                !id.is_empty() && id.len() <= 32,
                "a key id in ENCRYPTION_KEYS has not 1–32 bytes"
            );
            ensure!(
                keys.iter().all(|(known, _)| known != id),
                "key id {id} is in ENCRYPTION_KEYS twice"
            );
            let Ok(bytes) = STANDARD.decode(key) else {
                bail!("key {id} in ENCRYPTION_KEYS is not base64")
            };
            ensure!(
                bytes.len() == 32,
                "key {id} in ENCRYPTION_KEYS has not 32 bytes"
            );
            let key = RandomizedNonceKey::new(&AES_256_GCM, &bytes)
                .map_err(|_| anyhow::anyhow!("key {id} in ENCRYPTION_KEYS is not usable"))?;
            keys.push((id.to_owned(), key));
        }
        Ok(Self {
            keys: Arc::new(keys),
        })
    }

    /// Seals `plain` for the place that `aad` names.
    pub fn encrypt(&self, plain: &[u8], aad: &str) -> Vec<u8> {
        let (id, key) = &self.keys[0];
        let mut sealed = plain.to_vec();
        let nonce = key
            .seal_in_place_append_tag(Aad::from(aad.as_bytes()), &mut sealed)
            .expect("sealing fails only for gigabytes");
        let mut out = Vec::with_capacity(1 + id.len() + NONCE_LEN + sealed.len());
        out.push(u8::try_from(id.len()).expect("ids have at most 32 bytes"));
        out.extend_from_slice(id.as_bytes());
        out.extend_from_slice(nonce.as_ref());
        out.extend_from_slice(&sealed);
        out
    }

    /// Opens what [`Keyring::encrypt`] sealed for the same place.
    ///
    /// # Errors
    /// An unknown key, a changed or cut ciphertext, or one from another place.
    pub fn decrypt(&self, sealed: &[u8], aad: &str) -> anyhow::Result<Vec<u8>> {
        let (&len, rest) = sealed.split_first().context("ciphertext is empty")?;
        ensure!(
            rest.len() > usize::from(len) + NONCE_LEN,
            "ciphertext is cut"
        );
        let (id, rest) = rest.split_at(usize::from(len));
        let (nonce, body) = rest.split_at(NONCE_LEN);
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| known.as_bytes() == id)
            .context("ciphertext names a key that is not configured")?;
        let nonce = Nonce::try_assume_unique_for_key(nonce)
            .map_err(|_| anyhow::anyhow!("nonce is malformed"))?;
        let mut body = body.to_vec();
        let plain = key
            .open_in_place(nonce, Aad::from(aad.as_bytes()), &mut body)
            .map_err(|_| anyhow::anyhow!("ciphertext does not open"))?;
        Ok(plain.to_vec())
    }

    /// Opens what must be text.
    ///
    /// # Errors
    /// As [`Keyring::decrypt`], and bytes that are not UTF-8.
    pub fn decrypt_text(&self, sealed: &[u8], aad: &str) -> anyhow::Result<String> {
        String::from_utf8(self.decrypt(sealed, aad)?).context("plaintext is not text")
    }
}

/// The key of the hashes by which encrypted values are found again.
#[derive(Clone)]
pub struct LookupKey(Arc<hmac::Key>);

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupKey")
    }
}

impl LookupKey {
    /// Reads a base64 key of at least 32 bytes.
    ///
    /// # Errors
    /// A key that is not base64 or too short.
    pub fn parse(setting: &SecretString) -> anyhow::Result<Self> {
        let Ok(bytes) = STANDARD.decode(setting.expose_secret().trim()) else {
            bail!("LOOKUP_KEY is not base64")
        };
        ensure!(bytes.len() >= 32, "LOOKUP_KEY has fewer than 32 bytes");
        Ok(Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, &bytes))))
    }

    /// HMAC-SHA256 of a value within its domain (`"phone"`, `"business"`), so that equal values of different
    /// kinds do not match.
    pub fn hash(&self, domain: &str, value: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(
            &u32::try_from(domain.len())
                .expect("domains are short")
                .to_be_bytes(),
        );
        context.update(domain.as_bytes());
        context.update(value.as_bytes());
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{Keyring, LookupKey};
    use base64::{Engine, engine::general_purpose::STANDARD};

    fn key(id: &str) -> String {
        format!("{id}:{}", STANDARD.encode(crate::random::<32>()))
    }

    #[test]
    fn a_ciphertext_opens_only_where_it_belongs() {
        let ring = Keyring::parse(&key("a").into()).unwrap();
        let sealed = ring.encrypt("010-1234-5678".as_bytes(), "users.phone.1");
        assert_eq!(
            ring.decrypt_text(&sealed, "users.phone.1").unwrap(),
            "010-1234-5678"
        );
        assert!(ring.decrypt(&sealed, "users.phone.2").is_err());
        for at in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert!(ring.decrypt(&bad, "users.phone.1").is_err(), "byte {at}");
            assert!(ring.decrypt(&sealed[..at], "users.phone.1").is_err());
        }
    }

    #[test]
    fn an_old_key_still_reads_after_a_new_one_is_put_in_front() {
        let (old, new) = (key("old"), key("new"));
        let sealed = Keyring::parse(&old.clone().into())
            .unwrap()
            .encrypt(b"x", "t");
        let rotated = Keyring::parse(&format!("{new},{old}").into()).unwrap();
        assert_eq!(rotated.decrypt(&sealed, "t").unwrap(), b"x");
        assert!(
            Keyring::parse(&new.into())
                .unwrap()
                .decrypt(&sealed, "t")
                .is_err()
        );
    }

    #[test]
    fn weak_keys_are_refused() {
        assert!(Keyring::parse(&"".to_owned().into()).is_err());
        assert!(Keyring::parse(&"a:AAAA".to_owned().into()).is_err());
        assert!(LookupKey::parse(&"AAAA".to_owned().into()).is_err());
    }
}
