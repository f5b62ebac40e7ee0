//! Programs that live no longer than this run.

use anyhow::{Context, bail};
use std::fs::{File, OpenOptions};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

const START: Duration = Duration::from_secs(10);

/// What to start, and on which cores.
#[derive(Debug)]
pub struct Launch<'a> {
    pub name: &'a str,
    pub program: &'a Path,
    pub arguments: Vec<String>,
    pub environment: Vec<(&'static str, String)>,
    /// As `taskset --cpu-list` reads them.
    pub cpus: &'a str,
    /// Where it works and where its output goes.
    pub folder: &'a Path,
}

/// A started program. It is ended when this is dropped, and by the kernel when this process dies.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    pid: u32,
    log: PathBuf,
}

/// The command that runs a program on some cores and in a process group of its own, so that a Ctrl-C at the terminal
/// reaches this process alone.
pub fn pinned(program: &Path, cpus: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", "taskset", "--cpu-list", cpus]);
    command
        .arg(program)
        .process_group(0)
        .kill_on_drop(true)
        .stdin(Stdio::null());
    command
}

impl Process {
    /// Starts it. Nothing of this process's environment is passed on.
    ///
    /// # Errors
    /// The program or the file for its output cannot be opened.
    pub fn start(launch: Launch<'_>) -> anyhow::Result<Self> {
        let log = launch.folder.join(format!("{}.log", launch.name));
        // Anew, and appending, so that the file can be cut while it is written.
        let output = File::create(&log)
            .and_then(|_| OpenOptions::new().append(true).open(&log))
            .with_context(|| format!("write {}", log.display()))?;
        let mut command = pinned(launch.program, launch.cpus);
        command
            .args(launch.arguments)
            .env_clear()
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .envs(launch.environment)
            .current_dir(launch.folder)
            .stdout(output.try_clone().context("share the log")?)
            .stderr(output);
        let child = command
            .spawn()
            .with_context(|| format!("start {}", launch.name))?;
        let pid = child
            .id()
            .context("a process that was just started has an id")?;
        Ok(Self {
            name: launch.name.to_owned(),
            child,
            pid,
            log,
        })
    }

    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Waits until it takes connections.
    ///
    /// # Errors
    /// It ends instead, or takes too long: with its last words.
    pub async fn listens(&mut self, port: u16) -> anyhow::Result<()> {
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if self.child.try_wait()?.is_some() || began.elapsed() > START {
                bail!("{} does not start: {}", self.name, self.last_words());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// The end of its output.
    pub fn last_words(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let from = text.len().saturating_sub(400);
        String::from_utf8_lossy(&text[from..]).trim().to_owned()
    }

    /// Bytes it has written since the last time, which are then thrown away.
    pub fn take_log(&self) -> u64 {
        let written = std::fs::metadata(&self.log).map_or(0, |file| file.len());
        // A log that cannot be cut only takes more room until the folder goes.
        let _ = OpenOptions::new()
            .write(true)
            .open(&self.log)
            .and_then(|file| file.set_len(0));
        written
    }

    /// Ends it and waits until it is gone.
    pub async fn stop(mut self) {
        // It may have ended by itself.
        let _ = self.child.kill().await;
    }
}

/// Ports on loopback that nobody uses at the moment.
///
/// # Errors
/// There are none.
pub fn free_ports<const N: usize>() -> anyhow::Result<[u16; N]> {
    let mut held = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("find a free port")?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}
