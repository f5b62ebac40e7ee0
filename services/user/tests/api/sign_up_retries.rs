//! The same sign-up sent again.

use crate::accounts::{REGISTER, count};
use crate::stage::{Stage, somebody, text};
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_retried_sign_up_has_one_effect(db: PgPool) {
    let stage = Stage::new(db).await;
    let body = somebody();
    let client = stage.client().header("idempotency-key", "once-only");
    let first = client.post(REGISTER, body.clone()).await.status(201);
    stage.tax.answer(text(&body, "/store/businessNumber"), "03");
    let again = client.post(REGISTER, body.clone()).await.status(201);
    assert_eq!(again["user"]["id"], first["user"]["id"]);
    assert_eq!(again["store"]["id"], first["store"]["id"]);
    assert_ne!(
        again["tokens"]["refreshToken"], first["tokens"]["refreshToken"],
        "a replay mints new tokens"
    );
    assert_eq!(count(&stage.db).await, 1);
    // The same person's key with another body.
    for (path, value) in [
        ("/name", json!("김길동")),
        ("/email", json!("other@example.com")),
        ("/phoneNumber", json!("010-9999-0000")),
    ] {
        let mut other = body.clone();
        *other.pointer_mut(path).unwrap() = value;
        client
            .post(REGISTER, other)
            .await
            .problem(422, "IDEMPOTENCY_KEY_REUSED");
    }
    // A stranger who happens to use the key.
    client.post(REGISTER, somebody()).await.status(201);
    // Nothing of a token is kept.
    let kept = stage.dump().await;
    assert!(!kept.contains(text(&first, "/tokens/refreshToken")));
    client_too_long(&stage).await;
}

async fn client_too_long(stage: &Stage) {
    let reply = stage
        .client()
        .header("idempotency-key", &"k".repeat(256))
        .post(REGISTER, somebody())
        .await;
    assert!(matches!(reply.status, 400 | 422), "{}", reply.status);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn retries_at_once_have_one_effect_and_one_answer(db: PgPool) {
    let stage = Stage::new(db).await;
    let body = somebody();
    let tries = (0..12).map(|_| {
        let (client, body) = (stage.client().header("idempotency-key", "k1"), body.clone());
        async move { client.post(REGISTER, body).await.status(201) }
    });
    let answers = futures::future::join_all(tries).await;
    for answer in &answers {
        assert_eq!(answer["user"], answers[0]["user"]);
        assert_eq!(answer["store"], answers[0]["store"]);
    }
    assert_eq!(count(&stage.db).await, 1);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_replay_does_not_open_an_account_whose_password_was_changed(db: PgPool) {
    let stage = Stage::new(db).await;
    let body = somebody();
    let client = stage.client().header("idempotency-key", "k");
    let first = client.post(REGISTER, body.clone()).await.status(201);
    let change = json!({"currentPassword": body["password"], "newPassword": "another2@pass"});
    stage
        .as_owner(&first)
        .put("/api/users/me/password", change)
        .await
        .status(204);
    client
        .post(REGISTER, body)
        .await
        .problem(401, "INVALID_CREDENTIALS");
}
