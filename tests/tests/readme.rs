//! The README's tour does what it says, pasted as it stands.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use janchi_cli::fleet::Fleet;
use std::fs;
use std::path::Path;
use std::time::Duration;
use tokio::process::Command;

/// What to paste: the block that begins with the shorthand for a call.
fn tour(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let text = fs::read_to_string(path).unwrap();
    let begin = text.find("```bash\napi()").unwrap() + "```bash\n".len();
    let length = text[begin..].find("```").unwrap();
    text[begin..begin + length].to_owned()
}

#[test]
fn both_readmes_have_the_same_ten_lines() {
    assert_eq!(tour("README.md"), tour("README.ko.md"));
    assert_eq!(tour("README.md").lines().count(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_goes_from_sign_up_to_the_dashboard() {
    if Command::new("curl")
        .arg("--version")
        .output()
        .await
        .is_err()
    {
        eprintln!("no curl here: the same path is walked by the journeys");
        return;
    }
    let fleet = Fleet::for_test().await.unwrap();
    let gateway = fleet.base_url().as_str().trim_end_matches('/').to_owned();
    let script = tour("README.md").replace("http://127.0.0.1:8080", &gateway);
    let mut bash = Command::new("bash");
    bash.arg("-c").arg(script).kill_on_drop(true);
    let out = tokio::time::timeout(Duration::from_secs(180), bash.output())
        .await
        .expect("the tour comes to its end")
        .unwrap();
    let told = String::from_utf8(out.stdout).unwrap();
    let beside = String::from_utf8(out.stderr).unwrap();
    let all = format!("{told}\n{beside}");
    assert_eq!(all.matches("\"tier\":").count(), 3, "three plans: {all}");
    assert_eq!(all.matches("/cdn/").count(), 9, "nine pictures: {all}");
    assert_eq!(all.matches("\"entryNumber\":").count(), 5 + 2 + 2, "{all}");
    assert!(all.contains("\"code\":\"ALREADY_PARTICIPATED\""), "{all}");
    assert!(all.contains("\"participants\":{\"total\":5"), "{all}");
    let bundle = told.lines().last().unwrap();
    assert!(bundle.ends_with("/bundle"), "{bundle}");
    let bundle: serde_json::Value = reqwest::get(bundle).await.unwrap().json().await.unwrap();
    assert_eq!(bundle["version"], "draw-v1", "{bundle}");
    fleet.stop().await.unwrap();
}
