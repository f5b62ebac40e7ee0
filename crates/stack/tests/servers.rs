//! The private servers as `janchi up` runs them: rights, restart, and nothing left behind.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helper that cannot go on stops the test"
)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use futures::StreamExt;
use janchi_stack::{Keys, Kind, Named, Options, Progress, SERVICES, Stack, Wanted};
use lapin::options::{
    BasicGetOptions, BasicPublishOptions, ExchangeDeclareOptions, QueueBindOptions,
    QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Connection, ConnectionProperties, ExchangeKind};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection as _, Executor, PgConnection};
use tokio_util::sync::CancellationToken;

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
    dir
}

async fn start(folder: &Path, kind: Kind, keys: &Keys) -> Stack {
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

fn alive(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

async fn all_gone(pids: &[i32]) {
    let until = Instant::now() + Duration::from_secs(40);
    while pids.iter().any(|pid| alive(*pid)) {
        assert!(Instant::now() < until, "servers are still running");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn redis(url: &SecretString) -> redis::aio::MultiplexedConnection {
    redis::Client::open(url.expose_secret())
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap()
}

async fn refused(connection: &mut redis::aio::MultiplexedConnection, words: &[&str]) {
    let mut command = redis::cmd(words[0]);
    command.arg(&words[1..]);
    let error = command
        .query_async::<redis::Value>(connection)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("NOPERM"), "{words:?}: {error}");
}

async fn amqp(url: &SecretString) -> Connection {
    Connection::connect(url.expose_secret(), ConnectionProperties::default())
        .await
        .unwrap()
}

async fn roles_enter_only_their_own_database(stack: &Stack) {
    for service in SERVICES {
        let mut own =
            PgConnection::connect(stack.urls().database_of(service).unwrap().expose_secret())
                .await
                .unwrap();
        own.execute("create table mine (id int); drop table mine")
            .await
            .unwrap();
        let error = own.execute("create role another").await.unwrap_err();
        assert_eq!(error.as_database_error().unwrap().code().unwrap(), "42501");
    }
    let event = stack
        .urls()
        .database_of("event")
        .unwrap()
        .expose_secret()
        .to_owned();
    for other in ["user_service", "postgres", "template1"] {
        let elsewhere = format!("{}/{other}", event.rsplit_once('/').unwrap().0);
        let error = PgConnection::connect(&elsewhere).await.unwrap_err();
        assert_eq!(
            error.as_database_error().unwrap().code().unwrap(),
            "42501",
            "{other}"
        );
    }
}

async fn redis_users_touch_only_their_own_keys(stack: &Stack) {
    let mut user = redis(stack.urls().redis_of("user")).await;
    let _: () = redis::cmd("SET")
        .arg("user:session:x")
        .arg("1")
        .arg("EX")
        .arg(60)
        .query_async(&mut user)
        .await
        .unwrap();
    refused(&mut user, &["GET", "analytics:dashboard:x"]).await;
    refused(&mut user, &["FLUSHALL"]).await;
    refused(&mut user, &["KEYS", "*"]).await;
    refused(&mut user, &["CONFIG", "GET", "*"]).await;
    let mut gateway = redis(stack.urls().redis_of("gateway")).await;
    let known: i64 = redis::cmd("EXISTS")
        .arg("user:session:x")
        .query_async(&mut gateway)
        .await
        .unwrap();
    assert_eq!(known, 1);
    refused(&mut gateway, &["GET", "user:session:x"]).await;
    refused(&mut gateway, &["SET", "user:session:x", "2"]).await;
    refused(&mut gateway, &["EXISTS", "user:business:x"]).await;
    let (_, address) = stack.urls().redis.expose_secret().split_once('@').unwrap();
    let mut nobody = redis::Client::open(format!("redis://{address}"))
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap();
    let error = redis::cmd("PING")
        .query_async::<String>(&mut nobody)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("NOAUTH"), "{error}");
}

async fn broker_users_declare_only_their_own_queues(stack: &Stack) {
    let event = amqp(stack.urls().amqp_of("event")).await;
    let channel = event.create_channel().await.unwrap();
    let durable = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    let exchange = ExchangeDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel
        .exchange_declare(
            "janchi.events".into(),
            ExchangeKind::Topic,
            exchange,
            FieldTable::default(),
        )
        .await
        .unwrap();
    channel
        .queue_declare("event.events".into(), durable, FieldTable::default())
        .await
        .unwrap();
    channel
        .queue_bind(
            "event.events".into(),
            "janchi.events".into(),
            "event.*".into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await
        .unwrap();
    let publish = BasicPublishOptions::default();
    let lasting = BasicProperties::default().with_delivery_mode(2);
    channel
        .basic_publish(
            "janchi.events".into(),
            "event.opened".into(),
            publish,
            b"kept",
            lasting,
        )
        .await
        .unwrap();
    let error = channel
        .queue_declare("ai.recommendation".into(), durable, FieldTable::default())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("ACCESS_REFUSED") || error.to_string().contains("403"),
        "{error}"
    );
    let guest = stack
        .urls()
        .amqp
        .expose_secret()
        .split('@')
        .next_back()
        .unwrap()
        .to_owned();
    assert!(
        Connection::connect(
            &format!("amqp://guest:guest@{guest}"),
            ConnectionProperties::default()
        )
        .await
        .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_has_its_own_rights_and_data_survives_a_restart() {
    let dir = folder();
    let keys = Keys::load_or_generate(&dir.path().join("keys.json")).unwrap();
    assert_eq!(
        std::fs::metadata(dir.path().join("keys.json"))
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o600
    );
    let stack = start(dir.path(), Kind::Kept, &keys).await;
    roles_enter_only_their_own_database(&stack).await;
    redis_users_touch_only_their_own_keys(&stack).await;
    broker_users_declare_only_their_own_queues(&stack).await;
    let mut db = PgConnection::connect(stack.urls().database_of("event").unwrap().expose_secret())
        .await
        .unwrap();
    db.execute("create table kept (n int); insert into kept values (7)")
        .await
        .unwrap();

    let second = Options {
        folder: dir.path().to_owned(),
        kind: Kind::Kept,
        needed: Wanted::ALL,
        named: Named::default(),
        path: String::new(),
    };
    let refusal = Stack::start(
        second,
        &keys,
        &Progress::silent(),
        &CancellationToken::new(),
    )
    .await
    .unwrap_err();
    assert!(refusal.to_string().contains("already runs"), "{refusal}");

    let pids = stack.process_ids();
    assert_eq!(pids.len(), 4);
    stack.stop().await.unwrap();
    all_gone(&pids).await;

    let again = Keys::load_or_generate(&dir.path().join("keys.json")).unwrap();
    let stack = start(dir.path(), Kind::Kept, &again).await;
    let mut db = PgConnection::connect(stack.urls().database_of("event").unwrap().expose_secret())
        .await
        .unwrap();
    let row = db.fetch_one("select n from kept").await.unwrap();
    assert_eq!(sqlx::Row::get::<i32, _>(&row, 0), 7);
    let mut user = redis(stack.urls().redis_of("user")).await;
    let session: String = redis::cmd("GET")
        .arg("user:session:x")
        .query_async(&mut user)
        .await
        .unwrap();
    assert_eq!(session, "1");
    let broker = amqp(stack.urls().amqp_of("event")).await;
    let channel = broker.create_channel().await.unwrap();
    let message = channel
        .basic_get("event.events".into(), BasicGetOptions::default())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(message.delivery.data, b"kept");
    stack.stop().await.unwrap();
}

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
            "hold_servers_until_killed",
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
