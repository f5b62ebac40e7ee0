//! The audit log and idempotency keys, against a real PostgreSQL.

#![expect(
    clippy::disallowed_methods,
    reason = "shared tables have no database of their own to check against"
)]

use janchi_db::idempotency::{self, Claim};
use janchi_db::{audit, connect};
use serde_json::json;
use sqlx::PgPool;
use std::time::Duration;

const SCHEMA: &str = include_str!("../../../migrations/participation/0001_shared.sql");

async fn prepared(db: PgPool) -> PgPool {
    sqlx::raw_sql(SCHEMA)
        .execute(&db)
        .await
        .expect("the schema applies");
    db
}

#[sqlx::test]
async fn the_audit_log_is_a_chain_that_cannot_be_changed(db: PgPool) {
    let db = prepared(db).await;
    let mut all = Vec::new();
    for n in 0..20 {
        let db = db.clone();
        all.push(tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            audit::record(
                &mut tx,
                "system",
                "test.done",
                &n.to_string(),
                json!({"b": 1, "a": n}),
            )
            .await
            .unwrap();
            tx.commit().await.unwrap();
        }));
    }
    for one in all {
        one.await.unwrap();
    }
    let mut connection = db.acquire().await.unwrap();
    assert_eq!(audit::verify(&mut connection).await.unwrap(), None);
    for statement in [
        "update audit_log set actor = 'x' where seq = 3",
        "delete from audit_log",
        "truncate audit_log",
    ] {
        assert!(
            sqlx::query(statement)
                .execute(&mut *connection)
                .await
                .is_err()
        );
    }
    // Someone with the database's own power can switch the guard off, but not without leaving a trace.
    sqlx::raw_sql(
        "alter table audit_log disable trigger all; update audit_log set actor = 'x' where seq = 3",
    )
    .execute(&mut *connection)
    .await
    .unwrap();
    assert_eq!(audit::verify(&mut connection).await.unwrap(), Some(3));
}

#[sqlx::test]
async fn a_key_stands_for_one_effect(db: PgPool) {
    let db = prepared(db).await;
    let mut tx = db.begin().await.unwrap();
    assert_eq!(
        idempotency::claim(&mut tx, "u1", "k", &[1; 32])
            .await
            .unwrap(),
        Claim::Fresh
    );
    idempotency::complete(&mut tx, "u1", "k", 201, &json!({"id": 7}))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut connection = db.acquire().await.unwrap();
    let replay = Claim::Replay {
        status: 201,
        ids: json!({"id": 7}),
    };
    assert_eq!(
        idempotency::claim(&mut connection, "u1", "k", &[1; 32])
            .await
            .unwrap(),
        replay
    );
    assert_eq!(
        idempotency::claim(&mut connection, "u1", "k", &[2; 32])
            .await
            .unwrap(),
        Claim::Reused
    );
    assert_eq!(
        idempotency::claim(&mut connection, "u2", "k", &[2; 32])
            .await
            .unwrap(),
        Claim::Fresh
    );
}

#[sqlx::test]
async fn a_request_that_failed_leaves_no_key(db: PgPool) {
    let db = prepared(db).await;
    let mut tx = db.begin().await.unwrap();
    assert_eq!(
        idempotency::claim(&mut tx, "u1", "k", &[1; 32])
            .await
            .unwrap(),
        Claim::Fresh
    );
    tx.rollback().await.unwrap();
    let mut connection = db.acquire().await.unwrap();
    assert_eq!(
        idempotency::claim(&mut connection, "u1", "k", &[1; 32])
            .await
            .unwrap(),
        Claim::Fresh
    );
}

#[sqlx::test]
async fn an_abandoned_begin_leaves_no_open_transaction_in_the_pool(db: PgPool) {
    let pool = connect(&janchi_testkit::database_url(&db), 2).unwrap();
    for micros in 0..300 {
        let _ = tokio::time::timeout(Duration::from_micros(micros * 5), pool.begin()).await;
    }
    for _ in 0..10 {
        let mut connection = pool.acquire().await.unwrap();
        // Inside a transaction `now()` stands still while statements go on.
        let mut now = async || -> chrono::DateTime<chrono::Utc> {
            sqlx::query_scalar("select now()")
                .fetch_one(&mut *connection)
                .await
                .unwrap()
        };
        assert_ne!(now().await, now().await);
    }
}
