use std::collections::BTreeMap;

use anyhow::{Context, anyhow};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// Addresses of the servers, with the credentials to use.
#[derive(Clone, Debug)]
pub struct Urls {
    /// Maintenance database, by an account that may create databases and roles.
    pub database: SecretString,
    /// Redis, by an account that may do everything.
    pub redis: SecretString,
    /// RabbitMQ, by an account that may do everything.
    pub amqp: SecretString,
    pub(crate) databases: BTreeMap<String, SecretString>,
    pub(crate) redis_users: BTreeMap<String, SecretString>,
    pub(crate) amqp_users: BTreeMap<String, SecretString>,
}

impl Urls {
    /// The database of a service, by its own login role.
    ///
    /// # Errors
    /// There is no such service.
    pub fn database_of(&self, service: &str) -> anyhow::Result<&SecretString> {
        self.databases
            .get(service)
            .ok_or_else(|| anyhow!("there is no database of {service}"))
    }

    /// Redis by a service's own user (or the gateway's); a server named in the environment is used as it is named.
    #[must_use]
    pub fn redis_of(&self, account: &str) -> &SecretString {
        self.redis_users.get(account).unwrap_or(&self.redis)
    }

    /// RabbitMQ by a service's own user; a server named in the environment is used as it is named.
    #[must_use]
    pub fn amqp_of(&self, service: &str) -> &SecretString {
        self.amqp_users.get(service).unwrap_or(&self.amqp)
    }
}

/// The same server by another role, in the database of the role's name.
pub(crate) fn on_named_server(
    server: &SecretString,
    role: &str,
    password: &str,
) -> anyhow::Result<String> {
    // The cause may quote the address, which holds a password.
    let mut url = Url::parse(server.expose_secret())
        .ok()
        .context("DATABASE_URL is not an address")?;
    let refused = |()| anyhow!("DATABASE_URL does not take a user and a password");
    url.set_username(role).map_err(refused)?;
    url.set_password(Some(password)).map_err(refused)?;
    url.set_path(role);
    Ok(url.into())
}
