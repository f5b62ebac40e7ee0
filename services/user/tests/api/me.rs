use crate::stage::{Stage, text};
use serde_json::json;
use sqlx::PgPool;

const ME: &str = "/api/users/me";

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn an_owner_changes_what_was_given_and_nothing_else(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    let changed = me.patch(ME, json!({"name": "김수"})).await.status(200);
    assert_eq!(changed["name"], "김수");
    assert_eq!(changed["email"], body["email"]);
    let changed = me
        .patch(
            ME,
            json!({"email": "New@Example.com", "phoneNumber": "01099998888"}),
        )
        .await
        .status(200);
    assert_eq!(changed["email"], "new@example.com");
    assert_eq!(changed["phoneNumber"], "010-****-8888");
    assert_eq!(changed["name"], "김수");
    assert_eq!(me.get(ME).await.status(200), changed);
    stage
        .log_in("010-9999-8888", text(&body, "/password"))
        .await
        .status(200);
    stage
        .log_in(text(&body, "/email"), text(&body, "/password"))
        .await
        .problem(401, "INVALID_CREDENTIALS");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_change_is_checked_like_a_sign_up(db: PgPool) {
    let stage = Stage::new(db).await;
    let (other, _) = stage.owner().await;
    let (_, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    me.patch(ME, json!({"email": other["email"]}))
        .await
        .problem(409, "EMAIL_TAKEN");
    me.patch(ME, json!({"phoneNumber": other["phoneNumber"]}))
        .await
        .problem(409, "PHONE_TAKEN");
    me.patch(ME, json!({"name": "1"}))
        .await
        .problem(422, "VALIDATION_FAILED");
    me.patch(ME, json!({"role": "ADMIN"}))
        .await
        .problem(422, "VALIDATION_FAILED");
    me.patch(ME, json!({"email": "a@b.kr", "name": ""}))
        .await
        .problem(422, "VALIDATION_FAILED");
    assert_eq!(me.get(ME).await.status(200), answer["user"]);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_password_change_ends_the_other_logins(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, first) = stage.owner().await;
    let (email, password) = (text(&body, "/email"), text(&body, "/password"));
    let second = stage.log_in(email, password).await.status(200);
    let change = json!({"currentPassword": password, "newPassword": "another2@pass"});
    stage
        .as_owner(&second)
        .put("/api/users/me/password", change)
        .await
        .status(204);
    stage.as_owner(&second).get(ME).await.status(200);
    stage
        .as_owner(&first)
        .get(ME)
        .await
        .problem(401, "UNAUTHORIZED");
    let refresh = json!({"refreshToken": first["tokens"]["refreshToken"]});
    stage
        .client()
        .post("/api/users/refresh", refresh)
        .await
        .problem(401, "REFRESH_TOKEN_INVALID");
    stage
        .log_in(email, password)
        .await
        .problem(401, "INVALID_CREDENTIALS");
    stage.log_in(email, "another2@pass").await.status(200);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_password_change_wants_the_current_one_and_a_good_new_one(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    let try_change = |current: &str, new: &str| {
        me.put(
            "/api/users/me/password",
            json!({"currentPassword": current, "newPassword": new}),
        )
    };
    let problem = try_change("wrong1!pass", "another2@pass")
        .await
        .problem(422, "VALIDATION_FAILED");
    assert_eq!(problem["errors"][0]["code"], "WRONG_PASSWORD");
    try_change(text(&body, "/password"), "weak")
        .await
        .problem(422, "VALIDATION_FAILED");
    for _ in 0..9 {
        try_change("wrong1!pass", "another2@pass")
            .await
            .problem(422, "VALIDATION_FAILED");
    }
    try_change(text(&body, "/password"), "another2@pass")
        .await
        .problem(429, "LOGIN_THROTTLED");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn whoever_is_not_logged_in_is_refused(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let (_, strange_token) = stage.keys.owner();
    let forged = janchi_testkit::Keys::new().owner().1;
    let receipt = stage.keys.receipt_token(uuid::Uuid::now_v7());
    for client in [
        stage.client(),
        stage.client().bearer("nonsense"),
        stage.client().bearer(&forged),
        stage.client().bearer(&receipt),
        // Signed by the right key, but for a login that never was.
        stage.client().bearer(&strange_token),
    ] {
        for path in [ME, "/api/users/me/store", "/api/users/me/sessions"] {
            let reply = client.get(path).await;
            assert!(matches!(reply.status, 401 | 403), "{}", reply.status);
        }
        assert!(matches!(client.delete(ME).await.status, 401 | 403));
        assert!(matches!(
            client.post("/api/users/logout", json!({})).await.status,
            401 | 403
        ));
    }
    stage.as_owner(&answer).get(ME).await.status(200);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn personal_answers_are_never_stored(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let reply = stage.as_owner(&answer).get(ME).await;
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn unknown_addresses_and_methods_are_problems(db: PgPool) {
    let stage = Stage::new(db).await;
    stage
        .client()
        .get("/api/users/nobody")
        .await
        .problem(404, "NOT_FOUND");
    stage
        .client()
        .get("/api/users/login")
        .await
        .problem(405, "METHOD_NOT_ALLOWED");
}
