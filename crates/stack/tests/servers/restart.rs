//! What is kept is there again.

use crate::rights::{
    amqp, broker_users_declare_only_their_own_queues, redis, redis_users_touch_only_their_own_keys,
    roles_enter_only_their_own_database,
};
use crate::{all_gone, folder, start};
use janchi_stack::{Keys, Kind, Named, Options, Progress, Stack, Wanted};
use lapin::options::BasicGetOptions;
use secrecy::ExposeSecret;
use sqlx::{Connection as _, Executor, PgConnection};
use std::os::unix::fs::PermissionsExt;
use tokio_util::sync::CancellationToken;

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
