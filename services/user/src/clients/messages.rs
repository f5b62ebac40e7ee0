use crate::config::MessageChannel;
use janchi_crypto::Phone;
use janchi_dealer::{DealerError, Talk};
use serde_json::json;
use uuid::Uuid;

/// Sends reset links by 알림톡. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Messages {
    talk: Talk,
    reset_template: String,
}

impl Messages {
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(channel: MessageChannel) -> anyhow::Result<Self> {
        Ok(Self {
            talk: Talk::new("messages", channel.talk)?,
            reset_template: channel.reset_template,
        })
    }

    /// `CLOSED`, `OPEN` or `HALF_OPEN`.
    pub fn breaker(&self) -> &'static str {
        self.talk.breaker()
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
    ) -> Result<(), DealerError> {
        self.talk
            .send(id, to, &self.reset_template, &json!({ "link": link }))
            .await
    }
}
