//! A PostgreSQL of our own with its default durability: fsync, full page writes and synchronous commit on.

use crate::process::free_ports;
use anyhow::{Context, ensure};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A cluster; ended when dropped.
pub struct Postgres {
    pub port: u16,
    data: PathBuf,
    programs: PathBuf,
}

impl Postgres {
    /// Makes a cluster in this folder and starts it.
    ///
    /// # Errors
    /// The programs are not there, or do not do their work.
    pub fn start(folder: &Path) -> anyhow::Result<Self> {
        let programs = programs()?;
        let [port] = free_ports()?;
        let home = folder.join("postgres");
        std::fs::create_dir(&home).context("make a folder")?;
        // The server does not run as root, and has to reach its data.
        for path in [folder, &home] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777))
                .context("open a folder")?;
        }
        let data = home.join("data");
        let cluster = Self {
            port,
            data,
            programs,
        };
        let data = cluster.data.display().to_string();
        cluster.run(
            "initdb",
            &[
                "-D",
                &data,
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
        )?;
        let settings = format!(
            "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nmax_connections = 200\n\
             shared_buffers = '512MB'\nmax_wal_size = '4GB'\nlogging_collector = off\n",
            home.display()
        );
        let file = cluster.data.join("postgresql.auto.conf");
        std::fs::write(&file, settings).context("write settings")?;
        cluster.up()?;
        Ok(cluster)
    }

    /// Starts the server and waits until it answers.
    ///
    /// # Errors
    /// It does not.
    pub fn up(&self) -> anyhow::Result<()> {
        let log = self.data.join("server.log");
        let (data, log) = (self.data.display().to_string(), log.display().to_string());
        self.run(
            "pg_ctl",
            &["-D", &data, "-l", &log, "-w", "-t", "60", "start"],
        )
    }

    /// Kills the server with all that it holds in memory, as a power cut would.
    ///
    /// # Errors
    /// It does not run.
    pub fn crash(&self) -> anyhow::Result<()> {
        let data = self.data.display().to_string();
        self.run("pg_ctl", &["-D", &data, "-m", "immediate", "stop"])
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// What a statement says, without head and frame.
    ///
    /// # Errors
    /// The statement fails.
    pub fn ask(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        let output = Command::new(self.programs.join("psql"))
            .args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .arg(self.url(database))
            .output()
            .context("run psql")?;
        ensure!(
            output.status.success(),
            "psql: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs a script.
    ///
    /// # Errors
    /// It fails.
    pub fn script(&self, database: &str, text: &str) -> anyhow::Result<()> {
        self.ask(database, text).map(|_| ())
    }

    /// pgbench with this script: transactions a second, and the 50th and 99th percentile in milliseconds.
    ///
    /// # Errors
    /// It fails.
    pub fn pgbench(
        &self,
        folder: &Path,
        script: &str,
        clients: usize,
        seconds: u64,
    ) -> anyhow::Result<(f64, f64, f64)> {
        let file = folder.join("script.sql");
        std::fs::write(&file, script).context("write a script")?;
        for old in logs(folder)? {
            std::fs::remove_file(old).context("remove a log")?;
        }
        let output = Command::new("pgbench")
            .args([
                "-n",
                "-j",
                "2",
                "-M",
                "prepared",
                "-l",
                "--log-prefix=pgbench_log",
            ])
            .args(["-c", &clients.to_string(), "-T", &seconds.to_string(), "-f"])
            .arg(&file)
            .arg(self.url("naive"))
            .current_dir(folder)
            .stderr(Stdio::piped())
            .output()
            .context("run pgbench")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let tps = said
            .lines()
            .find_map(|line| line.strip_prefix("tps = "))
            .and_then(|rest| rest.split(' ').next())
            .and_then(|number| number.parse().ok())
            .with_context(|| {
                format!("pgbench: {said}{}", String::from_utf8_lossy(&output.stderr))
            })?;
        let mut times = Vec::new();
        for log in logs(folder)? {
            let text = std::fs::read_to_string(&log).context("read a log")?;
            times.extend(
                text.lines()
                    .filter_map(|line| line.split(' ').nth(2)?.parse::<f64>().ok()),
            );
        }
        times.sort_by(f64::total_cmp);
        ensure!(!times.is_empty(), "pgbench wrote no times");
        let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize] / 1000.0;
        Ok((tps, at(0.5), at(0.99)))
    }

    /// Runs one of its programs as the user it belongs to.
    fn run(&self, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let path = self.programs.join(program);
        let mut command = if nix::unistd::geteuid().is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        let status = command
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .with_context(|| format!("run {program}"))?;
        ensure!(status.success(), "{program} failed");
        Ok(())
    }

    /// Waits until it answers again.
    ///
    /// # Errors
    /// It takes longer than a minute.
    pub fn answers(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        while self.ask("postgres", "select 1").is_err() {
            ensure!(
                began.elapsed() < Duration::from_secs(60),
                "PostgreSQL does not come back"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.crash();
    }
}

fn logs(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let all = std::fs::read_dir(folder).context("look for logs")?;
    Ok(all
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("pgbench_log"))
        })
        .collect())
}

/// Where the server's programs are.
fn programs() -> anyhow::Result<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .context("find PostgreSQL")?
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop().context("PostgreSQL is not installed")
}
