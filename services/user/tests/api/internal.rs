use crate::stage::{Stage, text};
use janchi_cache::Cache;
use janchi_testkit::eventually;
use serde_json::json;
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn other_services_read_a_shop(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let peer = stage
        .client()
        .bearer(&stage.keys.peer_token("event", "user"));
    let profile = peer
        .get(&format!(
            "/internal/users/{}/store",
            text(&answer, "/user/id")
        ))
        .await
        .status(200);
    assert_eq!(profile["storeId"], answer["store"]["id"]);
    assert_eq!(profile["ownerId"], answer["user"]["id"]);
    assert_eq!(profile["industry"], "BAKERY");
    assert_eq!(profile["verification"], "VERIFIED");
    assert!(
        !profile
            .to_string()
            .contains(text(&body, "/store/businessNumber"))
    );
    peer.get(&format!("/internal/users/{}/store", Uuid::now_v7()))
        .await
        .problem(404, "NOT_FOUND");
    peer.get("/internal/users/x/store")
        .await
        .problem(404, "NOT_FOUND");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_gateway_asks_whether_a_login_counts(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    let sid = text(
        &me.get("/api/users/me/sessions").await.status(200),
        "/items/0/id",
    )
    .to_owned();
    let gateway = stage
        .client()
        .bearer(&stage.keys.peer_token("gateway", "user"));
    let path = format!("/internal/sessions/{sid}");
    assert_eq!(
        gateway.get(&path).await.status(200),
        json!({"active": true})
    );
    me.post("/api/users/logout", json!({})).await.status(204);
    assert_eq!(
        gateway.get(&path).await.status(200),
        json!({"active": false})
    );
    let unknown = format!("/internal/sessions/{}", Uuid::now_v7());
    assert_eq!(
        gateway.get(&unknown).await.status(200),
        json!({"active": false})
    );
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_redis_that_lost_its_data_fills_again(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    let sid = text(
        &me.get("/api/users/me/sessions").await.status(200),
        "/items/0/id",
    )
    .to_owned();
    let cache = Cache::connect(
        &stage.config.shared.redis_url,
        &stage.config.shared.namespace,
    )
    .unwrap();
    let key = format!("user:session:{sid}");
    cache.try_delete(&key).await.unwrap();
    let gateway = stage
        .client()
        .bearer(&stage.keys.peer_token("gateway", "user"));
    gateway
        .get(&format!("/internal/sessions/{sid}"))
        .await
        .status(200);
    eventually(Duration::from_secs(10), || cache.get(&key)).await;
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn nobody_else_gets_in(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let path = format!("/internal/users/{}/store", text(&answer, "/user/id"));
    stage.client().get(&path).await.problem(401, "UNAUTHORIZED");
    stage
        .as_owner(&answer)
        .get(&path)
        .await
        .problem(401, "UNAUTHORIZED");
    // A token for another callee.
    let lost = stage.client().bearer(&stage.keys.peer_token("event", "ai"));
    lost.get(&path).await.problem(401, "UNAUTHORIZED");
}
