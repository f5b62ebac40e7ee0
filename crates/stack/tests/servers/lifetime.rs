//! No server outlives whoever started it.

use crate::{alive, all_gone, folder, start};
use futures::StreamExt;
use janchi_stack::{Keys, Kind, Named, Options, Progress, Stack, Wanted};
use std::path::Path;
use std::process::{Command, Stdio};
use tokio_util::sync::CancellationToken;

#[tokio::test(flavor = "multi_thread")]
async fn a_thrown_away_stack_leaves_no_process_and_no_file() {
    let dir = folder();
    let stack = start(dir.path(), Kind::ThrowAway, &Keys::generate().unwrap()).await;
    let (pids, data) = (stack.process_ids(), stack.data().to_owned());
    assert!(
        data.starts_with(std::fs::canonicalize(dir.path()).unwrap()),
        "{}",
        data.display()
    );
    stack.stop().await.unwrap();
    all_gone(&pids).await;
    assert!(!data.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_called_off_leaves_no_process() {
    let dir = folder();
    let shutdown = CancellationToken::new();
    let options = Options {
        folder: dir.path().to_owned(),
        kind: Kind::Kept,
        needed: Wanted::ALL,
        named: Named::default(),
        path: String::new(),
    };
    let cancel = shutdown.clone();
    let progress = Progress::new(move |_| cancel.cancel());
    let keys = Keys::generate().unwrap();
    assert!(
        Stack::start(options, &keys, &progress, &shutdown)
            .await
            .is_err()
    );
    let here = dir.path().to_str().unwrap().to_owned();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let environments = processes.filter_map(|p| std::fs::read(p.path().join("environ")).ok());
    assert!(
        !environments
            .into_iter()
            .any(|e| String::from_utf8_lossy(&e).contains(&here))
    );
}

/// Not a test of its own: the parent that the next test kills.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by the test of a killed parent"]
async fn hold_servers_until_killed() {
    let dir = janchi_folder();
    let stack = start(Path::new(&dir), Kind::Kept, &Keys::generate().unwrap()).await;
    println!("\nready {:?}", stack.process_ids());
    futures::future::pending::<()>().await;
}

fn janchi_folder() -> String {
    std::env::args()
        .skip_while(|a| a != "--skip")
        .nth(1)
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_end_by_themselves_when_their_parent_is_killed() {
    let dir = folder();
    // The folder travels as a name to skip, the one free-form argument that the test runner lets through.
    let mut parent = tokio::process::Command::from(Command::new(std::env::current_exe().unwrap()));
    parent
        .args([
            "--exact",
            "lifetime::hold_servers_until_killed",
            "--ignored",
            "--nocapture",
            "--skip",
        ])
        .arg(dir.path());
    let mut parent = parent
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let lines =
        tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(parent.stdout.take().unwrap()));
    let mut lines = Box::pin(futures::stream::unfold(lines, |mut l| async move {
        l.next_line().await.unwrap().map(|line| (line, l))
    }));
    let pids: Vec<i32> = loop {
        let line = lines
            .next()
            .await
            .expect("the parent ended before its servers were ready");
        if let Some(list) = line.strip_prefix("ready ") {
            break list
                .trim_matches(['[', ']'])
                .split(", ")
                .map(|p| p.parse().unwrap())
                .collect();
        }
    };
    assert!(pids.iter().all(|pid| alive(*pid)));
    parent.kill().await.unwrap();
    all_gone(&pids).await;
}
