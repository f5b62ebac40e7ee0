use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use crate::process::Process;

/// A server as it was started: the process id alone could by now be somebody else's.
#[derive(Serialize, Deserialize, PartialEq)]
struct Mark {
    pid: i32,
    started: String,
}

/// Remembers which servers use the data in `data`.
pub(crate) fn remember(data: &Path, servers: &[&Process]) -> anyhow::Result<()> {
    let marks: Vec<Mark> = servers.iter().filter_map(|s| Mark::of(s.pid())).collect();
    fs::write(file(data), serde_json::to_vec(&marks)?).context("remember the servers")
}

/// Waits for servers of an earlier run that was killed: they end by themselves, and must have let go of the
/// data before new ones take it.
pub(crate) async fn wait_for_end(data: &Path) -> anyhow::Result<()> {
    let Ok(text) = fs::read(file(data)) else {
        return Ok(());
    };
    let marks: Vec<Mark> = serde_json::from_slice(&text).unwrap_or_default();
    for _ in 0..300 {
        let Some(alive) = marks
            .iter()
            .find(|m| Mark::of(m.pid).is_some_and(|now| now == **m))
        else {
            return Ok(());
        };
        tracing::debug!(
            pid = alive.pid,
            "waiting for a server of an earlier run to end"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!(
        "servers of an earlier run still use {}; end them first",
        data.display()
    )
}

impl Mark {
    fn of(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name in parentheses may hold spaces; the start time is the 20th field after it.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let state = fields.next()?;
        let started = fields.nth(18)?.to_owned();
        (state != "Z").then_some(Self { pid, started })
    }
}

fn file(data: &Path) -> PathBuf {
    data.join("servers.json")
}
