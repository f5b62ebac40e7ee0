use janchi_runtime::{optional, required, secret};
use secrecy::SecretString;
use url::Url;

/// Where 알림톡 is sent through: KakaoTalk Bizmessage.
#[derive(Debug, Clone)]
pub struct TalkChannel {
    /// `MESSAGE_URL`, e.g. `https://kakaotalk-bizmessage.api.nhncloudservice.com`
    pub url: Url,
    /// `MESSAGE_APP_KEY`: part of the path
    pub app_key: SecretString,
    /// `MESSAGE_KEY`: the secret key
    pub key: SecretString,
    /// `MESSAGE_SENDER_KEY`: which sender profile speaks
    pub sender_key: String,
}

impl TalkChannel {
    /// None without `MESSAGE_URL`.
    ///
    /// # Errors
    /// Another variable of it that is absent or malformed, by name.
    pub fn from_env() -> anyhow::Result<Option<Self>> {
        let Some(url) = optional("MESSAGE_URL")? else {
            return Ok(None);
        };
        Ok(Some(Self {
            url,
            app_key: secret("MESSAGE_APP_KEY")?,
            key: secret("MESSAGE_KEY")?,
            sender_key: required("MESSAGE_SENDER_KEY")?,
        }))
    }
}

/// Where SMS is sent through.
#[derive(Debug, Clone)]
pub struct SmsChannel {
    /// `SMS_URL`, e.g. `https://api-sms.cloud.toast.com`
    pub url: Url,
    /// `SMS_APP_KEY`: part of the path
    pub app_key: SecretString,
    /// `SMS_KEY`: the secret key
    pub key: SecretString,
    /// `SMS_SENDER`: the sender's number, registered with the dealer
    pub sender: String,
}

impl SmsChannel {
    /// None without `SMS_URL`.
    ///
    /// # Errors
    /// Another variable of it that is absent or malformed, by name.
    pub fn from_env() -> anyhow::Result<Option<Self>> {
        let Some(url) = optional("SMS_URL")? else {
            return Ok(None);
        };
        Ok(Some(Self {
            url,
            app_key: secret("SMS_APP_KEY")?,
            key: secret("SMS_KEY")?,
            sender: required("SMS_SENDER")?,
        }))
    }
}
