//! The eight binaries as an operator runs them: they start, answer their probes, name what is wrong, and stop.

use janchi_testkit::{Client, Keys, eventually, maintenance_url, namespace, redis_url};
use secrecy::ExposeSecret;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const SERVICES: [&str; 7] = [
    "user",
    "event",
    "ai",
    "content",
    "distribution",
    "participation",
    "analytics",
];

/// Beside this test's own folder, where `cargo janchi test` has built them.
fn binary(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a test has a path");
    own.parent()
        .and_then(|deps| deps.parent())
        .expect("target/<profile>/deps")
        .join(name)
}

struct Process(Child);

impl Process {
    fn terminate(&mut self) {
        let told = Command::new("kill")
            .arg("-TERM")
            .arg(self.0.id().to_string())
            .status()
            .expect("kill runs");
        assert!(told.success());
    }

    async fn ended(&mut self) -> std::process::ExitStatus {
        eventually(PATIENCE, || {
            let ended = self.0.try_wait().expect("a child can be asked");
            async move { ended }
        })
        .await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has free ports");
    listener.local_addr().expect("bound").port()
}

/// Everything any of them reads, with servers that exist.
async fn environment(keys: &Keys) -> Vec<(String, String)> {
    let mut variables: Vec<(String, String)> = Vec::new();
    let mut set = |name: &str, value: &str| variables.push((name.to_owned(), value.to_owned()));
    let database = maintenance_url();
    for service in SERVICES {
        set(
            &format!("{}_DATABASE_URL", service.to_uppercase()),
            database.expose_secret(),
        );
        set(
            &format!("{}_SERVICE_URL", service.to_uppercase()),
            "http://127.0.0.1:1",
        );
    }
    set("REDIS_URL", redis_url().expose_secret());
    set("AMQP_URL", janchi_testkit::amqp_url().expose_secret());
    set("NAMESPACE", &namespace());
    set("JWKS_URL", keys.jwks_url().await.as_str());
    set(
        "SERVICE_TOKEN_SECRET",
        keys.service_token_secret.expose_secret(),
    );
    set(
        "ENCRYPTION_KEYS",
        janchi_testkit::encryption_keys().expose_secret(),
    );
    set("LOOKUP_KEY", janchi_testkit::lookup_key().expose_secret());
    set("RECEIPT_PUBLIC_KEY", &keys.receipt.public_key_base64());
    set("PUBLIC_BASE_URL", "http://127.0.0.1:8080");
    set(
        "CDN_DIR",
        &std::env::temp_dir().join(namespace()).display().to_string(),
    );
    variables
}

fn spawn(name: &str, variables: &[(String, String)], logs: Stdio) -> Process {
    let mut command = Command::new(binary(name));
    command
        .env_clear()
        .envs(variables.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(logs);
    Process(
        command
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}")),
    )
}

#[tokio::test]
async fn all_eight_start_answer_their_probes_and_stop_in_order() {
    let keys = Keys::new();
    let usual = environment(&keys).await;
    for name in SERVICES
        .map(|s| format!("{s}-service"))
        .into_iter()
        .chain(["janchi-gateway".to_owned()])
    {
        let (api, admin) = (free_port().await, free_port().await);
        let mut variables = usual.clone();
        variables.push(("LISTEN_ADDR".into(), format!("127.0.0.1:{api}")));
        variables.push(("ADMIN_ADDR".into(), format!("127.0.0.1:{admin}")));
        let key = if name.starts_with("participation") {
            &keys.receipt_key
        } else {
            &keys.user_key
        };
        variables.push(("JWT_SIGNING_KEY".into(), key.expose_secret().to_owned()));
        let mut process = spawn(&name, &variables, Stdio::null());
        let client = Client::new(&format!("http://127.0.0.1:{admin}"));
        let socket = format!("127.0.0.1:{admin}");
        eventually(PATIENCE, || async {
            tokio::net::TcpStream::connect(&socket).await.ok()
        })
        .await;
        assert_eq!(client.get("/livez").await.status, 200, "{name}");
        let ready = client.get("/readyz").await;
        assert!(matches!(ready.status, 200 | 503), "{name}");
        assert!(
            ready.json()["dependencies"]["redis"].is_string(),
            "{name}: {}",
            ready.text()
        );
        let metrics = client.get("/metrics").await;
        assert_eq!(metrics.status, 200, "{name}");
        process.terminate();
        assert!(process.ended().await.success(), "{name} stops cleanly");
    }
}

#[tokio::test]
async fn a_missing_or_malformed_setting_is_named_and_its_value_is_not_shown() {
    let keys = Keys::new();
    let usual = environment(&keys).await;
    for (name, value) in [
        ("LISTEN_ADDR", None),
        ("JWKS_URL", Some("hunter2")),
        ("SERVICE_TOKEN_SECRET", None),
        ("SERVICE_TOKEN_SECRET", Some("hunter2")),
        ("AMQP_URL", Some("hunter2")),
        ("REDIS_URL", Some("hunter2")),
    ] {
        for service in SERVICES {
            let mut variables = usual.clone();
            variables.push(("LISTEN_ADDR".into(), "127.0.0.1:0".into()));
            variables.push(("ADMIN_ADDR".into(), "127.0.0.1:0".into()));
            variables.push((
                "JWT_SIGNING_KEY".into(),
                keys.user_key.expose_secret().to_owned(),
            ));
            variables.retain(|(known, _)| known != name);
            if let Some(value) = value {
                variables.push((name.into(), value.into()));
            }
            let binary = format!("{service}-service");
            let mut process = spawn(&binary, &variables, Stdio::piped());
            // The user service verifies with its own key, and ai is asked by services alone.
            if matches!(service, "user" | "ai") && name == "JWKS_URL" {
                continue;
            }
            let status = process.ended().await;
            assert!(!status.success(), "{binary} without a good {name}");
            let mut said = String::new();
            std::io::Read::read_to_string(&mut process.0.stderr.take().expect("piped"), &mut said)
                .expect("text");
            assert!(said.contains(name), "{binary} does not name {name}: {said}");
            assert!(!said.contains("hunter2"), "{binary} shows the value");
        }
    }
}
