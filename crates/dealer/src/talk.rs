use crate::answer::{is_known, judge};
use crate::{DEADLINE, DealerError, ONCE, SECRET, TalkChannel};
use anyhow::Context;
use chrono::{DateTime, Utc};
use janchi_client::Api;
use janchi_crypto::Phone;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// Sends 알림톡. Cheap to clone.
#[derive(Clone)]
pub struct Talk {
    api: Api,
    channel: Arc<TalkChannel>,
}

impl fmt::Debug for Talk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Talk")
    }
}

impl Talk {
    /// `name` is its breaker's.
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(name: &'static str, channel: TalkChannel) -> anyhow::Result<Self> {
        let api =
            Api::new(name, channel.url.clone(), DEADLINE).context("build the 알림톡 client")?;
        Ok(Self {
            api,
            channel: Arc::new(channel),
        })
    }

    /// `CLOSED`, `OPEN` or `HALF_OPEN`.
    pub fn breaker(&self) -> &'static str {
        self.api.breaker().state().code()
    }

    /// Sends an approved template with its variables to one phone. The same `id` is sent once.
    ///
    /// # Errors
    /// The dealer cannot be reached or refuses.
    pub async fn send(
        &self,
        id: Uuid,
        to: &Phone,
        template: &str,
        variables: &Value,
    ) -> Result<(), DealerError> {
        let request = self
            .api
            .post(&self.path())
            .header(SECRET, self.channel.key.expose_secret())
            .header(ONCE, id.to_string())
            .json(&json!({
                "senderKey": self.channel.sender_key,
                "templateCode": template,
                "recipientList": [{
                    "recipientNo": to.local(),
                    "templateParameter": variables,
                    "recipientGroupingKey": id,
                }],
            }));
        judge(
            self.api
                .send_json(request)
                .await
                .map_err(DealerError::Call)?,
        )
    }

    /// Whether the dealer knows a message with this id, sent within the last day: asked before a message is sent again
    /// whose outcome nobody knows.
    ///
    /// # Errors
    /// The dealer cannot be reached.
    pub async fn knows(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool, DealerError> {
        is_known(&self.api, &self.path(), &self.channel.key, id, now).await
    }

    fn path(&self) -> String {
        let app = self.channel.app_key.expose_secret();
        format!("alimtalk/v2.3/appkeys/{app}/messages")
    }
}
