//! What is measured: our gateway, HAProxy, and the bare upstream.

use crate::process::{Launch, Process, free_ports};
use crate::rig::{LIMIT, Rig, fill, launch, write};
use crate::tokens::Algorithm;

const HAPROXY: &str = include_str!("../conf/haproxy.cfg");
const SERVICES: [&str; 7] = [
    "USER_SERVICE_URL",
    "EVENT_SERVICE_URL",
    "AI_SERVICE_URL",
    "CONTENT_SERVICE_URL",
    "DISTRIBUTION_SERVICE_URL",
    "PARTICIPATION_SERVICE_URL",
    "ANALYTICS_SERVICE_URL",
];

/// How our gateway reaches the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upstream {
    Tcp,
    UnixSocket,
}

/// How a service learns who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// From `x-user-id`, which the gateway sets.
    Header,
    /// From the token, which the gateway passes on; there is no `x-user-id`.
    Token,
}

/// Something that answers requests, and whose work is measured.
#[derive(Debug)]
pub struct Contender {
    pub name: String,
    pub port: u16,
    pub pid: u32,
    /// Which tokens it takes.
    pub algorithm: Algorithm,
    pub identity: Option<Identity>,
    /// Its process, if it was started for this contest.
    pub process: Option<Process>,
}

impl Contender {
    /// The upstream itself, with no gateway before it.
    pub fn direct(rig: &Rig) -> Self {
        Self {
            name: "direct to the upstream".to_owned(),
            port: rig.upstream,
            pid: rig.nginx_pid(),
            algorithm: Algorithm::Es256,
            identity: None,
            process: None,
        }
    }

    /// Starts HAProxy, which verifies this signature and counts per user.
    ///
    /// # Errors
    /// It does not start.
    pub async fn haproxy(rig: &Rig, algorithm: Algorithm) -> anyhow::Result<Self> {
        let [port] = free_ports()?;
        let home = rig.folder.path();
        let key = match algorithm {
            Algorithm::Hs256 => rig.users.secret.clone(),
            Algorithm::Es256 => rig.users.public_key.display().to_string(),
        };
        let settings = fill(
            HAPROXY,
            &[
                ("PORT", &port.to_string()),
                ("ALGORITHM", algorithm.name()),
                ("KEY", &key),
                ("LIMIT", &LIMIT.to_string()),
                ("UPSTREAM", &rig.upstream.to_string()),
            ],
        );
        let settings = write(&home.join("haproxy.cfg"), &settings)?;
        let arguments = vec!["-db".to_owned(), "-f".to_owned(), settings];
        let mut process = launch(
            "haproxy",
            &rig.programs.haproxy,
            &rig.cpus.gateway,
            home,
            arguments,
        )?;
        process.listens(port).await?;
        Ok(Self {
            name: format!("HAProxy {}", algorithm.name()),
            port,
            pid: process.pid(),
            algorithm,
            identity: Some(Identity::Header),
            process: Some(process),
        })
    }

    /// Starts our gateway as it is released, with everything on: time-outs, limits, access log, metrics, Redis.
    ///
    /// # Errors
    /// It does not start.
    pub async fn gateway(rig: &Rig, upstream: Upstream) -> anyhow::Result<Self> {
        let [port, admin] = free_ports()?;
        let web = format!("http://127.0.0.1:{}", rig.upstream);
        let (services, name) = match upstream {
            Upstream::Tcp => (web.clone(), "gateway ES256"),
            Upstream::UnixSocket => (
                format!("unix:{}", rig.socket.display()),
                "gateway ES256, unix socket",
            ),
        };
        let mut environment = vec![
            ("LISTEN_ADDR", format!("127.0.0.1:{port}")),
            ("ADMIN_ADDR", format!("127.0.0.1:{admin}")),
            ("REDIS_URL", rig.redis_url.clone()),
            ("JWKS_URL", format!("{web}/.well-known/jwks.json")),
            ("SERVICE_TOKEN_SECRET", rig.users.service_secret()),
            ("PUBLIC_BASE_URL", format!("http://127.0.0.1:{port}")),
            ("WORKERS", "1".to_owned()),
            ("LIMIT_USER", LIMIT.to_string()),
        ];
        environment.extend(SERVICES.map(|variable| (variable, services.clone())));
        let mut process = Process::start(Launch {
            name: "gateway",
            program: &rig.programs.gateway,
            arguments: Vec::new(),
            environment,
            cpus: &rig.cpus.gateway,
            folder: rig.folder.path(),
        })?;
        process.listens(port).await?;
        Ok(Self {
            name: name.to_owned(),
            port,
            pid: process.pid(),
            algorithm: Algorithm::Es256,
            identity: Some(Identity::Token),
            process: Some(process),
        })
    }

    /// Ends it, if it was started for this contest.
    pub async fn stop(self) {
        if let Some(process) = self.process {
            process.stop().await;
        }
    }
}
