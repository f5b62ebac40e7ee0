//! The two vendors of language models, and the one of search trends. Each has its own breaker and its own wire format;
//! what the models are asked and what they say is the same.

mod anthropic;
pub mod datalab;
mod openai;

use crate::config::Config;
use janchi_client::CallError;
use janchi_contracts::ai::Source;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What a vendor is asked: instructions and data apart, and the shape of the answer.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// Name and version of the prompt's file.
    pub name: &'static str,
    pub instructions: &'static str,
    /// JSON; data and never instructions.
    pub data: String,
    pub schema: Value,
    pub max_tokens: u32,
}

/// What a vendor said; `text` is JSON if all is well, and unproven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    pub model: String,
    pub input_tokens: u64,
    pub output_tokens: u64,
}

/// Why a vendor said nothing usable. No text of a vendor is in it.
#[derive(Debug, thiserror::Error)]
pub enum VendorError {
    #[error("the vendor declined to answer")]
    Refused,
    #[error("the answer was cut off")]
    Truncated,
    #[error("the answer holds no text")]
    NoText,
    /// Money, not traffic: no later try will do better until somebody pays.
    #[error("the account's money or quota is used up")]
    Spent,
    #[error("too many requests")]
    RateLimited,
    #[error("the vendor is overloaded")]
    Overloaded,
    /// A key, model or request the vendor does not take: a matter of settings.
    #[error("the vendor rejected the request with status {0}")]
    Rejected(u16),
    #[error(transparent)]
    Call(CallError),
}

impl VendorError {
    /// A label for metrics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Truncated => "truncated",
            Self::NoText => "no_text",
            Self::Spent => "spent",
            Self::RateLimited => "rate_limited",
            Self::Overloaded => "overloaded",
            Self::Rejected(_) => "rejected",
            Self::Call(CallError::Open { .. }) => "breaker_open",
            Self::Call(CallError::Timeout) => "timeout",
            Self::Call(_) => "failed",
        }
    }
}

/// One vendor.
#[derive(Debug, Clone)]
pub enum Vendor {
    Claude(anthropic::Anthropic),
    OpenAi(openai::OpenAi),
}

impl Vendor {
    /// Its label in metrics and in what is stored.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Claude(_) => "claude",
            Self::OpenAi(_) => "openai",
        }
    }

    pub const fn source(&self) -> Source {
        match self {
            Self::Claude(_) => Source::Claude,
            Self::OpenAi(_) => Source::OpenAi,
        }
    }

    /// Asks once, for at most `limit`.
    pub async fn ask(&self, prompt: &Prompt, limit: Duration) -> Result<Said, VendorError> {
        let began = Instant::now();
        let asking = async {
            match self {
                Self::Claude(claude) => claude.ask(prompt).await,
                Self::OpenAi(openai) => openai.ask(prompt).await,
            }
        };
        let result = tokio::time::timeout(limit, asking)
            .await
            .unwrap_or(Err(VendorError::Call(CallError::Timeout)));
        let outcome = result.as_ref().map_or_else(VendorError::code, |_| "ok");
        metrics::counter!("janchi_ai_vendor_calls_total", "vendor" => self.name(), "outcome" => outcome).increment(1);
        metrics::histogram!("janchi_ai_vendor_seconds", "vendor" => self.name())
            .record(began.elapsed().as_secs_f64());
        if let Ok(said) = &result {
            let count = |direction: &'static str, tokens| {
                metrics::counter!("janchi_ai_tokens_total", "vendor" => self.name(), "direction" => direction)
                    .increment(tokens);
            };
            count("input", said.input_tokens);
            count("output", said.output_tokens);
        }
        result
    }
}

/// The vendors that are configured, in the order they are asked.
#[derive(Debug, Clone)]
pub struct Vendors {
    pub asked: Vec<Vendor>,
    /// Search trends, if configured.
    pub datalab: Option<datalab::DataLab>,
    /// What they answer is practice.
    pub sandbox: bool,
    /// How long all of them together may take in one job.
    pub deadline: Duration,
}

impl Vendors {
    /// # Errors
    /// An HTTP client cannot be built.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let deadline = config.answer_deadline;
        let mut asked = Vec::new();
        if let (Some(url), Some(key)) = (&config.anthropic_url, &config.anthropic_key) {
            let model = config.anthropic_model.clone();
            asked.push(Vendor::Claude(anthropic::Anthropic::new(
                url.clone(),
                key.clone(),
                model,
                deadline,
            )?));
        }
        if let (Some(url), Some(key)) = (&config.openai_url, &config.openai_key) {
            let model = config.openai_model.clone();
            asked.push(Vendor::OpenAi(openai::OpenAi::new(
                url.clone(),
                key.clone(),
                model,
                deadline,
            )?));
        }
        let datalab = match (
            &config.datalab_url,
            &config.datalab_key_id,
            &config.datalab_key,
        ) {
            (Some(url), Some(id), Some(key)) => Some(datalab::DataLab::new(
                url.clone(),
                id.clone(),
                key.clone(),
            )?),
            _ => None,
        };
        Ok(Self {
            asked,
            datalab,
            sandbox: config.sandbox,
            deadline,
        })
    }

    /// Whether any vendor of plans can be asked.
    pub fn any(&self) -> bool {
        !self.asked.is_empty()
    }

    /// Each breaker's state, for `/readyz`.
    pub fn states(&self) -> Value {
        let asked = self.asked.iter().map(|vendor| {
            let breaker = match vendor {
                Vendor::Claude(claude) => claude.breaker(),
                Vendor::OpenAi(openai) => openai.breaker(),
            };
            (vendor.name(), breaker)
        });
        let datalab = self.datalab.iter().map(|d| ("datalab", d.breaker()));
        let states = asked
            .chain(datalab)
            .map(|(name, breaker)| (name.to_owned(), json!(breaker.state().code())));
        Value::Object(states.collect())
    }
}

/// Sorts a status into what it means for the next step. `spent` says whether the body names money as the cause.
fn rejected(error: CallError, spent: impl Fn(&Value) -> bool) -> VendorError {
    let CallError::Status { status, body, .. } = &error else {
        return VendorError::Call(error);
    };
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match status {
        402 => VendorError::Spent,
        429 if spent(&body) => VendorError::Spent,
        429 => VendorError::RateLimited,
        503 | 529 => VendorError::Overloaded,
        400..=499 => VendorError::Rejected(*status),
        _ => VendorError::Call(error),
    }
}
