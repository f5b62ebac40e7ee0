//! Every way in which a login ends is told to the gateways, after it is on disk.

use crate::stage::{Stage, text};
use futures::{Stream, StreamExt};
use janchi_cache::Cache;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::pin::Pin;
use std::time::{Duration, Instant};
use user_service::ops::reset_link;
use uuid::Uuid;

struct Gateway {
    cache: Cache,
    heard: Pin<Box<dyn Stream<Item = String>>>,
    db: PgPool,
}

impl Gateway {
    async fn listen(stage: &Stage) -> Self {
        let cache = Cache::connect(
            &stage.config.shared.redis_url,
            &stage.config.shared.namespace,
        )
        .expect("the servers answer");
        let heard = cache
            .subscribe("session:revoked")
            .await
            .expect("the servers answer");
        Self {
            cache,
            heard: Box::pin(heard),
            db: stage.db.clone(),
        }
    }

    /// Hears of the end of exactly these logins; when it hears, the end is on disk.
    async fn hears_of(&mut self, mut ended: Vec<Uuid>, how: &str) {
        let began = Instant::now();
        while !ended.is_empty() {
            let told = tokio::time::timeout(Duration::from_secs(10), self.heard.next()).await;
            let told = told.unwrap_or_else(|_| panic!("{how} is not told"));
            let told: Uuid = told.expect("a message").parse().expect("a session id");
            let active = sqlx::query_scalar!(
                r#"select exists (select 1 from sessions where id = $1 and revoked_at is null) as "active!""#,
                told
            )
            .fetch_one(&self.db)
            .await
            .expect("the servers answer");
            assert!(!active, "{how}: told before it was so");
            // A second telling is harmless, somebody else's is not.
            ended.retain(|id| *id != told);
        }
        println!("{how}: heard after {:?}", began.elapsed());
    }

    async fn knows(&self, session: Uuid) -> bool {
        let key = format!("user:session:{session}");
        self.cache
            .try_get(&key)
            .await
            .expect("Redis answers")
            .is_some()
    }
}

async fn log_in(stage: &Stage, body: &Value) -> (Value, Uuid) {
    let answer = stage
        .log_in(text(body, "/email"), text(body, "/password"))
        .await
        .status(200);
    let session = stage.session_of(&answer).await;
    (answer, session)
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn every_end_of_a_login_is_told(db: PgPool) {
    let stage = Stage::new(db).await;
    let (mut body, first) = stage.owner().await;
    let first_session = stage.session_of(&first).await;
    let mut gateway = Gateway::listen(&stage).await;
    assert!(gateway.knows(first_session).await);

    let (answer, session) = log_in(&stage, &body).await;
    stage
        .as_owner(&answer)
        .post("/api/users/logout", json!({}))
        .await
        .status(204);
    gateway.hears_of(vec![session], "logout").await;
    assert!(!gateway.knows(session).await);

    let (_, session) = log_in(&stage, &body).await;
    stage
        .as_owner(&first)
        .delete(&format!("/api/users/me/sessions/{session}"))
        .await
        .status(204);
    gateway
        .hears_of(vec![session], "a login ended from another")
        .await;
    assert!(!gateway.knows(session).await);

    let (answer, session) = log_in(&stage, &body).await;
    let reuse = json!({"refreshToken": answer["tokens"]["refreshToken"]});
    stage
        .client()
        .post("/api/users/refresh", reuse.clone())
        .await
        .status(200);
    stage
        .client()
        .post("/api/users/refresh", reuse)
        .await
        .problem(401, "REFRESH_TOKEN_INVALID");
    gateway
        .hears_of(vec![session], "a refresh token used twice")
        .await;
    assert!(!gateway.knows(session).await);

    let (_, one) = log_in(&stage, &body).await;
    let (_, two) = log_in(&stage, &body).await;
    let change = json!({"currentPassword": body["password"], "newPassword": "another2@pass"});
    stage
        .as_owner(&first)
        .put("/api/users/me/password", change)
        .await
        .status(204);
    gateway.hears_of(vec![one, two], "a password change").await;
    assert!(gateway.knows(first_session).await, "the own login goes on");
    assert!(!gateway.knows(one).await && !gateway.knows(two).await);
    body["password"] = json!("another2@pass");

    let (_, session) = log_in(&stage, &body).await;
    let link = reset_link(&stage.config, text(&body, "/email"))
        .await
        .unwrap()
        .expect("an account");
    let path = format!(
        "/api/users/password-resets/{}",
        link.rsplit('/').next().unwrap()
    );
    stage
        .client()
        .put(&path, json!({"password": "third3#pass"}))
        .await
        .status(204);
    gateway
        .hears_of(vec![session, first_session], "a password reset")
        .await;
    assert!(!gateway.knows(session).await && !gateway.knows(first_session).await);
    body["password"] = json!("third3#pass");

    let (_, one) = log_in(&stage, &body).await;
    let (answer, two) = log_in(&stage, &body).await;
    stage
        .as_owner(&answer)
        .delete("/api/users/me")
        .await
        .status(204);
    gateway.hears_of(vec![one, two], "a deleted account").await;
    assert!(!gateway.knows(one).await && !gateway.knows(two).await);
    assert_eq!(stage.rows("session_ends").await, 0, "all are told");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_client_that_goes_away_at_once_is_logged_out_all_the_same(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    let mut gateway = Gateway::listen(&stage).await;
    for patience in [0, 1, 2, 4, 8, 16] {
        let (answer, session) = log_in(&stage, &body).await;
        let client = stage.as_owner(&answer);
        let leaving = client.post("/api/users/logout", json!({}));
        let left = tokio::time::timeout(Duration::from_millis(patience), leaving).await;
        let active = || async {
            sqlx::query_scalar!(
                r#"select exists (select 1 from sessions where id = $1 and revoked_at is null) as "active!""#,
                session
            )
            .fetch_one(&stage.db)
            .await
            .unwrap()
        };
        tokio::time::sleep(Duration::from_millis(300)).await;
        // Either nothing was done, or it was done and is told.
        if active().await {
            assert!(left.is_err(), "a 204 that did nothing");
        } else {
            gateway.hears_of(vec![session], "a logout broken off").await;
        }
    }
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn without_redis_many_ends_hold_nobody_up_and_are_told_later(db: PgPool) {
    let stage = Stage::without_redis(db).await;
    let (body, answer) = stage.owner().await;
    for _ in 0..60 {
        sqlx::query!(
            "insert into sessions (id, user_id, created_at, last_used_at, expires_at)
             select $1, user_id, created_at, last_used_at, expires_at from sessions limit 1",
            Uuid::now_v7()
        )
        .execute(&stage.db)
        .await
        .unwrap();
    }
    let change = json!({"currentPassword": body["password"], "newPassword": "another2@pass"});
    let began = Instant::now();
    stage
        .as_owner(&answer)
        .put("/api/users/me/password", change)
        .await
        .status(204);
    let took = began.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert_eq!(stage.rows("session_ends").await, 60);

    // Redis is back: the ticker of a replica that reaches it tells all of them.
    let namespace = stage.config.shared.namespace.clone();
    let cache = Cache::connect(&janchi_testkit::redis_url(), &namespace).unwrap();
    let mut heard = Box::pin(cache.subscribe("session:revoked").await.unwrap());
    let _replica = stage
        .replica(|config| config.shared.redis_url = janchi_testkit::redis_url())
        .await;
    for _ in 0..60 {
        let told = tokio::time::timeout(Duration::from_secs(10), heard.next()).await;
        told.expect("told").expect("a message");
    }
    janchi_testkit::eventually(Duration::from_secs(10), || async {
        (stage.rows("session_ends").await == 0).then_some(())
    })
    .await;
}
