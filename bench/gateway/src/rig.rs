//! The servers around a gateway under test.

use crate::contender::Contender;
use crate::process::{Launch, Process, free_ports};
use crate::programs::Programs;
use crate::tokens::Users;
use anyhow::Context;
use janchi_cache::Cache;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// Requests a minute and user, for both gateways: they count every one and refuse none.
pub const LIMIT: u32 = 100_000_000;
/// An owner's route; the answer comes from nginx.
pub const PATH: &str = "/api/channels";
/// What every service answers: 600 bytes of JSON.
pub const BODY: &str = include_str!("../conf/body.json");

const NGINX: &str = include_str!("../conf/nginx.conf");
const LOAD: &str = include_str!("../conf/load.lua");
const SESSION_LIVES: Duration = Duration::from_secs(7 * 24 * 3600);

/// Which cores serve the gateway, and which everything else.
#[derive(Debug, Clone)]
pub struct Cpus {
    pub gateway: String,
    pub load: String,
}

/// nginx as all seven services, Redis with the users' sessions, and the users. Ended when dropped.
#[derive(Debug)]
pub struct Rig {
    nginx: Process,
    redis: Process,
    pub users: Users,
    pub programs: Programs,
    pub cpus: Cpus,
    /// nginx's port.
    pub upstream: u16,
    pub redis_url: String,
    /// The same nginx on a Unix socket.
    pub socket: PathBuf,
    /// The wrk script.
    pub load: PathBuf,
    /// Removed at the end, after the servers.
    pub folder: TempDir,
}

impl Rig {
    /// Starts the servers.
    ///
    /// # Errors
    /// One of them does not start, with its last words.
    pub async fn start(programs: Programs, cpus: Cpus, folder: TempDir) -> anyhow::Result<Self> {
        let home = folder.path().to_owned();
        let users = Users::mint(&home)?;
        let [upstream, redis_port] = free_ports()?;
        let socket = home.join("services.sock");
        let settings = fill(
            NGINX,
            &[
                ("FOLDER", &home.display().to_string()),
                ("PORT", &upstream.to_string()),
                ("SOCKET", &socket.display().to_string()),
                ("BODY", BODY.trim_end()),
                ("JWKS", &users.jwks.to_string()),
            ],
        );
        let settings = write(&home.join("nginx.conf"), &settings)?;
        let arguments = [
            "-e",
            "stderr",
            "-p",
            &home.display().to_string(),
            "-c",
            &settings,
        ]
        .map(str::to_owned);
        let mut nginx = launch(
            "nginx",
            &programs.nginx,
            &cpus.load,
            &home,
            arguments.to_vec(),
        )?;
        nginx.listens(upstream).await?;

        let port = redis_port.to_string();
        let arguments = [
            "--port",
            &port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ];
        let arguments = arguments.map(str::to_owned).to_vec();
        let mut redis = launch("redis", &programs.redis, &cpus.load, &home, arguments)?;
        redis.listens(redis_port).await?;
        let redis_url = format!("redis://127.0.0.1:{redis_port}/");
        log_in(&users, &redis_url).await?;

        write(&home.join("load.lua"), LOAD)?;
        Ok(Self {
            nginx,
            redis,
            users,
            programs,
            cpus,
            upstream,
            redis_url,
            socket,
            load: home.join("load.lua"),
            folder,
        })
    }

    pub fn nginx_pid(&self) -> u32 {
        self.nginx.pid()
    }

    pub fn redis_pid(&self) -> u32 {
        self.redis.pid()
    }

    /// The processes of this run, these contenders' included.
    pub fn pids(&self, contenders: &[&Contender]) -> Vec<u32> {
        let mut pids = vec![self.nginx.pid(), self.redis.pid()];
        pids.extend(
            contenders
                .iter()
                .filter(|c| c.process.is_some())
                .map(|c| c.pid),
        );
        pids
    }
}

/// What the user service leaves in Redis at a login, for all users.
async fn log_in(users: &Users, redis_url: &str) -> anyhow::Result<()> {
    let cache = Cache::connect(&SecretString::from(redis_url), "")?;
    for session in &users.sessions {
        cache
            .try_set(&format!("user:session:{session}"), "1", SESSION_LIVES)
            .await
            .context("write a session to Redis")?;
    }
    Ok(())
}

/// Starts one of the servers, which reads nothing from its environment.
///
/// # Errors
/// As [`Process::start`].
pub fn launch(
    name: &str,
    program: &Path,
    cpus: &str,
    folder: &Path,
    arguments: Vec<String>,
) -> anyhow::Result<Process> {
    let environment = Vec::new();
    Process::start(Launch {
        name,
        program,
        arguments,
        environment,
        cpus,
        folder,
    })
}

/// A template with its `{{NAME}}`s filled in.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{{{name}}}}}"), value)
        })
}

/// Writes a file and names it.
///
/// # Errors
/// The folder fails.
pub fn write(path: &Path, text: &str) -> anyhow::Result<String> {
    std::fs::write(path, text).with_context(|| format!("write {}", path.display()))?;
    Ok(path.display().to_string())
}
