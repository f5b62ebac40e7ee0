//! A real browser for tests, measurements and the gallery: Debian's Chromium without a window, driven over the pipe that
//! it offers for that (`--remote-debugging-pipe`). No driver program, no port, no library in between: the protocol is
//! JSON with a zero byte after each message, and we need a dozen of its calls.
//!
//! Nothing of it is part of what a shop runs.

mod device;
mod pipe;
mod seen;
mod tab;

pub use device::Device;
pub use seen::Weights;
pub use tab::Tab;

use anyhow::Context;
use pipe::Pipe;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::unix::pipe::OpenOptions;
use tokio::process::{Child, Command};

const FLAGS: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--lang=ko",
    "--remote-debugging-pipe",
];
/// Descriptors 3 and 4 are where the browser reads and writes; a shell puts the two named pipes there.
const SHELL: &str = r#"exec "$@" 3<"$PIPES/in" 4>"$PIPES/out""#;

/// A running browser. Dropped, it ends, and its folder goes.
#[derive(Debug)]
pub struct Browser {
    pipe: Arc<Pipe>,
    _process: Child,
    _folder: TempDir,
}

impl Browser {
    /// Where Chromium is, in `PATH` or Debian's folder.
    pub fn program(path: &str) -> Option<PathBuf> {
        std::env::split_paths(path)
            .chain(["/usr/bin".into()])
            .flat_map(|folder| ["chromium", "chromium-browser"].map(|name| folder.join(name)))
            .find(|program| program.is_file())
    }

    /// Starts it with a fresh profile.
    ///
    /// # Errors
    /// The program cannot be started.
    pub async fn start(program: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("make a folder for a browser")?;
        let (input, output) = (folder.path().join("in"), folder.path().join("out"));
        let made = Command::new("mkfifo")
            .args([&input, &output])
            .status()
            .await
            .context("run mkfifo")?;
        anyhow::ensure!(made.success(), "mkfifo failed");
        let receiver = OpenOptions::new().open_receiver(&output)?;
        // Opened for reading as well: nobody else has opened it yet.
        let sender = OpenOptions::new().read_write(true).open_sender(&input)?;
        let process = Command::new("sh")
            .args(["-c", SHELL, "sh"])
            .arg(program)
            .args(FLAGS)
            .arg(format!(
                "--user-data-dir={}",
                folder.path().join("profile").display()
            ))
            .arg("about:blank")
            .env("PIPES", folder.path())
            .env("TZ", "Asia/Seoul")
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("start the browser")?;
        let pipe = Arc::new(Pipe::new(sender, receiver));
        pipe.call(None, "Browser.getVersion", json!({}))
            .await
            .context("speak with the browser")?;
        Ok(Self {
            pipe,
            _process: process,
            _folder: folder,
        })
    }

    /// A tab of somebody new: no cookies, nothing cached.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn tab(&self, device: Device) -> anyhow::Result<Tab> {
        Tab::open(Arc::clone(&self.pipe), device).await
    }
}
