//! Settings, read once at start.

use crate::domain::cost::Price;
use janchi_runtime::{optional, optional_secret, or_default, secret};
use janchi_service::SharedSettings;
use secrecy::SecretString;
use std::time::Duration;
use url::Url;

/// Fast enough to answer within the job's deadline; any current id can be set instead.
pub const ANTHROPIC_MODEL: &str = "claude-haiku-5-5";
/// As [`ANTHROPIC_MODEL`], of the other vendor.
pub const OPENAI_MODEL: &str = "gpt-5.4-mini";
/// Vendors together may take this long in one job: a second less than the ten a job has.
pub const ANSWER_DEADLINE: Duration = Duration::from_secs(9);

/// What [`ANTHROPIC_MODEL`] costs: its list price in dollars at 1,500 won. To be checked with the vendor's list, as is the
/// exchange rate.
pub const ANTHROPIC_PRICE: Price = Price {
    input: 1_500,
    output: 7_500,
};
/// As [`ANTHROPIC_PRICE`], of [`OPENAI_MODEL`].
pub const OPENAI_PRICE: Price = Price {
    input: 1_200,
    output: 6_800,
};
/// What asking ahead of time may cost a day where vendors are configured, in KRW: some 300 answers.
pub const WARMING_BUDGET: u32 = 10_000;
/// Between two rounds of warming.
pub const WARMING_EVERY: Duration = Duration::from_secs(600);

/// How long books and vendors' answers are kept, in days: a little more than the year in which an answer of the same
/// season may be used again.
pub const RETENTION_DAYS: u32 = 400;

/// How answers are asked for ahead of time.
#[derive(Debug, Clone, Copy)]
pub struct Warming {
    /// KRW a day; 0 turns it off.
    pub budget: u32,
    /// Between two rounds.
    pub every: Duration,
}

/// Everything this service is told from outside. A vendor without URL or key is not asked.
#[derive(Debug, Clone)]
pub struct Config {
    pub shared: SharedSettings,
    /// Without the path of the call, e.g. `https://api.anthropic.com`.
    pub anthropic_url: Option<Url>,
    pub anthropic_key: Option<SecretString>,
    pub anthropic_model: String,
    /// Of that model.
    pub anthropic_price: Price,
    /// Without the path of the call, e.g. `https://api.openai.com/v1`.
    pub openai_url: Option<Url>,
    pub openai_key: Option<SecretString>,
    pub openai_model: String,
    /// Of that model.
    pub openai_price: Price,
    /// Without the path of the call, e.g. `https://naverapihub.apigw.ntruss.com/datalab/v1`.
    pub datalab_url: Option<Url>,
    pub datalab_key_id: Option<SecretString>,
    pub datalab_key: Option<SecretString>,
    /// What vendors answer is practice: the URLs name the practice server.
    pub sandbox: bool,
    /// How long the vendors together may take in one job.
    pub answer_deadline: Duration,
    pub warming: Warming,
    /// How long calls of vendors, costs of jobs and answers are kept, in days.
    pub retention_days: u32,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// A missing or malformed variable, by name.
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(Self {
            shared: SharedSettings::from_env(secret("AI_DATABASE_URL")?)?,
            anthropic_url: optional("ANTHROPIC_URL")?,
            anthropic_key: optional_secret("ANTHROPIC_KEY")?,
            anthropic_model: or_default("ANTHROPIC_MODEL", ANTHROPIC_MODEL.to_owned())?,
            openai_url: optional("OPENAI_URL")?,
            openai_key: optional_secret("OPENAI_KEY")?,
            openai_model: or_default("OPENAI_MODEL", OPENAI_MODEL.to_owned())?,
            anthropic_price: Price {
                input: or_default("ANTHROPIC_INPUT_KRW", ANTHROPIC_PRICE.input)?,
                output: or_default("ANTHROPIC_OUTPUT_KRW", ANTHROPIC_PRICE.output)?,
            },
            openai_price: Price {
                input: or_default("OPENAI_INPUT_KRW", OPENAI_PRICE.input)?,
                output: or_default("OPENAI_OUTPUT_KRW", OPENAI_PRICE.output)?,
            },
            warming: Warming {
                budget: or_default("AI_WARMING_BUDGET_KRW", WARMING_BUDGET)?,
                every: match optional::<u64>("AI_WARMING_EVERY_SECONDS")? {
                    Some(seconds) => Duration::from_secs(seconds.max(1)),
                    None => WARMING_EVERY,
                },
            },
            retention_days: or_default("AI_RETENTION_DAYS", RETENTION_DAYS)?.max(1),
            datalab_url: optional("DATALAB_URL")?,
            datalab_key_id: optional_secret("DATALAB_KEY_ID")?,
            datalab_key: optional_secret("DATALAB_KEY")?,
            sandbox: or_default("SANDBOX", false)?,
            answer_deadline: match optional::<u64>("AI_ANSWER_DEADLINE_MS")? {
                Some(millis) => Duration::from_millis(millis),
                None => ANSWER_DEADLINE,
            },
        })
    }
}
