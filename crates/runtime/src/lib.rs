//! What every process needs before it does anything: settings from the environment, logs and metrics,
//! its command word, the signal to stop, the clock and the request id; and threads for heavy work.
//!
//! Nothing else in the workspace reads the environment. No service's settings live here.

mod clock;
mod compute;
mod environment;
pub mod request_id;
pub mod seoul;
mod telemetry;

pub use clock::Clock;
pub use compute::compute;
pub use environment::{optional, optional_secret, or_default, required, secret};
pub use telemetry::{Guard, fold_metrics, render_metrics, telemetry};

use anyhow::bail;
use tokio_util::sync::CancellationToken;

/// What a service binary was asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// API, outbox relay and consumers.
    Serve,
    /// `serve --no-work`: the API alone.
    ServeApi,
    /// Outbox relay and consumers alone.
    Work,
    /// Bring the database to this version, then end.
    Migrate,
}

impl Command {
    /// Reads the command from the process's arguments; none means `serve`.
    ///
    /// # Errors
    /// An unknown word, naming the known ones.
    pub fn from_args() -> anyhow::Result<Self> {
        let words: Vec<String> = std::env::args().skip(1).collect();
        Self::parse(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn parse(words: &[&str]) -> anyhow::Result<Self> {
        Ok(match words {
            [] | ["serve"] => Self::Serve,
            ["serve", "--no-work"] => Self::ServeApi,
            ["work"] => Self::Work,
            ["migrate"] => Self::Migrate,
            _ => bail!("unknown command: use serve [--no-work], work or migrate"),
        })
    }
}

/// A token that is cancelled at SIGTERM or SIGINT.
pub fn shutdown() -> CancellationToken {
    let token = CancellationToken::new();
    let told = token.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("stopping");
        told.cancel();
    });
    token
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) {
        (Ok(mut term), Ok(mut int)) => {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => {}
            }
        }
        _ => {
            // Without handlers the system's default ends the process, which is still a stop.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Command;

    #[test]
    fn a_command_is_one_known_word() {
        assert_eq!(Command::parse(&[]).unwrap(), Command::Serve);
        assert_eq!(
            Command::parse(&["serve", "--no-work"]).unwrap(),
            Command::ServeApi
        );
        assert_eq!(Command::parse(&["work"]).unwrap(), Command::Work);
        assert_eq!(Command::parse(&["migrate"]).unwrap(), Command::Migrate);
        assert!(Command::parse(&["dance"]).is_err());
    }
}
