//! What a sign-up refuses, and that nothing is stored then.

use crate::accounts::{REGISTER, count};
use crate::stage::{Stage, somebody, text};
use serde_json::{Value, json};
use sqlx::PgPool;

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn every_mistake_is_shown_at_once_in_both_languages(db: PgPool) {
    let stage = Stage::new(db).await;
    let bad = json!({
        "email": "nope", "phoneNumber": "02-123-4567", "password": "short1!", "name": "김",
        "store": {"name": " ", "industry": "CASINO", "region": "MARS", "address": "", "businessNumber": "12-34"},
    });
    let problem = stage
        .client()
        .post(REGISTER, bad.clone())
        .await
        .problem(422, "VALIDATION_FAILED");
    let fields: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| text(e, "/field"))
        .collect();
    assert_eq!(
        fields,
        [
            "email",
            "phoneNumber",
            "password",
            "name",
            "store.name",
            "store.industry",
            "store.region",
            "store.address",
            "store.businessNumber"
        ]
    );
    assert!(text(&problem, "/errors/0/message").contains("이메일"));
    let english = stage
        .client()
        .header("accept-language", "en")
        .post(REGISTER, bad)
        .await;
    assert!(
        text(
            &english.problem(422, "VALIDATION_FAILED"),
            "/errors/0/message"
        )
        .contains("e-mail")
    );
    assert_eq!(count(&stage.db).await, 0);
    assert!(
        stage.tax.calls().is_empty(),
        "nobody is asked about a request that is refused anyway"
    );
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn malformed_requests_change_nothing(db: PgPool) {
    let stage = Stage::new(db).await;
    let with = |path: &str, value: Value| {
        let mut body = somebody();
        *body.pointer_mut(path).unwrap() = value;
        body
    };
    let mut unknown = somebody();
    unknown["admin"] = json!(true);
    let mut unknown_inside = somebody();
    unknown_inside["store"]["verification"] = json!("VERIFIED");
    let mut missing = somebody();
    missing.as_object_mut().unwrap().remove("email");
    let bodies = [
        unknown,
        unknown_inside,
        missing,
        json!([]),
        with("/email", json!(5)),
        with("/store", json!(null)),
        with("/password", json!("onlyletters!")),
        with("/password", json!(format!("{}1!", "a".repeat(71)))),
        with("/name", json!("홍\u{0}길동")),
        with("/store/name", json!("빵\u{0}집")),
    ];
    for body in bodies {
        stage
            .client()
            .post(REGISTER, body)
            .await
            .problem(422, "VALIDATION_FAILED");
    }
    stage
        .client()
        .post_raw(REGISTER, "application/json", "{")
        .await
        .problem(400, "MALFORMED_JSON");
    stage
        .client()
        .post_raw(REGISTER, "text/plain", "{}")
        .await
        .problem(415, "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(count(&stage.db).await, 0);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_longest_password_works_and_a_longer_one_never_does(db: PgPool) {
    let stage = Stage::new(db).await;
    let mut body = somebody();
    let longest = format!("{}1!", "a".repeat(70));
    body["password"] = json!(longest);
    stage.sign_up(&body).await;
    let login = text(&body, "/email");
    stage.log_in(login, &longest).await.status(200);
    stage
        .log_in(login, &format!("{longest}x"))
        .await
        .problem(401, "INVALID_CREDENTIALS");
    stage
        .log_in(login, &longest[..71])
        .await
        .problem(401, "INVALID_CREDENTIALS");
}
