use super::account::{Email, LoginId};
use super::device::DeviceToken;
use anyhow::Context;
use janchi_crypto::{BusinessNumber, Keyring, LookupKey, Phone};
use secrecy::SecretString;
use std::fmt::Write;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// A column that holds personal data or a key encrypted, bound to its place.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    UserName,
    UserEmail,
    UserPhone,
    StoreBusinessNumber,
    StorePhone,
    SigningKey,
}

impl Column {
    const fn name(self) -> &'static str {
        match self {
            Self::UserName => "users.name",
            Self::UserEmail => "users.email",
            Self::UserPhone => "users.phone",
            Self::StoreBusinessNumber => "stores.business_number",
            Self::StorePhone => "stores.phone",
            Self::SigningKey => "signing_keys.private_key",
        }
    }
}

/// Seals and finds personal data. The only place that knows how a value is bound to its row and which hash
/// domain finds it again.
#[derive(Clone, Debug)]
pub struct Vault {
    keys: Keyring,
    lookup: LookupKey,
}

impl Vault {
    /// # Errors
    /// Malformed keys, without showing them.
    pub fn open(encryption_keys: &SecretString, lookup_key: &SecretString) -> anyhow::Result<Self> {
        Ok(Self {
            keys: Keyring::parse(encryption_keys).context("ENCRYPTION_KEYS is malformed")?,
            lookup: LookupKey::parse(lookup_key).context("LOOKUP_KEY is malformed")?,
        })
    }

    /// Encrypts for one column of one row.
    pub fn seal(&self, column: Column, row: Uuid, plain: &str) -> Vec<u8> {
        self.keys.encrypt(plain.as_bytes(), &place(column, row))
    }

    /// Opens what [`Vault::seal`] sealed for the same place.
    ///
    /// # Errors
    /// A ciphertext that was changed, moved, or sealed with a key that is gone.
    pub fn unseal(&self, column: Column, row: Uuid, sealed: &[u8]) -> anyhow::Result<String> {
        self.keys
            .decrypt_text(sealed, &place(column, row))
            .with_context(|| format!("open {} of row {row}", column.name()))
    }

    /// Finds an account by e-mail.
    pub fn email_hash(&self, email: &Email) -> Vec<u8> {
        self.lookup.hash("email", email.as_str()).to_vec()
    }

    /// Finds an account by phone.
    pub fn phone_hash(&self, phone: &Phone) -> Vec<u8> {
        self.lookup.hash("phone", &phone.e164()).to_vec()
    }

    /// Finds a shop by its business number.
    pub fn business_hash(&self, number: &BusinessNumber) -> Vec<u8> {
        self.lookup.hash("business", number.digits()).to_vec()
    }

    /// The cache key of a business check; tells nothing about the number.
    pub fn business_cache_key(&self, number: &BusinessNumber) -> String {
        format!("user:business:{}", hex(&self.business_hash(number)))
    }

    /// Under which failed logins and reset requests of one login id are counted, known account or not.
    pub fn login_hash(&self, login: &LoginId) -> Vec<u8> {
        match login {
            LoginId::Email(email) => self.email_hash(email),
            LoginId::Phone(phone) => self.phone_hash(phone),
            LoginId::Neither(text) => self.lookup.hash("login", text).to_vec(),
        }
    }

    /// Under which failed logins of a known account are counted, by whatever login id they came.
    pub fn account_hash(&self, user_id: Uuid) -> Vec<u8> {
        self.lookup.hash("account", &user_id.to_string()).to_vec()
    }

    /// Under which failed logins from one of the owner's own devices, or within one of the logins, are counted.
    pub fn source_hash(&self, device_or_session: Uuid) -> Vec<u8> {
        self.lookup
            .hash("source", &device_or_session.to_string())
            .to_vec()
    }

    /// The token of a device that its owner has logged in with, `today` in days since 1970.
    pub fn device_token(&self, user_id: Uuid, device: Uuid, today: u32) -> String {
        let mac = self.device_mac(user_id, device, today);
        let issued = today;
        DeviceToken {
            device,
            issued,
            mac,
        }
        .write()
    }

    /// The device, if this token was given out for this account within the last year.
    pub fn known_device(&self, user_id: Uuid, token: &str, today: u32) -> Option<Uuid> {
        let token = DeviceToken::parse(token).filter(|token| token.is_current(today))?;
        let mac = self.device_mac(user_id, token.device, token.issued);
        bool::from(mac.ct_eq(&token.mac)).then_some(token.device)
    }

    fn device_mac(&self, user_id: Uuid, device: Uuid, issued: u32) -> [u8; 16] {
        let text = DeviceToken::signed_text(user_id, device, issued);
        let mut mac = [0; 16];
        mac.copy_from_slice(&self.lookup.hash("device", &text)[..16]);
        mac
    }

    /// How a refresh or reset token is stored.
    pub fn token_hash(&self, token: &str) -> Vec<u8> {
        self.lookup.hash("token", token).to_vec()
    }

    /// The token of the link sent for a reset request: the same for every try to send it, so that a message
    /// that arrived although sending seemed to fail still works.
    pub fn reset_token(&self, request_id: Uuid) -> String {
        hex(&self.lookup.hash("reset", &request_id.to_string()))
    }

    /// A keyed hash of a request, to tell a repeated one from another under the same idempotency key.
    pub fn fingerprint(&self, request: &str) -> [u8; 32] {
        self.lookup.hash("request", request)
    }
}

fn place(column: Column, row: Uuid) -> String {
    format!("{}.{row}", column.name())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            write!(out, "{byte:02x}").expect("writing to a string does not fail");
            out
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    // 32 zero bytes in base64: a key for this test alone.
    const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    fn vault() -> Vault {
        Vault::open(&format!("k1:{KEY}").into(), &KEY.to_owned().into()).unwrap()
    }

    #[test]
    fn a_value_opens_only_in_its_own_column_and_row() {
        let (vault, row) = (vault(), Uuid::now_v7());
        let sealed = vault.seal(Column::UserPhone, row, "+821012345678");
        assert_eq!(
            vault.unseal(Column::UserPhone, row, &sealed).unwrap(),
            "+821012345678"
        );
        assert!(
            vault
                .unseal(Column::UserPhone, Uuid::now_v7(), &sealed)
                .is_err()
        );
        assert!(vault.unseal(Column::UserEmail, row, &sealed).is_err());
    }

    #[test]
    fn a_login_id_finds_the_account_however_it_is_written() {
        let vault = vault();
        let hash = |text: &str| vault.login_hash(&LoginId::parse(text));
        assert_eq!(hash("010-1234-5678"), hash("+82 10-1234-5678"));
        assert_eq!(hash("Owner@Example.com"), hash("owner@example.com"));
        assert_ne!(hash("owner@example.com"), hash("other@example.com"));
    }

    #[test]
    fn a_device_is_known_to_its_own_account_alone() {
        let (vault, owner, device) = (vault(), Uuid::now_v7(), Uuid::new_v4());
        let token = vault.device_token(owner, device, 20_000);
        assert_eq!(vault.known_device(owner, &token, 20_100), Some(device));
        assert_eq!(vault.known_device(Uuid::now_v7(), &token, 20_100), None);
        assert_eq!(vault.known_device(owner, &token, 20_400), None);
        for at in 0..token.len() {
            let mut forged = token.clone();
            let other = if &token[at..=at] == "0" { "1" } else { "0" };
            forged.replace_range(at..=at, other);
            assert_eq!(vault.known_device(owner, &forged, 20_100), None, "{at}");
        }
    }

    #[test]
    fn the_cache_key_hides_the_number() {
        let number = BusinessNumber::parse("1248100998").unwrap();
        let key = vault().business_cache_key(&number);
        assert!(key.starts_with("user:business:") && !key.contains("12481"));
        assert_eq!(key.len(), "user:business:".len() + 64);
    }
}
