//! The private servers as `janchi up` runs them: rights, restart, and nothing left behind.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helper that cannot go on stops the test"
)]

mod lifetime;
mod restart;
mod rights;

use janchi_stack::{Keys, Kind, Named, Options, Progress, Stack, Wanted};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// A folder that PostgreSQL's account may pass through.
pub fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
    dir
}

/// The stack with all its servers, up to the broker.
pub async fn start(folder: &Path, kind: Kind, keys: &Keys) -> Stack {
    let options = Options {
        folder: folder.to_owned(),
        kind,
        needed: Wanted::ALL,
        named: Named::default(),
        path: String::new(),
    };
    let stack = Stack::start(
        options,
        keys,
        &Progress::silent(),
        &CancellationToken::new(),
    )
    .await
    .unwrap();
    stack.broker_ready().await.unwrap();
    stack
}

/// Whether a process is there and not only its grave.
pub fn alive(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

/// Waits until all of them have ended.
pub async fn all_gone(pids: &[i32]) {
    let until = Instant::now() + Duration::from_secs(40);
    while pids.iter().any(|pid| alive(*pid)) {
        assert!(Instant::now() < until, "servers are still running");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
