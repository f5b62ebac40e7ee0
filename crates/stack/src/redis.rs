use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use aws_lc_rs::digest::{SHA256, digest};
use nix::sys::signal::Signal;
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

use crate::accounts::Account;
use crate::grants::REDIS_USERS;
use crate::keys::{ADMIN, Keys};
use crate::places;
use crate::process::{Launch, Process};
use crate::programs::Programs;
use crate::running::Kind;

const START: Duration = Duration::from_secs(30);

/// What a private Redis needs to start.
pub(crate) struct Setup<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) account: Option<&'a Account>,
    pub(crate) data: &'a Path,
    pub(crate) kind: Kind,
    pub(crate) keys: &'a Keys,
    pub(crate) port: u16,
}

/// Starts the server and does not wait for it to answer.
pub(crate) fn start(setup: &Setup<'_>) -> anyhow::Result<Process> {
    let home = places::private_folder(setup.data, "redis", setup.account)?;
    let acl = home.join("users.acl");
    places::private_file(&acl, &access_list(setup.keys)?, setup.account)?;
    let keep = match setup.kind {
        Kind::Kept => "appendonly yes\nsave 900 1\n",
        Kind::ThrowAway => "appendonly no\nsave \"\"\n",
    };
    let settings = format!(
        "bind 127.0.0.1\nport {}\ndir \"{}\"\naclfile \"{}\"\ndaemonize no\nlogfile \"\"\n{keep}",
        setup.port,
        home.display(),
        acl.display()
    );
    let file = home.join("redis.conf");
    places::private_file(&file, &settings, setup.account)?;
    let launch = Launch {
        name: "Redis",
        program: setup.programs.redis.clone(),
        args: vec![file.display().to_string()],
        env: vec![("HOME", home.display().to_string())],
        dir: &home,
        account: setup.account,
        data: setup.data,
        log: "redis.log",
        stop: Signal::SIGTERM,
        orphaned: Signal::SIGTERM,
    };
    Process::start(launch, setup.programs)
}

/// Waits until the server answers the administrator, or tells why it ended.
pub(crate) async fn answers(process: &Process, port: u16, keys: &Keys) -> anyhow::Result<()> {
    let waiting = async {
        loop {
            process.check()?;
            match ping("127.0.0.1", port, Some((ADMIN, keys.admin_password()))).await {
                Ok(answer) if answer.starts_with("+OK\r\n+PONG") => return Ok(()),
                Ok(answer) if answer.starts_with("-WRONGPASS") => {
                    bail!("Redis refuses its own administrator")
                }
                // Still loading its data, or not listening yet.
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    };
    tokio::time::timeout(START, waiting)
        .await
        .context("Redis did not answer in time")?
}

/// Whether a named Redis lets its user in.
///
/// # Errors
/// It refuses them; or it does not answer.
pub(crate) async fn admits(url: &SecretString) -> anyhow::Result<()> {
    let url = Url::parse(url.expose_secret())
        .ok()
        .context("REDIS_URL is not an address")?;
    let account = url.password().map(|password| (url.username(), password));
    let escaped = |(user, password): (&str, &str)| user.contains('%') || password.contains('%');
    // TLS and escapes are left to whoever uses the server.
    let (Some(host), "redis", false) = (url.host_str(), url.scheme(), account.is_some_and(escaped))
    else {
        return Ok(());
    };
    let host = host.trim_matches(['[', ']']);
    let asking = ping(host, url.port().unwrap_or(6379), account);
    let answer = tokio::time::timeout(START, asking)
        .await
        .context("the server in REDIS_URL does not answer")?
        .context("ask the server in REDIS_URL")?;
    if answer.starts_with("-WRONGPASS") || answer.starts_with("-NOAUTH") {
        bail!("the server in REDIS_URL refuses this user and password");
    }
    Ok(())
}

async fn ping(host: &str, port: u16, account: Option<(&str, &str)>) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((host, port)).await?;
    let login = account.map_or_else(String::new, |(user, password)| {
        let user = if user.is_empty() { "default" } else { user };
        format!("AUTH {user} {password}\r\n")
    });
    let lines = if login.is_empty() { 1 } else { 2 };
    stream
        .write_all(format!("{login}PING\r\n").as_bytes())
        .await?;
    let mut answer = Vec::new();
    while answer.iter().filter(|b| **b == b'\n').count() < lines {
        if stream.read_buf(&mut answer).await? == 0 {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// One line per account; passwords only as hashes.
fn access_list(keys: &Keys) -> anyhow::Result<String> {
    let hash = |password: &str| hex::encode(digest(&SHA256, password.as_bytes()));
    let mut lines = vec![
        "user default off".to_owned(),
        format!(
            "user {ADMIN} on #{} ~* &* +@all",
            hash(keys.admin_password())
        ),
    ];
    for user in &REDIS_USERS {
        lines.push(user.line(&hash(keys.of(user.name)?.password())));
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}
