//! Anthropic's Messages API.

use super::{Prompt, Said, VendorError, rejected, tokens};
use crate::domain::cost;
use janchi_client::{Api, Breaker};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// The version whose rules this client follows. It sends no sampling parameters, so the later one would do as well.
const VERSION: &str = "2023-06-01";

/// Claude.
#[derive(Debug, Clone)]
pub struct Anthropic {
    api: Api,
    key: SecretString,
    model: String,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    model: String,
    #[serde(default)]
    content: Vec<Block>,
    stop_reason: Option<String>,
    #[serde(default)]
    usage: Usage,
}

/// Thinking blocks come before the text: blocks are chosen by type and never by place.
#[derive(Deserialize)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Usage {
    input_tokens: u64,
    output_tokens: u64,
}

impl Anthropic {
    pub fn new(
        base: Url,
        key: SecretString,
        model: String,
        deadline: Duration,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            api: Api::new("anthropic", base, deadline)?.hanging_up(),
            key,
            model,
        })
    }

    pub fn breaker(&self) -> &Breaker {
        self.api.breaker()
    }

    pub async fn ask(&self, prompt: &Prompt, limit: Duration) -> Said {
        let body = json!({
            "model": self.model,
            "max_tokens": prompt.max_tokens,
            "system": prompt.instructions,
            "messages": [{ "role": "user", "content": prompt.data }],
            "output_config": { "format": { "type": "json_schema", "schema": prompt.schema } },
        });
        let request = self
            .api
            .post("v1/messages")
            .header("x-api-key", self.key.expose_secret())
            .header("anthropic-version", VERSION)
            .timeout(limit)
            .json(&body);
        match self.api.send_json(request).await {
            Ok(message) => read(message),
            Err(error) => rejected(error, is_spent).into(),
        }
    }
}

fn is_spent(body: &Value) -> bool {
    body["error"]["details"]["error_code"] == "enforced_spend_limit_reached"
}

fn read(message: Message) -> Said {
    Said {
        text: text(&message),
        usage: cost::Usage {
            input_tokens: tokens(message.usage.input_tokens),
            output_tokens: tokens(message.usage.output_tokens),
        },
        model: message.model,
    }
}

fn text(message: &Message) -> Result<String, VendorError> {
    match message.stop_reason.as_deref() {
        Some("refusal") => return Err(VendorError::Refused),
        Some("max_tokens" | "model_context_window_exceeded" | "pause_turn") => {
            return Err(VendorError::Truncated);
        }
        _ => {}
    }
    let text: String = message
        .content
        .iter()
        .filter(|b| b.kind == "text")
        .map(|b| b.text.as_str())
        .collect();
    // An error can come with status 200; it has neither this type nor text.
    if message.kind != "message" || text.trim().is_empty() {
        return Err(VendorError::NoText);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(answer: Value) -> Said {
        read(serde_json::from_value(answer).unwrap())
    }

    #[test]
    fn text_is_found_behind_thinking() {
        let said = said(json!({
            "type": "message", "model": "claude-x", "stop_reason": "end_turn",
            "content": [{ "type": "thinking", "thinking": "…", "signature": "s" }, { "type": "text", "text": "{}" }],
            "usage": { "input_tokens": 7, "output_tokens": 9, "cache_read_input_tokens": 0 }
        }));
        assert_eq!(said.text.unwrap(), "{}");
        assert_eq!(said.model, "claude-x");
        assert_eq!((said.usage.input_tokens, said.usage.output_tokens), (7, 9));
    }

    #[test]
    fn refusals_cut_answers_and_errors_dressed_as_success_are_told_apart() {
        let stopped = |reason: &str| {
            let said = said(json!({
                "type": "message", "stop_reason": reason, "content": [{ "type": "text", "text": "{" }],
                "usage": { "input_tokens": 7, "output_tokens": 9 }
            }));
            // It is billed all the same.
            assert_eq!(said.usage.output_tokens, 9);
            said.text.unwrap_err()
        };
        assert!(matches!(stopped("refusal"), VendorError::Refused));
        assert!(matches!(stopped("max_tokens"), VendorError::Truncated));
        let error =
            said(json!({ "type": "error", "error": { "type": "api_error" }, "stop_reason": null }));
        assert!(matches!(error.text.unwrap_err(), VendorError::NoText));
    }
}
