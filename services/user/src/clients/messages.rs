use crate::config::MessageChannel;
use anyhow::Context;
use janchi_client::{Api, CallError};
use janchi_crypto::Phone;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const DEADLINE: Duration = Duration::from_secs(5);
/// The dealer refuses a key it took within ten minutes: the message is already on its way.
const ALREADY_TAKEN: i64 = -1005;

/// Sends 알림톡 through NHN Cloud's KakaoTalk Bizmessage.
#[derive(Clone)]
pub struct Messages {
    api: Api,
    channel: Arc<MessageChannel>,
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    #[error("message channel cannot be reached: {0}")]
    Call(CallError),
    #[error("message channel refused the message with code {0}")]
    Refused(i64),
}

#[derive(Deserialize)]
struct Answer {
    header: Header,
    message: Option<Sent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    result_code: i64,
    is_successful: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    #[serde(default)]
    send_results: Vec<SendResult>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendResult {
    result_code: i64,
}

impl Messages {
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(channel: MessageChannel) -> anyhow::Result<Self> {
        let api = Api::new("messages", channel.url.clone(), DEADLINE)
            .context("build the message client")?;
        Ok(Self {
            api,
            channel: Arc::new(channel),
        })
    }

    /// `CLOSED`, `OPEN` or `HALF_OPEN`.
    pub fn breaker(&self) -> &'static str {
        self.api.breaker().state().code()
    }

    /// Sends a reset link to a phone. The same `id` again within ten minutes sends nothing twice.
    ///
    /// # Errors
    /// The dealer cannot be reached or refuses.
    pub async fn send_reset_link(
        &self,
        id: Uuid,
        to: &Phone,
        link: &str,
    ) -> Result<(), MessageError> {
        let path = format!(
            "alimtalk/v2.3/appkeys/{}/messages",
            self.channel.app_key.expose_secret()
        );
        let request = self
            .api
            .post(&path)
            .header("x-secret-key", self.channel.key.expose_secret())
            .header("x-nc-api-idempotency-key", id.to_string())
            .json(&json!({
                "senderKey": self.channel.sender_key,
                "templateCode": self.channel.reset_template,
                "recipientList": [{
                    "recipientNo": to.local(),
                    "templateParameter": { "link": link },
                    "recipientGroupingKey": id,
                }],
            }));
        // A refusal comes with HTTP 200: the codes inside decide.
        let answer: Answer = self
            .api
            .send_json(request)
            .await
            .map_err(MessageError::Call)?;
        if answer.header.result_code == ALREADY_TAKEN {
            return Ok(());
        }
        if !answer.header.is_successful {
            return Err(MessageError::Refused(answer.header.result_code));
        }
        let results = answer
            .message
            .map(|sent| sent.send_results)
            .unwrap_or_default();
        match results.iter().find(|result| result.result_code != 0) {
            Some(refused) => Err(MessageError::Refused(refused.result_code)),
            None => Ok(()),
        }
    }
}
