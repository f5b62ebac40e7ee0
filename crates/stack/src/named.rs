use std::time::Duration;

use anyhow::{Context, bail, ensure};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpStream;
use url::{Host, Url};

use crate::progress::Progress;
use crate::{broker, redis};

/// A server that is just being started beside this process is there by then.
const PATIENCE: Duration = Duration::from_secs(30);
const ATTEMPT: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(500);

/// Servers named in the environment, which are used instead of private ones.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// Maintenance database, by an account that may create databases and roles.
    pub database: Option<SecretString>,
    /// Redis.
    pub redis: Option<SecretString>,
    /// RabbitMQ.
    pub amqp: Option<SecretString>,
}

/// Where a named server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The variable that names it.
    pub variable: &'static str,
    /// Name or address of its machine; one that begins with `/` is a folder of sockets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

struct Form {
    variable: &'static str,
    schemes: [&'static str; 2],
    port: u16,
    example: &'static str,
}

const DATABASE: Form = Form {
    variable: "DATABASE_URL",
    schemes: ["postgres", "postgresql"],
    port: 5432,
    example: "postgres://USER:PASSWORD@HOST:5432/postgres",
};
const REDIS: Form = Form {
    variable: "REDIS_URL",
    schemes: ["redis", "rediss"],
    port: 6379,
    example: "redis://USER:PASSWORD@HOST:6379/",
};
const AMQP: Form = Form {
    variable: "AMQP_URL",
    schemes: ["amqp", "amqps"],
    port: 5672,
    example: "amqp://USER:PASSWORD@HOST:5672/%2f",
};

impl Named {
    /// Where the named servers are.
    ///
    /// # Errors
    /// An address that cannot be one of such a server. It is told by its variable, never by its value.
    pub fn places(&self) -> anyhow::Result<Vec<Place>> {
        let named = [
            (DATABASE, &self.database),
            (REDIS, &self.redis),
            (AMQP, &self.amqp),
        ];
        let places = named
            .into_iter()
            .filter_map(|(form, url)| Some(form.place(url.as_ref()?)));
        places.collect()
    }

    /// Waits until each named server takes connections.
    pub(crate) async fn reach(&self, progress: &Progress) -> anyhow::Result<()> {
        for place in self.places()? {
            if place.host.starts_with('/') {
                continue;
            }
            let Place {
                variable,
                host,
                port,
            } = &place;
            let what = format!("reach the server in {variable}, {host}:{port}");
            progress
                .during(&what, place.reach(progress))
                .await
                .with_context(|| {
                    format!(
                        "the server in {variable} takes no connections at {host}:{port}: start it, correct {variable}, \
                         or unset it to have a private server"
                    )
                })?;
        }
        if let Some(url) = &self.redis {
            redis::admits(url).await?;
        }
        Ok(())
    }
}

impl Form {
    fn place(&self, url: &SecretString) -> anyhow::Result<Place> {
        let Self {
            variable, example, ..
        } = self;
        let wrong = || format!("{variable} is not an address such as {example}");
        // The cause may quote the address, which holds a password.
        let url = Url::parse(url.expose_secret()).ok().with_context(wrong)?;
        ensure!(self.schemes.contains(&url.scheme()), wrong());
        let host = match url.host().with_context(wrong)? {
            Host::Domain(name) => name.replace("%2F", "/").replace("%2f", "/"),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        Ok(Place {
            variable,
            host,
            port: url.port().unwrap_or(self.port),
        })
    }
}

impl Place {
    async fn reach(&self, progress: &Progress) -> anyhow::Result<()> {
        let begun = tokio::time::Instant::now();
        let mut told = false;
        loop {
            let connecting = TcpStream::connect((self.host.as_str(), self.port));
            let error = match tokio::time::timeout(ATTEMPT, connecting).await {
                Ok(Ok(stream)) if self.variable == AMQP.variable => {
                    drop(stream);
                    if broker::greets(&self.host, self.port).await {
                        return Ok(());
                    }
                    "it does not speak AMQP".to_owned()
                }
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(error)) => error.to_string(),
                Err(_) => "no answer".to_owned(),
            };
            let seconds = PATIENCE.as_secs();
            if begun.elapsed() > PATIENCE {
                bail!("{error}, for {seconds} s");
            }
            if !told {
                progress.note(format!("not yet ({error}): waiting up to {seconds} s"));
                told = true;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(url: &str) -> anyhow::Result<Place> {
        DATABASE.place(&url.into())
    }

    #[test]
    fn an_address_is_taken_apart() {
        let place = |host: &str, port| Place {
            variable: "DATABASE_URL",
            host: host.to_owned(),
            port,
        };
        let tried = database("postgres://a:b@db.example/postgres?sslmode=require");
        assert_eq!(tried.unwrap(), place("db.example", 5432));
        let tried = database("postgresql://a:b@[::1]:15432/postgres");
        assert_eq!(tried.unwrap(), place("::1", 15432));
        let tried = database("postgres://a@%2Fvar%2Frun%2Fpostgresql/postgres");
        assert_eq!(tried.unwrap().host, "/var/run/postgresql");
    }

    #[test]
    fn what_is_no_address_of_such_a_server_is_told_without_its_value() {
        for url in [
            "hunter2",
            "localhost:5432/hunter2",
            "mysql://root:hunter2@localhost/x",
            "postgres:///hunter2",
        ] {
            let error = format!("{:#}", database(url).unwrap_err());
            assert!(error.contains("DATABASE_URL is not an address such as postgres://"));
            assert!(!error.contains("hunter2"), "{error}");
        }
        let named = Named {
            amqp: Some("http://localhost:15672".into()),
            ..Named::default()
        };
        assert!(named.places().is_err());
    }
}
