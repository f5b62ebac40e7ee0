use janchi_dealer::TalkChannel;
use janchi_runtime::{optional, optional_secret, or_default, required, secret};
use janchi_service::SharedSettings;
use secrecy::SecretString;
use std::time::Duration;
use url::Url;

/// The settings of the user service, read once at start.
#[derive(Debug, Clone)]
pub struct Config {
    pub shared: SharedSettings,
    /// `ENCRYPTION_KEYS`: `id:base64,…`, the first encrypts.
    pub encryption_keys: SecretString,
    /// `LOOKUP_KEY`: base64 of at least 32 bytes.
    pub lookup_key: SecretString,
    /// `JWT_SIGNING_KEY`: base64 PKCS#8 of a P-256 key. The first key of the ring in the database; a value that was
    /// never there before is changed to like any new key.
    pub jwt_signing_key: SecretString,
    /// `RECEIPT_PUBLIC_KEY`: the public point of participation's key, published beside the own ones. Several with commas:
    /// receipts live for months, so a key of before stays in the list as long as they do.
    pub receipt_public_key: String,
    /// `PUBLIC_BASE_URL`: where links to people point.
    pub public_base_url: Url,
    /// `TAX_OFFICE_URL`, e.g. `https://api.odcloud.kr/api` (with or without `/nts-businessman/v1`); without it every
    /// check is `PENDING_REVIEW`.
    pub tax_office_url: Option<Url>,
    /// `TAX_OFFICE_KEY`
    pub tax_office_key: Option<SecretString>,
    /// Message channel for reset links; without it an operator hands them out.
    pub messages: Option<MessageChannel>,
    /// `SANDBOX`: the URLs above name a practice server.
    pub sandbox: bool,
    /// `BUSINESS_RECHECK_SECONDS`: how often shops under review are looked at.
    pub business_recheck: Duration,
}

/// How reset links are sent by 알림톡.
#[derive(Debug, Clone)]
pub struct MessageChannel {
    pub talk: TalkChannel,
    /// `MESSAGE_RESET_TEMPLATE`: code of the approved template with the variable `link`.
    pub reset_template: String,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable that is absent or malformed, by name and never by value.
    pub fn from_env() -> anyhow::Result<Self> {
        let messages = match TalkChannel::from_env()? {
            None => None,
            Some(talk) => Some(MessageChannel {
                talk,
                reset_template: required("MESSAGE_RESET_TEMPLATE")?,
            }),
        };
        Ok(Self {
            shared: SharedSettings::from_env(secret("USER_DATABASE_URL")?)?,
            encryption_keys: secret("ENCRYPTION_KEYS")?,
            lookup_key: secret("LOOKUP_KEY")?,
            jwt_signing_key: secret("JWT_SIGNING_KEY")?,
            receipt_public_key: required("RECEIPT_PUBLIC_KEY")?,
            public_base_url: required("PUBLIC_BASE_URL")?,
            tax_office_url: optional("TAX_OFFICE_URL")?,
            tax_office_key: optional_secret("TAX_OFFICE_KEY")?,
            messages,
            sandbox: or_default("SANDBOX", false)?,
            business_recheck: Duration::from_secs(or_default("BUSINESS_RECHECK_SECONDS", 60)?),
        })
    }
}
