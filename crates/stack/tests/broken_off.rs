//! A start that is broken off at any moment, by Ctrl-C or by force, leaves nothing that runs.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helper that cannot go on stops the test"
)]

use janchi_stack::{Keys, Kind, Named, Options, Progress, Stack, Wanted};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
    dir
}

async fn start(folder: &Path, shutdown: &CancellationToken) -> anyhow::Result<Stack> {
    let options = Options {
        folder: folder.to_owned(),
        kind: Kind::Kept,
        needed: Wanted::ALL,
        named: Named::default(),
        path: String::new(),
    };
    let keys = Keys::load_or_generate(&folder.join("keys.json"))?;
    Stack::start(options, &keys, &Progress::silent(), shutdown).await
}

/// Processes whose command or environment names the folder, without those that have ended and wait to be taken away.
fn running_in(folder: &Path) -> Vec<String> {
    let here = folder.to_str().unwrap();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let text = |path: std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap_or_default();
        String::from_utf8_lossy(&bytes).replace('\0', " ")
    };
    processes
        .filter(|p| p.file_name() != std::process::id().to_string().as_str())
        .map(|p| {
            (
                text(p.path().join("cmdline")),
                text(p.path().join("environ")),
            )
        })
        .filter(|(command, environment)| {
            !command.contains("hold_servers")
                && (command.contains(here) || environment.contains(here))
        })
        .map(|(command, _)| command)
        .collect()
}

fn nothing_runs_in(folder: &Path, when: &str) {
    let until = Instant::now() + Duration::from_secs(40);
    loop {
        let running = running_in(folder);
        if running.is_empty() {
            return;
        }
        assert!(Instant::now() < until, "broken off {when}: {running:#?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn called_off_at_any_moment_it_ends_what_it_began_and_starts_again() {
    let dir = folder();
    for millis in [0, 20, 60, 150, 400, 900] {
        let shutdown = CancellationToken::new();
        let cancel = shutdown.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            cancel.cancel();
        });
        let begun = Instant::now();
        if let Ok(stack) = start(dir.path(), &shutdown).await {
            stack.stop().await.unwrap();
        }
        nothing_runs_in(dir.path(), &format!("after {millis} ms"));
        assert!(begun.elapsed() < Duration::from_secs(30), "{millis} ms");
    }
    let stack = start(dir.path(), &CancellationToken::new()).await.unwrap();
    stack.broker_ready().await.unwrap();
    stack.stop().await.unwrap();
}

/// Not a test of its own: the parent that the next test kills.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by the test of a killed parent"]
async fn hold_servers_until_killed() {
    // The folder travels as a name to skip, the one free-form argument that the test runner lets through.
    let folder = std::env::args()
        .skip_while(|a| a != "--skip")
        .nth(1)
        .unwrap();
    let _stack = start(Path::new(&folder), &CancellationToken::new())
        .await
        .unwrap();
    futures::future::pending::<()>().await;
}

#[test]
fn killed_while_its_servers_start_it_leaves_none() {
    let dir = folder();
    for millis in [100, 300, 700, 1500] {
        let mut parent = Command::new(std::env::current_exe().unwrap());
        parent
            .args([
                "--exact",
                "hold_servers_until_killed",
                "--ignored",
                "--skip",
            ])
            .arg(dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut parent = parent.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        parent.kill().unwrap();
        parent.wait().unwrap();
        nothing_runs_in(dir.path(), &format!("after {millis} ms"));
    }
}
