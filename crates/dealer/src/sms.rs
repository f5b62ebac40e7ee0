use crate::answer::{is_known, judge};
use crate::{DEADLINE, DealerError, ONCE, SECRET, SmsChannel};
use anyhow::Context;
use chrono::{DateTime, Utc};
use janchi_client::Api;
use janchi_crypto::Phone;
use secrecy::ExposeSecret;
use serde_json::json;
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// How much a message holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length<'a> {
    /// 90 bytes, of which a Hangul letter takes two.
    Short,
    /// 2,000 bytes, under a title.
    Long { title: &'a str },
}

impl Length<'_> {
    const fn kind(self) -> &'static str {
        match self {
            Self::Short => "sms",
            Self::Long { .. } => "mms",
        }
    }
}

/// Sends SMS. Cheap to clone.
#[derive(Clone)]
pub struct Sms {
    api: Api,
    channel: Arc<SmsChannel>,
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sms")
    }
}

impl Sms {
    /// `name` is its breaker's.
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(name: &'static str, channel: SmsChannel) -> anyhow::Result<Self> {
        let api = Api::new(name, channel.url.clone(), DEADLINE).context("build the SMS client")?;
        Ok(Self {
            api,
            channel: Arc::new(channel),
        })
    }

    /// Sends a text to one phone. The same `id` is sent once.
    ///
    /// # Errors
    /// The dealer cannot be reached or refuses.
    pub async fn send(
        &self,
        id: Uuid,
        to: &Phone,
        length: Length<'_>,
        text: &str,
    ) -> Result<(), DealerError> {
        let mut body = json!({
            "body": text,
            "sendNo": self.channel.sender,
            "recipientList": [{"recipientNo": to.local(), "recipientGroupingKey": id}],
        });
        if let Length::Long { title } = length {
            body["title"] = json!(title);
        }
        let request = self
            .api
            .post(&self.path(length))
            .header(SECRET, self.channel.key.expose_secret())
            .header(ONCE, id.to_string())
            .json(&body);
        judge(
            self.api
                .send_json(request)
                .await
                .map_err(DealerError::Call)?,
        )
    }

    /// Whether the dealer knows a long message with this id, sent within the last day.
    ///
    /// # Errors
    /// The dealer cannot be reached.
    pub async fn knows_long(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool, DealerError> {
        let path = self.path(Length::Long { title: "" });
        is_known(&self.api, &path, &self.channel.key, id, now).await
    }

    fn path(&self, length: Length<'_>) -> String {
        let app = self.channel.app_key.expose_secret();
        format!("sms/v3.0/appKeys/{app}/sender/{}", length.kind())
    }
}
