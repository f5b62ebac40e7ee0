use crate::stage::{Stage, text};
use futures::StreamExt;
use janchi_cache::Cache;
use janchi_testkit::eventually;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

const SESSIONS: &str = "/api/users/me/sessions";

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn an_owner_sees_and_ends_logins(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, first) = stage.owner().await;
    let phone = stage.client().header("user-agent", "Phone/1.0");
    let login = json!({"loginId": body["email"], "password": body["password"]});
    let second = phone.post("/api/users/login", login).await.status(200);
    let list = stage.as_owner(&first).get(SESSIONS).await.status(200);
    assert_eq!(list["totalCount"], 2);
    assert_eq!(list["nextCursor"], Value::Null);
    assert_eq!(list["items"][0]["userAgent"], "Phone/1.0");
    assert_eq!(list["items"][0]["device"], "Phone");
    assert_eq!(list["items"][1]["device"], Value::Null);
    for moment in ["createdAt", "lastUsedAt", "expiresAt"] {
        assert!(list["items"][0][moment].is_string(), "{moment}");
    }
    assert_eq!(list["items"][0]["current"], false);
    assert_eq!(list["items"][1]["current"], true);
    let id = text(&list, "/items/0/id");
    stage
        .as_owner(&first)
        .delete(&format!("{SESSIONS}/{id}"))
        .await
        .status(204);
    stage
        .as_owner(&second)
        .get("/api/users/me")
        .await
        .problem(401, "UNAUTHORIZED");
    stage
        .as_owner(&first)
        .delete(&format!("{SESSIONS}/{id}"))
        .await
        .problem(404, "NOT_FOUND");
    assert_eq!(
        stage.as_owner(&first).get(SESSIONS).await.status(200)["totalCount"],
        1
    );
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_list_has_pages(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, first) = stage.owner().await;
    for _ in 0..4 {
        stage
            .log_in(text(&body, "/email"), text(&body, "/password"))
            .await
            .status(200);
    }
    let me = stage.as_owner(&first);
    let mut seen = Vec::new();
    let mut path = format!("{SESSIONS}?limit=2");
    loop {
        let page = me.get(&path).await.status(200);
        assert_eq!(page["totalCount"], 5);
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| text(item, "/id").to_owned()),
        );
        match page["nextCursor"].as_str() {
            Some(cursor) => path = format!("{SESSIONS}?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    let mut unique = seen.clone();
    unique.sort();
    unique.dedup();
    assert_eq!((seen.len(), unique.len()), (5, 5));
    for bad in [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=nonsense",
        "page=2",
    ] {
        me.get(&format!("{SESSIONS}?{bad}"))
            .await
            .problem(422, "VALIDATION_FAILED");
    }
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn others_logins_do_not_exist(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, alice) = stage.owner().await;
    let (_, bob) = stage.owner().await;
    let list = stage.as_owner(&alice).get(SESSIONS).await.status(200);
    let id = text(&list, "/items/0/id");
    let bobs = stage.as_owner(&bob);
    bobs.delete(&format!("{SESSIONS}/{id}"))
        .await
        .problem(404, "NOT_FOUND");
    bobs.delete(&format!("{SESSIONS}/{}", Uuid::now_v7()))
        .await
        .problem(404, "NOT_FOUND");
    bobs.delete(&format!("{SESSIONS}/not-an-id"))
        .await
        .problem(404, "NOT_FOUND");
    stage
        .as_owner(&alice)
        .get("/api/users/me")
        .await
        .status(200);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_logout_is_told_to_redis_and_to_every_gateway(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    let sid = text(&me.get(SESSIONS).await.status(200), "/items/0/id").to_owned();
    let cache = Cache::connect(
        &stage.config.shared.redis_url,
        &stage.config.shared.namespace,
    )
    .unwrap();
    let mut told = Box::pin(cache.subscribe("session:revoked").await.unwrap());
    me.post("/api/users/logout", json!({})).await.status(204);
    let heard = tokio::time::timeout(Duration::from_secs(10), told.next())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(heard, sid);
    assert_eq!(cache.get(&format!("user:session:{sid}")).await, None);
    me.get("/api/users/me").await.problem(401, "UNAUTHORIZED");
    me.post("/api/users/logout", json!({}))
        .await
        .problem(401, "UNAUTHORIZED");
    eventually(Duration::from_secs(10), || async {
        let left = sqlx::query_scalar!(r#"select count(*) as "n!" from session_ends"#)
            .fetch_one(&stage.db)
            .await
            .unwrap();
        (left == 0).then_some(())
    })
    .await;
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn an_end_that_was_not_told_is_told_later(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let sid = text(
        &stage.as_owner(&answer).get(SESSIONS).await.status(200),
        "/items/0/id",
    )
    .to_owned();
    let cache = Cache::connect(
        &stage.config.shared.redis_url,
        &stage.config.shared.namespace,
    )
    .unwrap();
    // As if the process had died between its commit and telling.
    let id: Uuid = sid.parse().unwrap();
    sqlx::query!("update sessions set revoked_at = now() where id = $1", id)
        .execute(&stage.db)
        .await
        .unwrap();
    sqlx::query!("insert into session_ends values ($1, now())", id)
        .execute(&stage.db)
        .await
        .unwrap();
    eventually(Duration::from_secs(10), || async {
        cache
            .try_get(&format!("user:session:{sid}"))
            .await
            .unwrap()
            .is_none()
            .then_some(())
    })
    .await;
}
