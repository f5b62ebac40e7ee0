//! The two vendors of language models, and the one of search trends. Each has its own breaker and its own wire format;
//! what the models are asked and what they say is the same.

mod anthropic;
pub mod datalab;
mod openai;

use crate::config::Config;
use crate::domain::cost::{Price, Usage};
use janchi_client::{Breaker, CallError};
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

/// What a vendor said; the text is JSON if all is well, and unproven.
#[derive(Debug)]
pub struct Said {
    pub text: Result<String, VendorError>,
    /// As the vendor calls it; empty if it did not say.
    pub model: String,
    /// What it bills, also for what is of no use.
    pub usage: Usage,
}

impl From<VendorError> for Said {
    fn from(error: VendorError) -> Self {
        Self {
            text: Err(error),
            model: String::new(),
            usage: Usage::default(),
        }
    }
}

/// A call as it is judged, written down and paid for.
#[derive(Debug)]
pub struct Heard {
    pub text: Result<String, VendorError>,
    pub model: String,
    pub usage: Usage,
    /// In millionths of a won.
    pub cost_micros: i64,
    pub took: Duration,
}

/// Beside a call's own time.
const AROUND: Duration = Duration::from_millis(100);
/// Where a vendor that has too much to do does not say for how long.
const USUAL_PATIENCE: Duration = Duration::from_secs(1);

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
    /// Traffic: after a while, as the vendor asks, a call may do.
    #[error("too many requests")]
    RateLimited { retry_after: Option<Duration> },
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
            Self::RateLimited { .. } => "rate_limited",
            Self::Overloaded => "overloaded",
            Self::Rejected(_) => "rejected",
            Self::Call(CallError::Open { .. }) => "breaker_open",
            Self::Call(CallError::Timeout) => "timeout",
            Self::Call(CallError::Connect(_)) => "unreachable",
            Self::Call(CallError::Invalid(_)) => "unreadable",
            Self::Call(CallError::Status { .. }) => "failed",
        }
    }

    /// How long to leave the vendor alone before it is worth asking once more; none if that will not help soon. Money
    /// that is used up says 429, too, and is not this.
    pub fn again_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } => Some(retry_after.unwrap_or(USUAL_PATIENCE)),
            _ => None,
        }
    }
}

/// One vendor with the model that is asked there, and its price.
#[derive(Debug, Clone)]
pub struct Vendor {
    house: House,
    model: String,
    price: Price,
}

#[derive(Debug, Clone)]
enum House {
    Claude(anthropic::Anthropic),
    OpenAi(openai::OpenAi),
}

impl Vendor {
    /// Its label in metrics and in what is stored.
    pub const fn name(&self) -> &'static str {
        match self.house {
            House::Claude(_) => "claude",
            House::OpenAi(_) => "openai",
        }
    }

    pub const fn source(&self) -> Source {
        match self.house {
            House::Claude(_) => Source::Claude,
            House::OpenAi(_) => Source::OpenAi,
        }
    }

    fn breaker(&self) -> &Breaker {
        match &self.house {
            House::Claude(claude) => claude.breaker(),
            House::OpenAi(openai) => openai.breaker(),
        }
    }

    /// Asks once, for at most `limit`.
    pub async fn ask(&self, prompt: &Prompt, limit: Duration) -> Heard {
        let began = Instant::now();
        let asking = async {
            match &self.house {
                House::Claude(claude) => claude.ask(prompt, limit).await,
                House::OpenAi(openai) => openai.ask(prompt, limit).await,
            }
        };
        // The call itself keeps the limit, and is the vendor's failure then; this is for what comes around it.
        let said = tokio::time::timeout(limit + AROUND, asking)
            .await
            .unwrap_or_else(|_| VendorError::Call(CallError::Timeout).into());
        Heard {
            cost_micros: self.price.of(said.usage),
            model: if said.model.is_empty() {
                self.model.clone()
            } else {
                said.model
            },
            text: said.text,
            usage: said.usage,
            took: began.elapsed(),
        }
    }

    /// Puts a call into the metrics. `outcome` is `ok`, or why there was no usable answer.
    pub fn count(&self, heard: &Heard, outcome: &'static str) {
        let vendor = self.name();
        metrics::counter!("janchi_ai_vendor_calls_total", "vendor" => vendor, "outcome" => outcome)
            .increment(1);
        metrics::histogram!("janchi_ai_vendor_seconds", "vendor" => vendor)
            .record(heard.took.as_secs_f64());
        let number = |n: i64| u64::try_from(n).unwrap_or(0);
        for (direction, tokens) in [
            ("input", heard.usage.input_tokens),
            ("output", heard.usage.output_tokens),
        ] {
            metrics::counter!("janchi_ai_tokens_total", "vendor" => vendor, "direction" => direction)
                .increment(number(tokens));
        }
        // By the model that was asked for: what a vendor calls it is the vendor's to choose, and no label.
        metrics::counter!("janchi_ai_cost_krw_micros_total", "vendor" => vendor, "model" => self.model.clone())
            .increment(number(heard.cost_micros));
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
            let (url, key, model) = (url.clone(), key.clone(), config.anthropic_model.clone());
            let claude = anthropic::Anthropic::new(url, key, model.clone(), deadline)?;
            asked.push(Vendor {
                house: House::Claude(claude),
                model,
                price: config.anthropic_price,
            });
        }
        if let (Some(url), Some(key)) = (&config.openai_url, &config.openai_key) {
            let (url, key, model) = (url.clone(), key.clone(), config.openai_model.clone());
            let openai = openai::OpenAi::new(url, key, model.clone(), deadline)?;
            asked.push(Vendor {
                house: House::OpenAi(openai),
                model,
                price: config.openai_price,
            });
        }
        let datalab = match (
            &config.datalab_url,
            &config.datalab_key_id,
            &config.datalab_key,
        ) {
            (Some(url), Some(id), Some(key)) => {
                Some(datalab::DataLab::new(url.clone(), id.clone(), key.clone())?)
            }
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
        let asked = self.asked.iter().map(|v| (v.name(), v.breaker()));
        let datalab = self.datalab.iter().map(|d| ("datalab", d.breaker()));
        let states = asked
            .chain(datalab)
            .map(|(name, breaker)| (name.to_owned(), json!(breaker.state().code())));
        Value::Object(states.collect())
    }
}

/// A vendor's count of tokens.
fn tokens(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Sorts a status into what it means for the next step. `spent` says whether the body names money as the cause.
fn rejected(error: CallError, spent: impl Fn(&Value) -> bool) -> VendorError {
    let CallError::Status {
        status,
        retry_after,
        body,
    } = &error
    else {
        return VendorError::Call(error);
    };
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match status {
        402 => VendorError::Spent,
        429 if spent(&body) => VendorError::Spent,
        429 => VendorError::RateLimited {
            retry_after: retry_after.map(Duration::from_secs),
        },
        503 | 529 => VendorError::Overloaded,
        400..=499 => VendorError::Rejected(*status),
        _ => VendorError::Call(error),
    }
}
