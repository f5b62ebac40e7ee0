//! Settings, read once at start.

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

/// Everything this service is told from outside. A vendor without URL or key is not asked.
#[derive(Debug, Clone)]
pub struct Config {
    pub shared: SharedSettings,
    /// Without the path of the call, e.g. `https://api.anthropic.com`.
    pub anthropic_url: Option<Url>,
    pub anthropic_key: Option<SecretString>,
    pub anthropic_model: String,
    /// Without the path of the call, e.g. `https://api.openai.com/v1`.
    pub openai_url: Option<Url>,
    pub openai_key: Option<SecretString>,
    pub openai_model: String,
    /// Without the path of the call, e.g. `https://naverapihub.apigw.ntruss.com/datalab/v1`.
    pub datalab_url: Option<Url>,
    pub datalab_key_id: Option<SecretString>,
    pub datalab_key: Option<SecretString>,
    /// What vendors answer is practice: the URLs name the practice server.
    pub sandbox: bool,
    /// How long the vendors together may take in one job.
    pub answer_deadline: Duration,
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
