//! OpenAI Images.

use super::{DEADLINE, PaintError};
use crate::domain::prompt::Prompt;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use janchi_client::{Api, CallError};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

/// The vendor with its key and model.
#[derive(Clone)]
pub struct OpenAiImages {
    api: Api,
    key: SecretString,
    model: String,
}

#[derive(Deserialize)]
struct Painted {
    #[serde(default)]
    data: Vec<Picture>,
}

#[derive(Deserialize)]
struct Picture {
    b64_json: Option<String>,
}

impl OpenAiImages {
    /// `base` with its version, e.g. `https://api.openai.com/v1`.
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(base: Url, key: SecretString, model: String) -> anyhow::Result<Self> {
        Ok(Self {
            api: Api::new("openai_images", base, DEADLINE)?.hanging_up(),
            key,
            model,
        })
    }

    pub fn api(&self) -> &Api {
        &self.api
    }

    /// A square background picture.
    pub async fn paint(&self, prompt: &Prompt) -> Result<Bytes, PaintError> {
        let body = json!({
            "model": self.model,
            "prompt": prompt.wanted,
            "n": 1,
            "size": "1024x1024",
            // The quickest: text and shapes of ours lie over most of the picture.
            "quality": "low",
            "output_format": "jpeg",
        });
        let request = self
            .api
            .post("images/generations")
            .bearer_auth(self.key.expose_secret())
            .json(&body);
        let painted: Painted = self.api.send_json(request).await.map_err(explain)?;
        let image = painted.data.into_iter().find_map(|p| p.b64_json);
        let image = image.ok_or_else(|| CallError::Invalid("no picture in the answer".into()))?;
        let bytes = STANDARD
            .decode(image)
            .map_err(|_| CallError::Invalid("the picture is not base64".into()))?;
        Ok(bytes.into())
    }
}

fn explain(error: CallError) -> PaintError {
    #[derive(Deserialize)]
    struct Envelope {
        error: Fault,
    }
    #[derive(Deserialize)]
    struct Fault {
        code: Option<String>,
    }
    let CallError::Status { status, body, .. } = &error else {
        return error.into();
    };
    let code = serde_json::from_slice::<Envelope>(body)
        .ok()
        .and_then(|e| e.error.code)
        .unwrap_or_default();
    match (*status, code.as_str()) {
        (_, "moderation_blocked" | "content_policy_violation") => PaintError::Filtered,
        // A spent budget comes as 429 too.
        (401 | 403, _) | (429, "insufficient_quota") => PaintError::Account(*status),
        _ => error.into(),
    }
}
