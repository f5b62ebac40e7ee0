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

/// As if the password had been given an hour ago.
async fn grow_old(stage: &Stage) {
    sqlx::query!("update sessions set created_at = created_at - interval '1 hour'")
        .execute(&stage.db)
        .await
        .expect("the statement is good");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn an_old_login_changes_the_way_in_only_with_the_password(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    grow_old(&stage).await;
    // A name opens nothing, and what stays as it is changes nothing.
    me.patch(ME, json!({"name": "김수"})).await.status(200);
    let same = json!({"email": body["email"], "phoneNumber": body["phoneNumber"]});
    me.patch(ME, same).await.status(200);
    for change in [
        json!({"email": "new@example.com"}),
        json!({"phoneNumber": "01099998888"}),
    ] {
        let problem = me.patch(ME, change.clone()).await;
        assert_eq!(
            problem.names_field("currentPassword")["errors"][0]["code"],
            "REQUIRED"
        );
        let mut guess = change.clone();
        guess["currentPassword"] = json!("wrong1!pass");
        let problem = me.patch(ME, guess).await;
        assert_eq!(
            problem.names_field("currentPassword")["errors"][0]["code"],
            "WRONG_PASSWORD"
        );
        let mut proved = change;
        proved["currentPassword"] = body["password"].clone();
        me.patch(ME, proved).await.status(200);
    }
    let changed = me.get(ME).await.status(200);
    assert_eq!(changed["email"], "new@example.com");
    assert_eq!(changed["phoneNumber"], "010-****-8888");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_thief_of_a_token_guesses_the_password_ten_times(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    for _ in 0..10 {
        let guess = json!({"email": "thief@example.com", "currentPassword": "wrong1!pass"});
        me.patch(ME, guess).await.names_field("currentPassword");
    }
    let right = json!({"email": "thief@example.com", "currentPassword": body["password"]});
    me.patch(ME, right).await.problem(429, "LOGIN_THROTTLED");
    // The owner still gets in elsewhere.
    stage
        .log_in(text(&body, "/email"), text(&body, "/password"))
        .await
        .status(200);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn who_names_a_version_writes_over_no_other(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    for path in [ME, "/api/users/me/store"] {
        let first = me.get(path).await;
        let seen = first.header("etag").expect("an ETag").to_owned();
        let careful = me.header("if-match", &seen);
        let changed = careful.patch(path, json!({"name": "김수"})).await;
        assert_eq!(changed.status, 200, "{}", changed.text());
        assert_ne!(changed.header("etag"), Some(seen.as_str()));
        careful
            .patch(path, json!({"name": "이수"}))
            .await
            .problem(412, "PRECONDITION_FAILED");
        assert_eq!(me.get(path).await.status(200)["name"], "김수");
        me.header("if-match", "*")
            .patch(path, json!({"name": "이수"}))
            .await
            .status(200);
        me.patch(path, json!({"name": "박수"})).await.status(200);
    }
    // Of two who saw the same one writes.
    let seen = me.get(ME).await.header("etag").expect("an ETag").to_owned();
    let careful = me.header("if-match", &seen);
    let (a, b) = tokio::join!(
        careful.patch(ME, json!({"name": "가나"})),
        careful.patch(ME, json!({"name": "다라"}))
    );
    let mut codes = [a.status, b.status];
    codes.sort_unstable();
    assert_eq!(codes, [200, 412]);
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
