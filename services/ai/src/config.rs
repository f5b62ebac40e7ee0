//! Settings, read once at start.

use janchi_runtime::{optional, optional_secret, or_default, required, secret};
use secrecy::SecretString;
use std::net::SocketAddr;
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
    pub listen_addr: SocketAddr,
    pub admin_addr: SocketAddr,
    pub database_url: SecretString,
    pub redis_url: SecretString,
    pub amqp_url: SecretString,
    /// Keeps fleets apart that share Redis and RabbitMQ; empty in production.
    pub namespace: String,
    pub jwks_url: Url,
    pub service_token_secret: SecretString,
    /// Without the path of the call, e.g. `https://api.anthropic.com`.
    pub anthropic_url: Option<Url>,
    pub anthropic_key: Option<SecretString>,
    pub anthropic_model: String,
    /// Without the path of the call, e.g. `https://api.openai.com/v1`.
    pub openai_url: Option<Url>,
    pub openai_key: Option<SecretString>,
    pub openai_model: String,
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
            listen_addr: required("LISTEN_ADDR")?,
            admin_addr: required("ADMIN_ADDR")?,
            database_url: secret("AI_DATABASE_URL")?,
            redis_url: secret("REDIS_URL")?,
            amqp_url: secret("AMQP_URL")?,
            namespace: or_default("NAMESPACE", String::new())?,
            jwks_url: required("JWKS_URL")?,
            service_token_secret: secret("SERVICE_TOKEN_SECRET")?,
            anthropic_url: optional("ANTHROPIC_URL")?,
            anthropic_key: optional_secret("ANTHROPIC_KEY")?,
            anthropic_model: or_default("ANTHROPIC_MODEL", ANTHROPIC_MODEL.to_owned())?,
            openai_url: optional("OPENAI_URL")?,
            openai_key: optional_secret("OPENAI_KEY")?,
            openai_model: or_default("OPENAI_MODEL", OPENAI_MODEL.to_owned())?,
            sandbox: or_default("SANDBOX", false)?,
            answer_deadline: match optional::<u64>("AI_ANSWER_DEADLINE_MS")? {
                Some(millis) => Duration::from_millis(millis),
                None => ANSWER_DEADLINE,
            },
        })
    }
}
