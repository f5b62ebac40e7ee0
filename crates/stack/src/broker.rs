use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nix::sys::signal::Signal;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::accounts::Account;
use crate::grants::{AMQP_USERS, amqp_pattern};
use crate::keys::{ADMIN, Keys, random};
use crate::places;
use crate::process::{Launch, Process};
use crate::programs::Programs;

/// Ten seconds on an idle small machine; several times that while it compiles.
const START: Duration = Duration::from_secs(180);

/// What a private RabbitMQ needs to start.
#[derive(Clone, Copy)]
pub(crate) struct Setup<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) account: Option<&'a Account>,
    pub(crate) data: &'a Path,
    pub(crate) keys: &'a Keys,
    pub(crate) port: u16,
    pub(crate) node_port: u16,
    pub(crate) epmd_port: u16,
}

/// Starts Erlang's port mapper, which the broker needs before itself.
pub(crate) async fn start_port_mapper(setup: &Setup<'_>) -> anyhow::Result<Process> {
    let home = places::private_folder(setup.data, "rabbitmq", setup.account)?;
    let launch = Launch {
        name: "RabbitMQ's port mapper",
        program: setup.programs.epmd.clone(),
        args: vec!["-port".into(), setup.epmd_port.to_string()],
        env: vec![
            ("HOME", home.display().to_string()),
            ("ERL_EPMD_ADDRESS", "127.0.0.1".into()),
        ],
        dir: &home,
        account: setup.account,
        data: setup.data,
        log: "epmd.log",
        stop: Signal::SIGTERM,
        orphaned: Signal::SIGTERM,
    };
    let process = Process::start(launch, setup.programs)?;
    for _ in 0..100 {
        process.check()?;
        if TcpStream::connect(("127.0.0.1", setup.epmd_port))
            .await
            .is_ok()
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(process)
}

/// Starts the broker with its users, rights and exchanges and does not wait for it to answer.
pub(crate) fn start(setup: &Setup<'_>) -> anyhow::Result<Process> {
    let home = places::private_folder(setup.data, "rabbitmq", setup.account)?;
    let file = |name: &str, text: &str| -> anyhow::Result<String> {
        let path = home.join(name);
        places::private_file(&path, text, setup.account)?;
        Ok(path.display().to_string())
    };
    let definitions = file("definitions.json", &definitions(setup.keys)?)?;
    let settings = format!(
        "listeners.tcp.1 = 127.0.0.1:{}\nload_definitions = {definitions}\nlog.file.level = warning\nlog.console = false\ndisk_free_limit.absolute = 50MB\n",
        setup.port
    );
    let folder = |name: &str| home.join(name).display().to_string();
    let env = vec![
        ("HOME", home.display().to_string()),
        ("RABBITMQ_NODENAME", "janchi@localhost".into()),
        ("RABBITMQ_NODE_PORT", setup.port.to_string()),
        ("RABBITMQ_DIST_PORT", setup.node_port.to_string()),
        ("RABBITMQ_MNESIA_BASE", folder("mnesia")),
        ("RABBITMQ_LOG_BASE", folder("log")),
        ("RABBITMQ_CONFIG_FILE", file("rabbitmq.conf", &settings)?),
        ("RABBITMQ_ADVANCED_CONFIG_FILE", folder("advanced.config")),
        (
            "RABBITMQ_ENABLED_PLUGINS_FILE",
            file("enabled_plugins", "[].\n")?,
        ),
        // The machine's own settings must not reach this broker.
        ("RABBITMQ_CONF_ENV_FILE", file("environment", "")?),
        (
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            "-kernel inet_dist_use_interface {127,0,0,1}".into(),
        ),
        ("ERL_EPMD_PORT", setup.epmd_port.to_string()),
        ("ERL_EPMD_ADDRESS", "127.0.0.1".into()),
        // Else the broker starts a port mapper that nobody ends when it does not find ours.
        ("ERL_FLAGS", "-start_epmd false".into()),
        ("ERL_CRASH_DUMP", folder("crash.dump")),
        // The script then becomes the broker instead of watching over it: signals reach the broker itself.
        ("detached", "1".into()),
    ];
    let (program, scripts) = match thin_home(&setup.programs.rabbitmq, &home) {
        Some(scripts) => (
            scripts.join("rabbitmq-server"),
            Some(("RABBITMQ_SCRIPTS_DIR", scripts.display().to_string())),
        ),
        None => (setup.programs.rabbitmq.clone(), None),
    };
    let launch = Launch {
        name: "RabbitMQ",
        program,
        args: Vec::new(),
        env: env.into_iter().chain(scripts).collect(),
        dir: &home,
        account: setup.account,
        data: setup.data,
        log: "rabbitmq.log",
        stop: Signal::SIGTERM,
        // While it starts it takes no notice of anything milder. What it has confirmed is on disk.
        orphaned: Signal::SIGKILL,
    };
    Process::start(launch, setup.programs)
}

/// A home of links to the installed one, without its forty optional plugins. At start the broker looks for
/// every module in every plugin's folder, found or not: this takes a third off its ten seconds.
fn thin_home(server: &Path, home: &Path) -> Option<PathBuf> {
    let scripts = std::fs::canonicalize(server).ok()?.parent()?.to_owned();
    let installed = scripts.parent()?;
    let thin = home.join("server");
    let plugins = thin.join("plugins");
    std::fs::remove_dir_all(&thin).ok();
    std::fs::create_dir_all(&plugins).ok()?;
    let needed = broker_description(&installed.join("plugins"))?;
    for entry in std::fs::read_dir(installed.join("plugins")).ok()? {
        let entry = entry.ok()?;
        let name = entry.file_name();
        let name = name.to_str()?;
        let application = name.split('-').next().unwrap_or(name);
        if !application.starts_with("rabbitmq_") || needed.contains(application) {
            std::os::unix::fs::symlink(entry.path(), plugins.join(name)).ok()?;
        }
    }
    std::os::unix::fs::symlink(&scripts, thin.join("sbin")).ok()?;
    std::os::unix::fs::symlink(installed.join("escript"), thin.join("escript")).ok()?;
    Some(thin.join("sbin"))
}

/// The text in which the broker's own application names those it needs.
fn broker_description(plugins: &Path) -> Option<String> {
    let mut entries = std::fs::read_dir(plugins).ok()?.flatten();
    let broker = entries.find(|e| {
        e.file_name()
            .to_str()
            .is_some_and(|n| n.starts_with("rabbit-"))
    })?;
    std::fs::read_to_string(broker.path().join("ebin/rabbit.app")).ok()
}

/// Waits until the broker takes connections, or tells why it ended.
pub(crate) async fn answers(process: &Process, port: u16) -> anyhow::Result<()> {
    let waiting = async {
        while !greets("127.0.0.1", port).await {
            process.check()?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(START, waiting)
        .await
        .context("RabbitMQ did not answer in time")?
}

/// Whether an AMQP greeting is answered. The broker's listener opens last, after queues and definitions.
pub(crate) async fn greets(host: &str, port: u16) -> bool {
    let greeting = async {
        let mut stream = TcpStream::connect((host, port)).await?;
        stream.write_all(b"AMQP\x00\x00\x09\x01").await?;
        stream.read_u8().await
    };
    matches!(
        tokio::time::timeout(Duration::from_secs(2), greeting).await,
        Ok(Ok(1))
    )
}

/// Users with hashed passwords, their rights, and the two exchanges, loaded while the broker starts: no
/// tool of its own has to run afterwards.
fn definitions(keys: &Keys) -> anyhow::Result<String> {
    let mut users = vec![
        json!({"name": ADMIN, "password_hash": hash(keys.admin_password()), "hashing_algorithm": HASHING, "tags": "administrator"}),
    ];
    let mut permissions =
        vec![json!({"user": ADMIN, "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"})];
    for service in AMQP_USERS {
        let pattern = amqp_pattern(service);
        users.push(json!({"name": service, "password_hash": hash(keys.of(service)?.password()), "hashing_algorithm": HASHING, "tags": ""}));
        permissions.push(json!({"user": service, "vhost": "/", "configure": pattern, "write": pattern, "read": pattern}));
    }
    let exchange = |name: &str, kind: &str| json!({"name": name, "vhost": "/", "type": kind, "durable": true, "auto_delete": false, "internal": false, "arguments": {}});
    let exchanges = [
        exchange("janchi.jobs", "direct"),
        exchange("janchi.events", "topic"),
    ];
    serde_json::to_string_pretty(&json!({"vhosts": [{"name": "/"}], "users": users, "permissions": permissions, "exchanges": exchanges}))
        .context("write the broker's definitions")
}

const HASHING: &str = "rabbit_password_hashing_sha256";

/// RabbitMQ's salted form: base64(salt || SHA-256(salt || password)).
fn hash(password: &str) -> String {
    let salt = random::<4>();
    let salted = [&salt, password.as_bytes()].concat();
    STANDARD.encode([&salt, digest(&SHA256, &salted).as_ref()].concat())
}
