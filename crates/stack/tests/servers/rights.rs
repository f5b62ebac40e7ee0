//! Each service has its own accounts, and they reach no further than they should.

use janchi_stack::{SERVICES, Stack};
use lapin::options::{
    BasicPublishOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Connection, ConnectionProperties, ExchangeKind};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection as _, Executor, PgConnection};

/// A connection to Redis.
pub async fn redis(url: &SecretString) -> redis::aio::MultiplexedConnection {
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

/// A connection to RabbitMQ.
pub async fn amqp(url: &SecretString) -> Connection {
    Connection::connect(url.expose_secret(), ConnectionProperties::default())
        .await
        .unwrap()
}

pub async fn roles_enter_only_their_own_database(stack: &Stack) {
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

pub async fn redis_users_touch_only_their_own_keys(stack: &Stack) {
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

pub async fn broker_users_declare_only_their_own_queues(stack: &Stack) {
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
