use crate::stage::{Stage, text};
use serde_json::{Value, json};
use sqlx::PgPool;

const REFRESH: &str = "/api/users/refresh";

async fn refresh(stage: &Stage, token: &Value) -> janchi_testkit::Reply {
    stage
        .client()
        .post(REFRESH, json!({ "refreshToken": token }))
        .await
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_refresh_gives_new_tokens_for_the_same_login(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let mut token = answer["tokens"]["refreshToken"].clone();
    for _ in 0..3 {
        let fresh = refresh(&stage, &token).await.status(200);
        assert_ne!(fresh["tokens"]["refreshToken"], token);
        stage
            .as_owner(&fresh)
            .get("/api/users/me")
            .await
            .status(200);
        token = fresh["tokens"]["refreshToken"].clone();
    }
    let sessions = stage
        .as_owner(&answer)
        .get("/api/users/me/sessions")
        .await
        .status(200);
    assert_eq!(sessions["totalCount"], 1);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_reused_token_ends_the_whole_family(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let other = stage
        .log_in(text(&body, "/email"), text(&body, "/password"))
        .await
        .status(200);
    let first = &answer["tokens"]["refreshToken"];
    let second = refresh(&stage, first).await.status(200);
    refresh(&stage, first)
        .await
        .problem(401, "REFRESH_TOKEN_INVALID");
    refresh(&stage, &second["tokens"]["refreshToken"])
        .await
        .problem(401, "REFRESH_TOKEN_INVALID");
    stage
        .as_owner(&second)
        .get("/api/users/me")
        .await
        .problem(401, "UNAUTHORIZED");
    // Another login of the same owner is another family.
    stage
        .as_owner(&other)
        .get("/api/users/me")
        .await
        .status(200);
    refresh(&stage, &other["tokens"]["refreshToken"])
        .await
        .status(200);
    let noted = sqlx::query_scalar!(
        r#"select count(*) as "n!" from audit_log where action = 'session.revoked' and detail->>'reason' = 'refresh token reused'"#
    )
    .fetch_one(&stage.db)
    .await
    .unwrap();
    assert_eq!(noted, 1, "once, however often it is tried");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn of_many_refreshes_at_once_one_wins_and_the_family_ends(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let token = &answer["tokens"]["refreshToken"];
    let replies = futures::future::join_all((0..10).map(|_| refresh(&stage, token))).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!(won.len(), 1);
    for reply in lost {
        reply.problem(401, "REFRESH_TOKEN_INVALID");
    }
    // Whoever of them was the thief: the family is at its end.
    let winner = won[0].json();
    refresh(&stage, &winner["tokens"]["refreshToken"])
        .await
        .problem(401, "REFRESH_TOKEN_INVALID");
    stage
        .as_owner(&winner)
        .get("/api/users/me")
        .await
        .problem(401, "UNAUTHORIZED");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn tokens_that_are_no_refresh_tokens_are_refused(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    for token in [
        json!(""),
        json!("x"),
        answer["tokens"]["accessToken"].clone(),
        json!("a".repeat(5000)),
    ] {
        refresh(&stage, &token)
            .await
            .problem(401, "REFRESH_TOKEN_INVALID");
    }
    refresh(&stage, &json!(null))
        .await
        .problem(422, "VALIDATION_FAILED");
    stage
        .as_owner(&answer)
        .post("/api/users/logout", json!({}))
        .await
        .status(204);
    refresh(&stage, &answer["tokens"]["refreshToken"])
        .await
        .problem(401, "REFRESH_TOKEN_INVALID");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn an_old_refresh_token_is_refused(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    sqlx::query!("update refresh_tokens set expires_at = now() - interval '1 second'")
        .execute(&stage.db)
        .await
        .unwrap();
    refresh(&stage, &answer["tokens"]["refreshToken"])
        .await
        .problem(401, "REFRESH_TOKEN_INVALID");
}
