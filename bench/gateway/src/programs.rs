//! What must be installed: HAProxy, nginx, wrk, Redis, and the tools that pin a process to a core.

use anyhow::{Context, bail};
use janchi_stack::{Missing, Progress, Step};
use std::path::{Path, PathBuf};
use std::process::Command;

const FOLDERS: [&str; 4] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"];

/// Where the programs are.
#[derive(Debug)]
pub struct Programs {
    pub haproxy: PathBuf,
    pub nginx: PathBuf,
    pub wrk: PathBuf,
    pub redis: PathBuf,
    /// The gateway under test.
    pub gateway: PathBuf,
}

impl Programs {
    /// Finds them, and installs what is missing if that is wished: as root on Debian or Ubuntu.
    ///
    /// # Errors
    /// Says exactly what to install or to build.
    pub async fn find(gateway: Option<PathBuf>, install: bool, log: &Path) -> anyhow::Result<Self> {
        let missing = missing();
        if !missing.is_empty() {
            if !install {
                bail!(
                    "missing: {0}. On Debian or Ubuntu run `apt-get install --no-install-recommends {0}` as root \
                     (their services need not run), or add --install",
                    missing.join(" ")
                );
            }
            let said = Progress::new(|step| match step {
                Step::Begun(what) => println!("{what} ..."),
                Step::Note(text) => println!("{text}"),
                Step::Done(..) => {}
            });
            janchi_stack::install(&Missing { packages: missing }, log, &said).await?;
        }
        let found = |name: &str| find(name).with_context(|| format!("{name} is not installed"));
        Ok(Self {
            haproxy: found("haproxy")?,
            nginx: found("nginx")?,
            wrk: found("wrk")?,
            redis: found("redis-server")?,
            gateway: match gateway {
                Some(named) => named
                    .canonicalize()
                    .with_context(|| format!("find {}", named.display()))?,
                None => beside()?,
            },
        })
    }

    /// One line for the head of the results.
    pub fn versions(&self) -> String {
        let haproxy = says(&self.haproxy, "-v", "version ");
        let nginx = says(&self.nginx, "-v", "nginx/");
        let wrk = says(&self.wrk, "-v", "wrk ");
        let redis = says(&self.redis, "-v", "v=");
        format!("HAProxy {haproxy}, nginx {nginx}, wrk {wrk}, Redis {redis}")
    }
}

/// Debian packages whose programs are not here.
fn missing() -> Vec<&'static str> {
    let wanted = [
        ("haproxy", "haproxy"),
        ("nginx", "nginx-light"),
        ("wrk", "wrk"),
        ("redis-server", "redis-server"),
        ("taskset", "util-linux"),
        ("setpriv", "util-linux"),
    ];
    let mut packages: Vec<_> = wanted
        .into_iter()
        .filter(|(program, _)| find(program).is_none())
        .map(|(_, package)| package)
        .collect();
    packages.dedup();
    packages
}

fn find(name: &str) -> Option<PathBuf> {
    FOLDERS
        .iter()
        .map(|folder| Path::new(folder).join(name))
        .find(|path| path.is_file())
}

/// The gateway in the target folder of this program, as it is released.
fn beside() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("find this program")?;
    let target = own.ancestors().nth(2).context("find the target folder")?;
    let gateway = target.join("edge/janchi-gateway");
    if !gateway.is_file() {
        bail!(
            "no gateway at {}: run bench/gateway/run.sh, or `cargo build --profile edge -p janchi-gateway`",
            gateway.display()
        );
    }
    Ok(gateway)
}

/// The word after a mark in what a program says of itself.
fn says(program: &Path, argument: &str, mark: &str) -> String {
    let said = Command::new(program).arg(argument).output();
    let said = said.map_or(Vec::new(), |said| [said.stdout, said.stderr].concat());
    let text = String::from_utf8_lossy(&said).into_owned();
    let after = text.split(mark).nth(1).unwrap_or("?");
    after
        .split([' ', '\n', '-'])
        .next()
        .unwrap_or("?")
        .to_owned()
}
