//! What each account may not do. What it must be able to do shows when the fleet is at work.

use crate::compose::{Compose, SERVICES};
use crate::servers::Servers;
use lapin::options::{
    BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions,
    QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, ExchangeKind};
use sqlx::{Connection as _, PgConnection, Row};

fn next(service: &str) -> &'static str {
    let at = SERVICES.iter().position(|s| *s == service).expect("known");
    SERVICES[(at + 1) % SERVICES.len()]
}

async fn database(
    servers: &Servers,
    service: &str,
    password: &str,
    database: &str,
) -> Result<PgConnection, String> {
    let port = servers.postgres_port;
    let url = format!("postgres://{service}_service:{password}@127.0.0.1:{port}/{database}");
    let connected = PgConnection::connect(&url).await;
    connected.map_err(|error| {
        let code = error.as_database_error().and_then(|e| e.code());
        code.map_or_else(|| error.to_string(), |code| code.into_owned())
    })
}

/// A role may create nothing but in its own database, and enter no other. A changed password counts when the accounts
/// are made again.
#[expect(
    clippy::disallowed_methods,
    reason = "the server's own catalogues are of no service's schema"
)]
pub async fn of_databases(servers: &Servers, compose: &Compose) {
    for service in SERVICES {
        let own = format!("{service}_service");
        let password = compose.password_of(service);
        let mut db = database(servers, service, password, &own)
            .await
            .expect("its own database");
        sqlx::raw_sql("create table mine (id int); drop table mine")
            .execute(&mut db)
            .await
            .expect("its own tables");
        for statement in ["create database another", "create role another"] {
            assert!(
                sqlx::raw_sql(statement).execute(&mut db).await.is_err(),
                "{service}"
            );
        }
        let other = format!("{}_service", next(service));
        let refused = database(servers, service, password, &other).await.err();
        assert_eq!(refused.as_deref(), Some("42501"), "{service} in {other}");
    }
    let password = compose.password_of("event");
    for foreign in ["postgres", "template1"] {
        let refused = database(servers, "event", password, foreign).await.err();
        assert_eq!(refused.as_deref(), Some("42501"), "{foreign}");
    }
    let mut admin = PgConnection::connect(servers.database_url())
        .await
        .expect("the administrator");
    let entries = sqlx::query(
        "select r.rolname || ' ' || d.datname from pg_roles r, pg_database d
         where r.rolname like '%\\_service' and d.datallowconn and has_database_privilege(r.oid, d.oid, 'connect') order by 1",
    );
    let entries = entries.fetch_all(&mut admin).await.expect("catalogues");
    let mut expected = SERVICES.map(|s| format!("{s}_service {s}_service"));
    expected.sort();
    let found: Vec<String> = entries.iter().map(|row| row.get(0)).collect();
    assert_eq!(found, expected);

    let mut changed = compose.environment("accounts");
    changed.insert("EVENT_SERVICE_PASSWORD".to_owned(), "another".to_owned());
    servers.make_accounts(changed);
    assert!(
        database(servers, "event", "another", "event_service")
            .await
            .is_ok()
    );
    let refused = database(servers, "event", password, "event_service")
        .await
        .err();
    assert_eq!(refused.as_deref(), Some("28P01"));
    servers.make_accounts(compose.environment("accounts"));
}

/// Nobody reads another's keys or sees that they are there, and only the administrator looks after the server.
pub async fn on_redis(servers: &Servers, compose: &Compose) {
    for account in SERVICES.into_iter().chain(["gateway"]) {
        let mut redis = servers
            .redis_by(account, compose.password_of(account))
            .await;
        let own = format!("{account}:x");
        let other = format!(
            "{}:x",
            if account == "gateway" {
                "user"
            } else {
                next(account)
            }
        );
        let foreign = [
            &["GET", &other][..],
            &["SET", &other, "1"],
            &["DEL", &other],
            &["SUBSCRIBE", &other],
            &["EVAL", "return redis.call('GET', KEYS[1])", "1", &other],
            &["EVAL", &format!("return redis.call('GET', '{other}')"), "0"],
            &["KEYS", "*"],
            &["SCAN", "0"],
            &["RANDOMKEY"],
            &["DBSIZE"],
            &["PUBSUB", "CHANNELS"],
            &["FLUSHALL"],
            &["FLUSHDB"],
            &["SCRIPT", "FLUSH"],
            &["FUNCTION", "FLUSH"],
            &["CONFIG", "GET", "*"],
            &["ACL", "LIST"],
            &["CLIENT", "LIST"],
            &["MONITOR"],
            &["SHUTDOWN"],
        ];
        for words in foreign {
            let error = redis::cmd(words[0])
                .arg(&words[1..])
                .exec_async(&mut redis)
                .await;
            let error = error
                .expect_err(&format!("{account}: {words:?}"))
                .to_string();
            let told = ["NOPERM", "no permissions", "can't access", "can't run"];
            assert!(
                told.iter().any(|t| error.contains(t)),
                "{account}: {words:?}: {error}"
            );
        }
        let look: &[&str] = match account {
            "gateway" => &["ZSCORE", &own, "sum"],
            _ => &["GET", &own],
        };
        let look = redis::cmd(look[0]).arg(&look[1..]).to_owned();
        look.exec_async(&mut redis)
            .await
            .unwrap_or_else(|error| panic!("{account}: {error}"));
    }
    // Only the user service makes a session; the gateway looks whether it is there.
    let mut gateway = servers
        .redis_by("gateway", compose.password_of("gateway"))
        .await;
    for words in [
        &["SET", "user:session:x", "1"][..],
        &["GET", "user:session:x"],
        &["ZADD", "user:session:x", "1", "a"],
        &["PEXPIRE", "user:session:x", "1"],
        &[
            "EVAL",
            "return redis.call('ZADD', KEYS[1], 1, 'a')",
            "1",
            "user:session:x",
        ],
        &["PUBLISH", "session:revoked", "x"],
    ] {
        let done = redis::cmd(words[0])
            .arg(&words[1..])
            .exec_async(&mut gateway)
            .await;
        assert!(done.is_err(), "{words:?}");
    }
    let known: i64 = redis::cmd("EXISTS")
        .arg("user:session:x")
        .query_async(&mut gateway)
        .await
        .expect("it may look");
    assert_eq!(known, 0);
    let nobody = redis::Client::open(format!("redis://127.0.0.1:{}/", servers.redis_port));
    let nobody = nobody
        .expect("an address")
        .get_multiplexed_async_connection()
        .await;
    if let Ok(mut nobody) = nobody {
        assert!(redis::cmd("PING").exec_async(&mut nobody).await.is_err());
    }
}

async fn connect(servers: &Servers, user: &str, password: &str) -> lapin::Result<Connection> {
    let url = format!(
        "amqp://{user}:{password}@127.0.0.1:{}/%2f",
        servers.amqp_port
    );
    Connection::connect(&url, ConnectionProperties::default()).await
}

/// Whatever is tried on a channel of its own, because a refusal closes it.
async fn refused<T, F: Future<Output = lapin::Result<T>>>(
    connection: &Connection,
    what: &str,
    attempt: impl FnOnce(Channel) -> F,
) {
    let channel = connection.create_channel().await.expect("a channel");
    let error = attempt(channel)
        .await
        .err()
        .unwrap_or_else(|| panic!("allowed to {what}"));
    assert!(
        error.to_string().contains("ACCESS_REFUSED"),
        "{what}: {error}"
    );
}

/// Nobody touches another's queues, and nobody publishes beside the two exchanges.
pub async fn on_rabbitmq(servers: &Servers, compose: &Compose) {
    assert!(connect(servers, "guest", "guest").await.is_err());
    assert!(
        connect(servers, "event", compose.password_of("user"))
            .await
            .is_err()
    );
    let durable = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    let none = FieldTable::default;
    let mut connections = Vec::new();
    for service in SERVICES {
        let connection = connect(servers, service, compose.password_of(service)).await;
        let connection = connection.unwrap_or_else(|error| panic!("{service}: {error}"));
        let channel = connection.create_channel().await.expect("a channel");
        channel
            .queue_declare(format!("{service}.trial").into(), durable, none())
            .await
            .unwrap_or_else(|error| panic!("{service}: {error}"));
        connections.push((service, connection));
    }
    for (service, connection) in &connections {
        let other = format!("{}.trial", next(service));
        let name = || -> lapin::types::ShortString { other.as_str().into() };
        let of = |what: &str| format!("{what} {other} as {service}");
        refused(connection, &of("declare"), |c| async move {
            c.queue_declare(format!("{}.new", next(service)).into(), durable, none())
                .await
        })
        .await;
        refused(connection, &of("consume"), |c| async move {
            c.basic_consume(name(), "".into(), BasicConsumeOptions::default(), none())
                .await
        })
        .await;
        refused(connection, &of("delete"), |c| async move {
            c.queue_delete(name(), QueueDeleteOptions::default()).await
        })
        .await;
        refused(connection, &of("bind"), |c| async move {
            let options = QueueBindOptions::default();
            c.queue_bind(name(), "janchi.events".into(), "#".into(), options, none())
                .await
        })
        .await;
        refused(connection, &of("publish to"), |c| async move {
            c.confirm_select(ConfirmSelectOptions::default()).await?;
            let options = BasicPublishOptions::default();
            c.basic_publish("".into(), name(), options, b"x", BasicProperties::default())
                .await?
                .await
        })
        .await;
        refused(
            connection,
            &of("declare an exchange beside"),
            |c| async move {
                let (kind, options) = (ExchangeKind::Direct, ExchangeDeclareOptions::default());
                c.exchange_declare("another".into(), kind, options, none())
                    .await
            },
        )
        .await;
    }
    for (service, connection) in connections {
        let channel = connection.create_channel().await.expect("a channel");
        let name = format!("{service}.trial");
        let deleted = channel.queue_delete(name.as_str().into(), QueueDeleteOptions::default());
        deleted
            .await
            .unwrap_or_else(|error| panic!("{service}: {error}"));
        connection.close(200, "done".into()).await.ok();
    }
}
