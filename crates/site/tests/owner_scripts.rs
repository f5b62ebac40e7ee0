//! The scripts of the counter and of the live pages, where they decide anything.
//!
//! Run by node, which is no dependency of anything else here; where there is none, the test says so and passes.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use serde_json::{Value, json};
use std::process::Command;

/// What a program prints that knows both scripts.
fn run(program: &str) -> Option<Value> {
    let folder = tempfile::tempdir().unwrap();
    for name in ["counter", "live"] {
        let from = format!("{}/assets/{name}.js", env!("CARGO_MANIFEST_DIR"));
        std::fs::copy(from, folder.path().join(format!("{name}.mjs"))).unwrap();
    }
    let head = "import * as counter from './counter.mjs'; import { isStale } from './live.mjs';\n";
    std::fs::write(folder.path().join("run.mjs"), format!("{head}{program}")).unwrap();
    let Ok(run) = Command::new("node")
        .arg("run.mjs")
        .current_dir(folder.path())
        .output()
    else {
        println!("no node here: the scripts were not run");
        return None;
    };
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    Some(serde_json::from_slice(&run.stdout).unwrap())
}

#[test]
fn what_is_kept_without_a_network_survives_rubbish() {
    let program = "
        const store = (text) => ({ getItem: () => text });
        const all = [null, '', '{', '{}', '[{\"visitId\":1}]'].map((text) => counter.kept(store(text), '/x'));
        console.log(JSON.stringify(all));";
    if let Some(kept) = run(program) {
        assert_eq!(kept, json!([[], [], [], [], [{"visitId": 1}]]));
    }
}

#[test]
fn kept_visits_are_sent_in_order_with_ids_of_their_own() {
    let program = "
        const one = (n) => ({ visitId: counter.uuid(), entryNumber: `A ${n}`, visitedAt: '2026-11-22T01:00:00Z' });
        const visits = [one(1), one(2)];
        const sent = counter.body(visits, 'guard');
        console.log(JSON.stringify({
            csrf: sent.get('csrf'), numbers: sent.getAll('entryNumber'), ids: sent.getAll('visitId'), same: visits[0].visitId,
        }));";
    if let Some(sent) = run(program) {
        assert_eq!(sent["csrf"], "guard");
        assert_eq!(sent["numbers"], json!(["A 1", "A 2"]));
        let ids = sent["ids"].as_array().unwrap();
        assert!(ids[0] == sent["same"] && ids[0] != ids[1]);
        for id in ids {
            let id = uuid::Uuid::try_parse(id.as_str().unwrap()).unwrap();
            assert_eq!(id.get_version_num(), 4);
        }
    }
}

#[test]
fn a_page_is_old_after_three_missed_looks() {
    let program = "console.log(JSON.stringify([isStale(0, 180000, 60), isStale(0, 180001, 60)]));";
    if let Some(stale) = run(program) {
        assert_eq!(stale, json!([false, true]));
    }
}
