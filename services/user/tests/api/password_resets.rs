use crate::stage::{Stage, text};
use crate::stand_ins::Mood;
use janchi_testkit::eventually;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;

const RESETS: &str = "/api/users/password-resets";

async fn ask(stage: &Stage, login_id: &str) -> Value {
    stage
        .client()
        .post(RESETS, json!({ "loginId": login_id }))
        .await
        .status(202)
}

/// The token of the link in the n-th message.
async fn sent_token(stage: &Stage, n: usize) -> String {
    let message = eventually(Duration::from_secs(20), || async {
        stage.dealer.calls().get(n).cloned()
    })
    .await;
    let link = text(&message.1, "/recipientList/0/templateParameter/link").to_owned();
    assert!(
        link.starts_with("http://shop.test/password-resets/"),
        "{link}"
    );
    link.rsplit('/').next().unwrap_or_default().to_owned()
}

async fn choose(stage: &Stage, token: &str, password: &str) -> janchi_testkit::Reply {
    stage
        .client()
        .put(
            &format!("{RESETS}/{token}"),
            json!({ "password": password }),
        )
        .await
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_link_sets_the_password_once_and_ends_all_logins(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    ask(&stage, text(&body, "/phoneNumber")).await;
    let token = sent_token(&stage, 0).await;
    let (headers, message) = stage.dealer.calls()[0].clone();
    assert_eq!(headers["x-secret-key"], "message-secret");
    assert_eq!(message["templateCode"], "RESET");
    assert_eq!(
        message["recipientList"][0]["recipientNo"],
        text(&body, "/phoneNumber").replace('-', "")
    );
    choose(&stage, &token, "weak")
        .await
        .problem(422, "VALIDATION_FAILED");
    choose(&stage, &token, "another2@pass").await.status(204);
    choose(&stage, &token, "third3#pass")
        .await
        .problem(404, "RESET_LINK_INVALID");
    stage
        .as_owner(&answer)
        .get("/api/users/me")
        .await
        .problem(401, "UNAUTHORIZED");
    stage
        .log_in(text(&body, "/email"), text(&body, "/password"))
        .await
        .problem(401, "INVALID_CREDENTIALS");
    stage
        .log_in(text(&body, "/email"), "another2@pass")
        .await
        .status(200);
    assert!(
        !stage.dump().await.contains(&token),
        "only a hash is stored"
    );
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_answer_tells_nobody_whether_an_account_exists(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    let known = ask(&stage, text(&body, "/email")).await;
    assert_eq!(ask(&stage, "nobody@example.com").await, known);
    assert_eq!(ask(&stage, "not a login").await, known);
    sent_token(&stage, 0).await;
    assert_eq!(stage.dealer.calls().len(), 1);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn of_two_uses_at_once_one_counts(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    ask(&stage, text(&body, "/email")).await;
    let token = sent_token(&stage, 0).await;
    let (a, b) = tokio::join!(
        choose(&stage, &token, "another2@pass"),
        choose(&stage, &token, "third3#pass")
    );
    let mut codes = [a.status, b.status];
    codes.sort_unstable();
    assert_eq!(codes, [204, 404]);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn links_that_are_wrong_or_old_are_refused(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    ask(&stage, text(&body, "/email")).await;
    let token = sent_token(&stage, 0).await;
    choose(&stage, "nonsense", "another2@pass")
        .await
        .problem(404, "RESET_LINK_INVALID");
    sqlx::query!("update password_resets set expires_at = now() - interval '1 second'")
        .execute(&stage.db)
        .await
        .unwrap();
    choose(&stage, &token, "another2@pass")
        .await
        .problem(404, "RESET_LINK_INVALID");
    stage
        .log_in(text(&body, "/email"), text(&body, "/password"))
        .await
        .status(200);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_password_change_makes_open_links_useless(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    ask(&stage, text(&body, "/email")).await;
    let token = sent_token(&stage, 0).await;
    let change = json!({"currentPassword": body["password"], "newPassword": "another2@pass"});
    stage
        .as_owner(&answer)
        .put("/api/users/me/password", change)
        .await
        .status(204);
    choose(&stage, &token, "third3#pass")
        .await
        .problem(404, "RESET_LINK_INVALID");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn nobodys_phone_is_flooded(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    for _ in 0..8 {
        ask(&stage, text(&body, "/email")).await;
    }
    assert_eq!(stage.rows("password_reset_requests").await, 5);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_message_that_failed_is_sent_again_with_the_same_link(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    stage.dealer.set(Mood::Confused);
    ask(&stage, text(&body, "/email")).await;
    let first = sent_token(&stage, 0).await;
    stage.dealer.set(Mood::Working);
    sqlx::query!("update password_reset_requests set next_try_at = now()")
        .execute(&stage.db)
        .await
        .unwrap();
    let second = sent_token(&stage, 1).await;
    assert_eq!(first, second);
    choose(&stage, &second, "another2@pass").await.status(204);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn malformed_wishes_are_refused(db: PgPool) {
    let stage = Stage::new(db).await;
    stage
        .client()
        .post(RESETS, json!({}))
        .await
        .problem(422, "VALIDATION_FAILED");
    stage
        .client()
        .post(RESETS, json!({"loginId": "a@b.kr", "x": 1}))
        .await
        .problem(422, "VALIDATION_FAILED");
}
