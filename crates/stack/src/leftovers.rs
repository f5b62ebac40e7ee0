use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::progress::Progress;

const LOOK: Duration = Duration::from_millis(100);
const USUAL: Patience = Patience {
    told: 10,
    killed: 300,
    given_up: 350,
};

/// In looks: until a person is told what is waited for, until what does not end by itself is killed, until that has
/// failed.
struct Patience {
    told: u32,
    killed: u32,
    given_up: u32,
}

/// A server as it was started: the process id alone could by now be somebody else's.
#[derive(Serialize, Deserialize)]
struct Mark {
    name: String,
    pid: i32,
    started: String,
}

/// Remembers that process `pid` uses the data in `data`, from its first moment on: this process may be killed before
/// the server is ready.
pub(crate) fn remember(data: &Path, name: &str, pid: i32) -> anyhow::Result<()> {
    let Some(started) = started(pid) else {
        return Ok(());
    };
    let mut marks: Vec<Mark> = read(data).into_iter().filter(Mark::is_alive).collect();
    marks.push(Mark {
        name: name.to_owned(),
        pid,
        started,
    });
    fs::write(file(data), serde_json::to_vec(&marks)?).context("remember the servers")
}

/// Waits for servers of an earlier run that was killed: they end by themselves, and must have let go of the
/// data before new ones take it. One that does not is killed.
///
/// # Errors
/// A server cannot be killed by this account; it is named.
pub(crate) async fn wait_for_end(data: &Path, progress: &Progress) -> anyhow::Result<()> {
    wait(data, progress, USUAL).await
}

async fn wait(data: &Path, progress: &Progress, patience: Patience) -> anyhow::Result<()> {
    for look in 1..=patience.given_up {
        let alive: Vec<Mark> = read(data).into_iter().filter(Mark::is_alive).collect();
        if alive.is_empty() {
            return Ok(());
        }
        let names = || -> Vec<String> {
            alive
                .iter()
                .map(|m| format!("{} (process {})", m.name, m.pid))
                .collect()
        };
        if look == patience.told {
            progress.note(format!(
                "waiting for servers of an earlier run to end: {}",
                names().join(", ")
            ));
        }
        if look == patience.killed {
            for mark in &alive {
                // Refused or gone already: the next look tells.
                killpg(Pid::from_raw(mark.pid), Signal::SIGKILL).ok();
            }
        }
        if look == patience.given_up {
            bail!(
                "servers of an earlier run still use {} and cannot be ended from here: {}",
                data.display(),
                names().join(", ")
            );
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

impl Mark {
    fn is_alive(&self) -> bool {
        started(self.pid).is_some_and(|now| now == self.started)
    }
}

/// When a living process was started, in the system's own count.
fn started(pid: i32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold spaces; the start time is the 20th field after it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let started = fields.nth(18)?.to_owned();
    (state != "Z").then_some(started)
}

fn read(data: &Path) -> Vec<Mark> {
    let text = fs::read(file(data)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

fn file(data: &Path) -> PathBuf {
    data.join("servers.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};

    fn server(script: &str) -> Child {
        let mut command = Command::new("sh");
        command.args(["-c", script]).process_group(0);
        command.spawn().unwrap()
    }

    #[tokio::test]
    async fn what_has_ended_is_not_waited_for_even_if_its_number_lives_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut ended = server("true");
        let pid = i32::try_from(ended.id()).unwrap();
        remember(dir.path(), "PostgreSQL", pid).unwrap();
        ended.wait().unwrap();
        let own = i32::try_from(std::process::id()).unwrap();
        let other = serde_json::json!([{ "name": "Redis", "pid": own, "started": "of an earlier process" }]);
        fs::write(file(dir.path()), other.to_string()).unwrap();
        wait_for_end(dir.path(), &Progress::silent()).await.unwrap();
    }

    #[tokio::test]
    async fn a_server_that_does_not_end_is_told_of_and_killed() {
        let dir = tempfile::tempdir().unwrap();
        let mut stubborn = server("trap '' TERM INT; while :; do sleep 60; done");
        let pid = i32::try_from(stubborn.id()).unwrap();
        remember(dir.path(), "RabbitMQ", pid).unwrap();
        let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = told.clone();
        let progress = Progress::new(move |step| heard.lock().unwrap().push(format!("{step:?}")));
        // Its parent, this process, must take it off the list of processes.
        let reaper = std::thread::spawn(move || stubborn.wait().unwrap());
        let patience = Patience {
            told: 1,
            killed: 2,
            given_up: 100,
        };
        wait(dir.path(), &progress, patience).await.unwrap();
        assert!(!reaper.join().unwrap().success());
        assert!(told.lock().unwrap()[0].contains(&format!("RabbitMQ (process {pid})")));
    }
}
