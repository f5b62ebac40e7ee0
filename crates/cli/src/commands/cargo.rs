use crate::checkout::Checkout;
use anyhow::Context;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

/// A cargo command of the same toolchain, in the checkout.
pub(crate) fn command(checkout: &Checkout) -> anyhow::Result<Command> {
    let cargo = janchi_runtime::or_default("CARGO", "cargo".to_owned())?;
    let mut command = Command::new(cargo);
    command.current_dir(checkout.root());
    Ok(command)
}

/// The same in a folder of the checkout.
pub(crate) fn command_in(checkout: &Checkout, folder: &Path) -> anyhow::Result<Command> {
    let mut command = command(checkout)?;
    command.current_dir(folder);
    Ok(command)
}

/// Runs a command to its end and shows its lines, each of which `listen` hears too. A cancelled `shutdown` ends it
/// and everything it started.
pub(crate) async fn run(
    mut command: Command,
    shutdown: &CancellationToken,
    mut listen: impl FnMut(&str),
) -> anyhow::Result<ExitStatus> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    let mut child = command.spawn().context("start cargo")?;
    let group = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .map(Pid::from_raw);
    let out = child.stdout.take().context("read from cargo")?;
    let reading = async {
        let mut lines = BufReader::new(out).lines();
        while let Some(line) = lines.next_line().await.context("read from cargo")? {
            crate::terminal::say(&line);
            listen(&line);
        }
        child.wait().await.context("wait for cargo")
    };
    tokio::select! {
        status = reading => status,
        () = shutdown.cancelled() => {
            if let Some(group) = group {
                // Gone already is what is wanted.
                killpg(group, Signal::SIGTERM).ok();
            }
            anyhow::bail!("stopped")
        }
    }
}
