//! Stability AI, "stable-image" core.

use super::{DEADLINE, PaintError};
use crate::domain::prompt::Prompt;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use janchi_client::{Api, CallError};
use reqwest::multipart::Form;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

/// The vendor with its key.
#[derive(Clone)]
pub struct Stability {
    api: Api,
    key: SecretString,
}

#[derive(Deserialize)]
struct Painted {
    image: Option<String>,
    finish_reason: Option<String>,
}

impl Stability {
    /// `base` without the path of the call, e.g. `https://api.stability.ai`.
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(base: Url, key: SecretString) -> anyhow::Result<Self> {
        Ok(Self {
            api: Api::new("stability", base, DEADLINE)?.hanging_up(),
            key,
        })
    }

    pub fn api(&self) -> &Api {
        &self.api
    }

    /// A square background picture.
    pub async fn paint(&self, prompt: &Prompt) -> Result<Bytes, PaintError> {
        // The vendor takes multipart alone, though there is no file in it.
        let form = Form::new()
            .text("prompt", prompt.wanted.clone())
            .text("negative_prompt", prompt.unwanted)
            .text("aspect_ratio", "1:1")
            .text("seed", prompt.seed.to_string())
            .text("output_format", "jpeg");
        let request = self
            .api
            .post("v2beta/stable-image/generate/core")
            .bearer_auth(self.key.expose_secret())
            .header("accept", "application/json")
            .header("stability-client-id", "janchi")
            .multipart(form);
        let painted: Painted = self.api.send_json(request).await.map_err(explain)?;
        // A filtered picture comes with status 200, and blurred.
        if painted.finish_reason.as_deref() == Some("CONTENT_FILTERED") {
            return Err(PaintError::Filtered);
        }
        let image = painted
            .image
            .ok_or_else(|| CallError::Invalid("no picture in the answer".into()))?;
        let bytes = STANDARD
            .decode(image)
            .map_err(|_| CallError::Invalid("the picture is not base64".into()))?;
        Ok(bytes.into())
    }
}

fn explain(error: CallError) -> PaintError {
    #[derive(Deserialize)]
    struct Named {
        name: Option<String>,
    }
    let CallError::Status { status, body, .. } = &error else {
        return error.into();
    };
    let name = serde_json::from_slice::<Named>(body)
        .ok()
        .and_then(|n| n.name)
        .unwrap_or_default();
    match (*status, name.as_str()) {
        (403, _) | (_, "content_moderation" | "public_figure") => PaintError::Filtered,
        (401 | 402, _) => PaintError::Account(*status),
        _ => error.into(),
    }
}
