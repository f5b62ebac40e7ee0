//! `janchi up` as a person uses it: from nothing to a drawn event and back to nothing running.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helper that cannot go on stops the test"
)]

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Compiling is over; what is left is a minute's work on two busy cores.
const PATIENCE: Duration = Duration::from_secs(300);

/// A folder that `janchi` takes for a checkout, and that the servers' accounts may enter.
struct Checkout {
    root: PathBuf,
    port: u16,
}

impl Checkout {
    fn new() -> Self {
        let root =
            std::env::temp_dir().join(format!("janchi-up-test-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(root.join("services")).unwrap();
        std::fs::create_dir_all(root.join("crates/cli")).unwrap();
        std::fs::write(root.join("crates/cli/Cargo.toml"), "").unwrap();
        std::fs::set_permissions(&root, std::fs::Permissions::from_mode(0o711)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        Self { root, port }
    }

    fn janchi(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_janchi"));
        command
            .args(arguments)
            .current_dir(&self.root)
            .env("JANCHI_PORT", self.port.to_string())
            .kill_on_drop(true);
        // Its own servers, not those of this test run.
        for variable in [
            "DATABASE_URL",
            "REDIS_URL",
            "AMQP_URL",
            "USER_DATABASE_URL",
            "JANCHI_LOG",
            "NAMESPACE",
        ] {
            command.env_remove(variable);
        }
        command
    }

    fn up(&self, arguments: &[&str]) -> Up {
        let mut child = self
            .janchi(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Up {
            child,
            lines,
            said: Vec::new(),
        }
    }

    fn servers(&self) -> Vec<i64> {
        let text = std::fs::read(self.root.join(".janchi/servers.json")).unwrap();
        let marks: serde_json::Value = serde_json::from_slice(&text).unwrap();
        marks
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["pid"].as_i64().unwrap())
            .collect()
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.root).ok();
    }
}

struct Up {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    said: Vec<String>,
}

impl Up {
    /// Reads on until a line holds `part`.
    async fn until(&mut self, part: &str) -> String {
        let reading = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                self.said.push(line.clone());
                if line.contains(part) {
                    return line;
                }
            }
            panic!("`up` ended before it said {part}: {:?}", self.said)
        };
        tokio::time::timeout(PATIENCE, reading).await.unwrap()
    }

    async fn stop(mut self) {
        let pid = i32::try_from(self.child.id().unwrap()).unwrap();
        kill(Pid::from_raw(pid), Signal::SIGTERM).unwrap();
        self.until("everything has ended").await;
        assert!(self.child.wait().await.unwrap().success());
    }
}

fn alive(pid: i64) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

#[tokio::test(flavor = "multi_thread")]
async fn up_brings_a_demo_shop_with_a_draw_that_holds_and_takes_everything_down() {
    let checkout = Checkout::new();
    let mut up = checkout.up(&["up"]);
    let shop = up.until("demo shop:").await;
    assert!(shop.contains("password:"), "{:?}", up.said);
    let draw = up.until("its draw:").await;
    let bundle = draw
        .split_whitespace()
        .find(|word| word.starts_with("http"))
        .unwrap()
        .to_owned();
    up.until("Ctrl-C takes").await;

    let verified = checkout
        .janchi(&["verify-draw", &bundle])
        .output()
        .await
        .unwrap();
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stdout)
    );
    let healthy = checkout.janchi(&["doctor"]).output().await.unwrap();
    assert!(
        healthy.status.success(),
        "{}",
        String::from_utf8_lossy(&healthy.stdout)
    );
    let letters = checkout
        .janchi(&["admin", "dead-letters", "list"])
        .output()
        .await
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&letters.stdout).trim(),
        "0 dead letters"
    );
    // Each service worked with its own least rights; whatever one lacks shows here.
    let log = std::fs::read_to_string(checkout.root.join(".janchi/janchi.log")).unwrap();
    assert!(
        !log.contains("NOPERM")
            && !log.contains("ACCESS_REFUSED")
            && !log.contains("permission denied")
    );

    let servers = checkout.servers();
    assert!(servers.iter().all(|pid| alive(*pid)));
    up.stop().await;
    assert!(!servers.iter().any(|pid| alive(*pid)));

    let mut again = checkout.up(&["up"]);
    let shop = again.until("demo shop:").await;
    assert!(
        shop.contains("demo@janchi.example") && !shop.contains("password:"),
        "{shop}"
    );
    again.until("Ctrl-C takes").await;
    let still = checkout
        .janchi(&["verify-draw", &bundle])
        .output()
        .await
        .unwrap();
    assert!(
        still.status.success(),
        "the draw of the first run is still there"
    );
    again.stop().await;
}
