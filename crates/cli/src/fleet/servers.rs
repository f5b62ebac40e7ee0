use super::migrate::Databases;
use janchi_stack::Urls;
use secrecy::SecretString;

/// Which servers a fleet works on, and as whom.
#[derive(Debug, Clone)]
pub enum Servers {
    /// Each service with its own account.
    Separate(Urls),
    /// All with the accounts that the environment names, on databases of their own: for tests.
    Shared {
        /// Seven fresh databases.
        databases: Databases,
        /// Redis.
        redis: SecretString,
        /// RabbitMQ.
        amqp: SecretString,
    },
}

impl Servers {
    pub(crate) fn database(&self, service: &str) -> anyhow::Result<&SecretString> {
        match self {
            Self::Separate(urls) => urls.database_of(service),
            Self::Shared { databases, .. } => databases.url(service),
        }
    }

    pub(crate) fn redis(&self, account: &str) -> &SecretString {
        match self {
            Self::Separate(urls) => urls.redis_of(account),
            Self::Shared { redis, .. } => redis,
        }
    }

    pub(crate) fn amqp(&self, service: &str) -> &SecretString {
        match self {
            Self::Separate(urls) => urls.amqp_of(service),
            Self::Shared { amqp, .. } => amqp,
        }
    }
}
