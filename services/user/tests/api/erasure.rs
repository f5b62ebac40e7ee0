use crate::stage::{Stage, text};
use janchi_testkit::Events;
use serde_json::{Value, json};
use sqlx::PgPool;

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_deleted_account_leaves_nothing_but_audit_rows(db: PgPool) {
    let stage = Stage::new(db).await;
    let events = Events::listen(&stage.config.shared.namespace, &["user.deleted"]).await;
    let body = crate::stage::somebody();
    let client = stage.client().header("idempotency-key", "k");
    let answer = client
        .post("/api/users/register", body.clone())
        .await
        .status(201);
    stage
        .log_in(text(&body, "/email"), "wrong1!pass")
        .await
        .problem(401, "INVALID_CREDENTIALS");
    stage
        .client()
        .post(
            "/api/users/password-resets",
            json!({"loginId": body["email"]}),
        )
        .await
        .status(202);
    let me = stage.as_owner(&answer);
    me.delete("/api/users/me").await.status(204);

    for table in [
        "users",
        "stores",
        "sessions",
        "refresh_tokens",
        "login_attempts",
        "password_resets",
        "password_reset_requests",
        "idempotency_keys",
    ] {
        assert_eq!(stage.rows(table).await, 0, "{table}");
    }
    let event: Value = events
        .next("user.deleted", |event: &Value| {
            event["userId"] == answer["user"]["id"]
        })
        .await;
    assert_eq!(event["storeId"], answer["store"]["id"]);
    assert!(stage.dump().await.contains("user.deleted"));

    me.get("/api/users/me").await.problem(401, "UNAUTHORIZED");
    stage
        .log_in(text(&body, "/email"), text(&body, "/password"))
        .await
        .problem(401, "INVALID_CREDENTIALS");
    let refresh = json!({"refreshToken": answer["tokens"]["refreshToken"]});
    stage
        .client()
        .post("/api/users/refresh", refresh)
        .await
        .problem(401, "REFRESH_TOKEN_INVALID");
    // Nothing is taken any more, and the old key is no key.
    let again = client.post("/api/users/register", body).await.status(201);
    assert_ne!(again["user"]["id"], answer["user"]["id"]);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn deleting_touches_nobody_else(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, alice) = stage.owner().await;
    let (body, bob) = stage.owner().await;
    stage
        .as_owner(&alice)
        .delete("/api/users/me")
        .await
        .status(204);
    assert_eq!(
        stage.as_owner(&bob).get("/api/users/me").await.status(200),
        bob["user"]
    );
    stage
        .log_in(text(&body, "/email"), text(&body, "/password"))
        .await
        .status(200);
}
