//! The script of the creation flow, where it decides anything: it says the same as the server.
//!
//! Run by node, which is no dependency of anything else here; where there is none, the test says so and passes.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use serde_json::{Value, json};
use std::process::Command;

/// What a program prints that knows the script.
fn run(program: &str) -> Option<Value> {
    let folder = tempfile::tempdir().unwrap();
    let from = format!("{}/assets/creation.js", env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(from, folder.path().join("creation.mjs")).unwrap();
    let head = "import { amount, hides, light, said } from './creation.mjs';\n";
    std::fs::write(folder.path().join("run.mjs"), format!("{head}{program}")).unwrap();
    let Ok(run) = Command::new("node")
        .arg("run.mjs")
        .current_dir(folder.path())
        .output()
    else {
        println!("no node here: the script was not run");
        return None;
    };
    let complaint = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{complaint}");
    Some(serde_json::from_slice(&run.stdout).unwrap())
}

#[test]
fn a_sum_is_read_and_said_as_the_server_does() {
    let program = "
        const typed = ['300000', '300,000 원', '30만', '30만 5천원', '1억 2천만', '３０만', '', '많이', '-5'];
        const sums = [0, 3500, 120000, 123400, 125000000];
        console.log(JSON.stringify({ read: typed.map(amount), ko: sums.map((won) => said(won, 'ko')), en: said(123400, 'en') }));";
    if let Some(found) = run(program) {
        assert_eq!(
            found["read"],
            json!([
                300_000,
                300_000,
                300_000,
                305_000,
                120_000_000,
                300_000,
                0,
                0,
                0
            ])
        );
        assert_eq!(
            found["ko"],
            json!(["0원", "3,500원", "12만 원", "12만 3,400원", "12,500만 원"])
        );
        assert_eq!(found["en"], "KRW 123,400");
    }
}

#[test]
fn text_that_hides_on_its_ground_is_warned_of() {
    let program = "
        console.log(JSON.stringify([hides('#000000', '#ffffff'), hides('#ffff00', '#ffffff'), light('#000000'), light('#ffffff')]));";
    if let Some(found) = run(program) {
        assert_eq!(found, json!([false, true, 0, 1]));
    }
}

#[test]
fn the_script_is_small() {
    let bytes = include_str!("../assets/creation.js").len();
    assert!(bytes < 12 * 1024, "{bytes} bytes");
}
