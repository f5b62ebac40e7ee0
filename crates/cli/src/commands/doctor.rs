use crate::checkout::{Checkout, named_servers, path};
use crate::running::Running;
use crate::terminal::say;
use janchi_client::Api;
use janchi_stack::{Keys, Named, Place, Programs, Wanted};
use std::net::{Ipv4Addr, TcpListener, ToSocketAddrs};
use std::os::unix::fs::PermissionsExt;
use std::process::ExitCode;
use std::time::Duration;

/// Looks at everything that `up` and `test` need and tells what is wrong and how to mend it.
pub(crate) async fn run() -> anyhow::Result<ExitCode> {
    let checkout = Checkout::find()?;
    let mut doctor = Doctor { healthy: true };
    let named = named_servers()?;
    doctor.programs(&named)?;
    for place in named.places()? {
        doctor.server(&place);
    }
    doctor.keys(&checkout)?;
    match Running::find(&checkout) {
        Some(running) => doctor.fleet(&running).await?,
        None => doctor.port()?,
    }
    say(if doctor.healthy {
        "all is well"
    } else {
        "see the lines marked with ✗"
    });
    Ok(if doctor.healthy {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

struct Doctor {
    healthy: bool,
}

impl Doctor {
    fn well(&mut self, what: &str) {
        say(&format!("  ✓ {what}"));
    }

    fn ill(&mut self, what: &str) {
        self.healthy = false;
        say(&format!("  ✗ {what}"));
    }

    fn programs(&mut self, named: &Named) -> anyhow::Result<()> {
        let wanted = Wanted {
            postgres: named.database.is_none(),
            redis: named.redis.is_none(),
            rabbitmq: named.amqp.is_none(),
            fonts: true,
            browser: false,
            node: false,
        };
        match Programs::find(&path()?, wanted) {
            Ok(_) => {
                self.well("PostgreSQL, Redis, RabbitMQ and Korean fonts are installed or named")
            }
            Err(missing) => self.ill(&missing.advice()),
        }
        Ok(())
    }

    fn server(&mut self, place: &Place) {
        let Place {
            variable,
            host,
            port,
        } = place;
        let mut addresses = (host.as_str(), *port)
            .to_socket_addrs()
            .into_iter()
            .flatten();
        let reached = addresses
            .any(|a| std::net::TcpStream::connect_timeout(&a, Duration::from_secs(3)).is_ok());
        // A folder of sockets is left to whoever uses the server.
        if reached || host.starts_with('/') {
            self.well(&format!("the server in {variable} takes connections"))
        } else {
            self.ill(&format!(
                "the server in {variable} cannot be reached at {host}:{port}"
            ))
        }
    }

    fn keys(&mut self, checkout: &Checkout) -> anyhow::Result<()> {
        let file = checkout.keys()?;
        let Ok(about) = std::fs::metadata(&file) else {
            self.well("no keys yet: the first `up` makes them");
            return Ok(());
        };
        if about.permissions().mode() & 0o077 != 0 {
            self.ill(&format!("others may read {}: chmod 600 it", file.display()));
        } else if let Err(error) = Keys::load_or_generate(&file) {
            self.ill(&format!("{error:#}"));
        } else {
            self.well("the development keys are there and private");
        }
        Ok(())
    }

    fn port(&mut self) -> anyhow::Result<()> {
        let port: u16 = janchi_runtime::or_default("JANCHI_PORT", super::up::PORT)?;
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(_) => self.well(&format!("port {port} is free for the gateway")),
            Err(_) => self.well(&format!(
                "port {port} is taken: `up` will take another for the gateway"
            )),
        }
        Ok(())
    }

    async fn fleet(&mut self, running: &Running) -> anyhow::Result<()> {
        for (service, admin) in &running.admin {
            let api = Api::new("doctor", admin.clone(), Duration::from_secs(6))?;
            match api.send(api.get("readyz")).await {
                Ok(_) => self.well(&format!("{service} is ready")),
                Err(error) => self.ill(&format!("{service} is not ready: {error}")),
            }
        }
        Ok(())
    }
}
