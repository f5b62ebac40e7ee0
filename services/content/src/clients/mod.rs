//! Outward calls: the two makers of background pictures.

pub mod openai_images;
pub mod stability;

use crate::domain::prompt::Prompt;
use bytes::Bytes;
use janchi_client::{Api, CallError};
use janchi_contracts::content::ImageSource;
use std::time::Duration;

/// Neither vendor is waited for longer.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// Why a vendor painted nothing.
#[derive(Debug, thiserror::Error)]
pub enum PaintError {
    /// The vendor's filter took offence; the same words would be refused again.
    #[error("refused by the vendor's content filter")]
    Filtered,
    /// The key is wrong or the credits are spent: an operator must act.
    #[error("refused for the account: status {0}")]
    Account(u16),
    #[error(transparent)]
    Call(#[from] CallError),
}

impl PaintError {
    /// For metrics.
    const fn label(&self) -> &'static str {
        match self {
            Self::Filtered => "filtered",
            Self::Account(_) => "account",
            Self::Call(CallError::Open { .. }) => "open",
            Self::Call(CallError::Timeout) => "timeout",
            Self::Call(_) => "failed",
        }
    }
}

/// The vendors that are configured, in the order they are asked.
#[derive(Clone)]
pub struct Painters {
    pub stability: Option<stability::Stability>,
    pub openai: Option<openai_images::OpenAiImages>,
    /// They are played by a practice server: what they make is marked as practice.
    pub sandbox: bool,
}

impl Painters {
    /// The first picture a vendor makes; none when no vendor is configured or none delivers. Then the drawn
    /// pattern serves.
    pub async fn paint(&self, prompt: &Prompt) -> Option<(ImageSource, Bytes)> {
        if let Some(stability) = &self.stability {
            match stability.paint(prompt).await {
                Ok(bytes) => return Some((ImageSource::Stability, count("stability", bytes))),
                Err(error) => note("stability", &error),
            }
        }
        if let Some(openai) = &self.openai {
            match openai.paint(prompt).await {
                Ok(bytes) => return Some((ImageSource::OpenAi, count("openai_images", bytes))),
                Err(error) => note("openai_images", &error),
            }
        }
        None
    }

    /// Those that are configured, by name.
    pub fn apis(&self) -> impl Iterator<Item = (&'static str, Api)> {
        let stability = self.stability.as_ref().map(|v| ("stability", v.api()));
        let openai = self.openai.as_ref().map(|v| ("openai_images", v.api()));
        let both = stability.into_iter().chain(openai);
        both.map(|(name, api)| (name, api.clone()))
    }
}

fn count(vendor: &'static str, bytes: Bytes) -> Bytes {
    metrics::counter!("janchi_backgrounds_total", "vendor" => vendor, "outcome" => "painted")
        .increment(1);
    bytes
}

fn note(vendor: &'static str, error: &PaintError) {
    metrics::counter!("janchi_backgrounds_total", "vendor" => vendor, "outcome" => error.label())
        .increment(1);
    tracing::warn!(vendor, %error, "no background from this vendor");
}
