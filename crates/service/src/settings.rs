use janchi_runtime::{optional, or_default, required, secret};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What all seven services are told: where they listen, where their servers are, and how they know each other.
#[derive(Debug, Clone)]
pub struct SharedSettings {
    /// `LISTEN_ADDR`: the API and `/internal/**`.
    pub listen_addr: SocketAddr,
    /// `LISTEN_SOCKET`: a Unix socket for the same, which a gateway on the same machine reaches at less cost.
    pub listen_socket: Option<PathBuf>,
    /// `ADMIN_ADDR`: health and metrics.
    pub admin_addr: SocketAddr,
    /// The service's own database: `USER_DATABASE_URL` and its six siblings.
    pub database_url: SecretString,
    /// `REDIS_URL`
    pub redis_url: SecretString,
    /// `AMQP_URL`
    pub amqp_url: SecretString,
    /// `NAMESPACE`: keeps fleets apart that share Redis and RabbitMQ; empty in production.
    pub namespace: String,
    /// `SERVICE_TOKEN_SECRET`: base64 of at least 32 bytes, the same in the whole fleet.
    pub service_token_secret: SecretString,
}

impl SharedSettings {
    /// Reads the environment. The database's variable is named after the service, which therefore reads it itself.
    ///
    /// # Errors
    /// A missing or malformed variable, by name and never by value.
    pub fn from_env(database_url: SecretString) -> anyhow::Result<Self> {
        Ok(Self {
            listen_addr: required("LISTEN_ADDR")?,
            listen_socket: optional("LISTEN_SOCKET")?,
            admin_addr: required("ADMIN_ADDR")?,
            database_url,
            redis_url: secret("REDIS_URL")?,
            amqp_url: secret("AMQP_URL")?,
            namespace: or_default("NAMESPACE", String::new())?,
            service_token_secret: secret("SERVICE_TOKEN_SECRET")?,
        })
    }
}
