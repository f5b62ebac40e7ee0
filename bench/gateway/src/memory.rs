//! What open connections cost that nobody uses at the moment.

use crate::contender::Contender;
use crate::http::{Connection, get};
use crate::machine::resident;
use crate::rig::{PATH, Rig};
use anyhow::{Context, ensure};
use std::time::Duration;

pub const CONNECTIONS: usize = 1000;

/// Megabytes resident in a gateway that has already served a load.
#[derive(Debug)]
pub struct Memory {
    pub before: f64,
    pub with_connections: f64,
}

/// Opens the connections, uses each once, and leaves them open.
///
/// # Errors
/// The gateway refuses or drops one of them.
pub async fn memory(rig: &Rig, gateway: &Contender) -> anyhow::Result<Memory> {
    let tokens = &rig.users.tokens(gateway.algorithm).good;
    let before = resident(gateway.pid);
    let mut open = Vec::new();
    for token in tokens.iter().cycle().take(CONNECTIONS) {
        let mut connection = Connection::open(gateway.port)?;
        let request = get(PATH, Some(token));
        let status = connection.ask(&request)?.status;
        ensure!(
            status == 200,
            "connection {} is answered {status}",
            open.len() + 1
        );
        open.push((connection, request));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let with_connections = resident(gateway.pid);
    // They were open all the time, or the figure means nothing.
    for (connection, request) in &mut open {
        let status = connection
            .ask(request)
            .context("use an idle connection again")?
            .status;
        ensure!(status == 200, "an idle connection is answered {status}");
    }
    Ok(Memory {
        before,
        with_connections,
    })
}
