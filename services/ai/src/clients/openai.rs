//! OpenAI's chat completions.

use super::{Prompt, Said, VendorError, rejected, tokens};
use crate::domain::cost;
use janchi_client::{Api, Breaker};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// GPT.
#[derive(Debug, Clone)]
pub struct OpenAi {
    api: Api,
    key: SecretString,
    model: String,
}

#[derive(Deserialize)]
struct Completion {
    #[serde(default)]
    model: String,
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Usage,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Usage {
    prompt_tokens: u64,
    completion_tokens: u64,
}

impl OpenAi {
    /// `base` with or without its version, `https://api.openai.com` as well as `https://api.openai.com/v1`.
    pub fn new(
        mut base: Url,
        key: SecretString,
        model: String,
        deadline: Duration,
    ) -> anyhow::Result<Self> {
        let path = base.path().trim_end_matches('/').to_owned();
        if !path.ends_with("/v1") {
            base.set_path(&format!("{path}/v1"));
        }
        Ok(Self {
            api: Api::new("openai", base, deadline)?.hanging_up(),
            key,
            model,
        })
    }

    pub fn breaker(&self) -> &Breaker {
        self.api.breaker()
    }

    pub async fn ask(&self, prompt: &Prompt, limit: Duration) -> Said {
        // The name may hold letters, digits, `_` and `-` alone.
        let name = prompt.name.replace('.', "_");
        let body = json!({
            "model": self.model,
            "max_completion_tokens": prompt.max_tokens,
            "messages": [
                { "role": "developer", "content": prompt.instructions },
                { "role": "user", "content": prompt.data },
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": { "name": name, "strict": true, "schema": prompt.schema },
            },
            "store": false,
        });
        let request = self
            .api
            .post("chat/completions")
            .bearer_auth(self.key.expose_secret())
            .timeout(limit)
            .json(&body);
        match self.api.send_json(request).await {
            Ok(completion) => read(completion),
            Err(error) => rejected(error, is_spent).into(),
        }
    }
}

/// 429 means traffic or money; only the type and code tell.
fn is_spent(body: &Value) -> bool {
    let names = [&body["error"]["type"], &body["error"]["code"]];
    names.into_iter().filter_map(Value::as_str).any(|name| {
        matches!(
            name,
            "insufficient_quota"
                | "credit_balance_exhausted"
                | "organization_spend_limit_exceeded"
                | "project_spend_limit_exceeded"
                | "organization_usage_limit_exceeded"
        )
    })
}

fn read(completion: Completion) -> Said {
    Said {
        text: text(completion.choices),
        usage: cost::Usage {
            input_tokens: tokens(completion.usage.prompt_tokens),
            output_tokens: tokens(completion.usage.completion_tokens),
        },
        model: completion.model,
    }
}

fn text(choices: Vec<Choice>) -> Result<String, VendorError> {
    let choice = choices.into_iter().next().ok_or(VendorError::NoText)?;
    if choice.message.refusal.is_some_and(|r| !r.is_empty()) {
        return Err(VendorError::Refused);
    }
    match choice.finish_reason.as_deref() {
        Some("content_filter") => return Err(VendorError::Refused),
        Some("length") => return Err(VendorError::Truncated),
        _ => {}
    }
    choice
        .message
        .content
        .filter(|t| !t.trim().is_empty())
        .ok_or(VendorError::NoText)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: Value, finish: &str) -> Result<String, VendorError> {
        let completion = json!({ "model": "gpt-x", "choices": [{ "message": message, "finish_reason": finish }] });
        read(serde_json::from_value(completion).unwrap()).text
    }

    #[test]
    fn an_answer_a_refusal_and_a_cut_are_told_apart() {
        assert_eq!(
            said(json!({ "content": "{}", "refusal": null }), "stop").unwrap(),
            "{}"
        );
        assert!(matches!(
            said(json!({ "content": null, "refusal": "no" }), "stop").unwrap_err(),
            VendorError::Refused
        ));
        assert!(matches!(
            said(json!({ "content": "{", "refusal": null }), "length").unwrap_err(),
            VendorError::Truncated
        ));
        let filtered =
            said(json!({ "content": "", "refusal": null }), "content_filter").unwrap_err();
        assert!(matches!(filtered, VendorError::Refused));
        assert!(matches!(
            said(json!({ "content": null, "refusal": null }), "stop").unwrap_err(),
            VendorError::NoText
        ));
    }

    #[test]
    fn an_empty_purse_is_not_traffic() {
        assert!(is_spent(
            &json!({ "error": { "type": "insufficient_quota", "code": null } })
        ));
        assert!(is_spent(
            &json!({ "error": { "type": "x", "code": "project_spend_limit_exceeded" } })
        ));
        assert!(!is_spent(
            &json!({ "error": { "type": "requests", "code": "rate_limit_exceeded" } })
        ));
    }
}
