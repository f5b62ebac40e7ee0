use crate::stage::{Stage, business_number, somebody, text};
use crate::stand_ins::Mood;
use janchi_testkit::Events;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;

pub const REGISTER: &str = "/api/users/register";

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_sign_up_answers_with_user_store_and_tokens(db: PgPool) {
    let stage = Stage::new(db).await;
    let body = somebody();
    let answer = stage.sign_up(&body).await;
    let phone = text(&body, "/phoneNumber");
    let number = text(&body, "/store/businessNumber");
    assert_eq!(answer["user"]["email"], body["email"]);
    assert_eq!(answer["user"]["name"], "홍길동");
    assert_eq!(answer["user"]["role"], "OWNER");
    assert_eq!(
        answer["user"]["phoneNumber"],
        format!("010-****-{}", &phone[phone.len() - 4..])
    );
    assert_eq!(answer["store"]["verification"], "VERIFIED");
    assert_eq!(
        answer["store"]["businessNumber"],
        format!("{}-**-***{}", &number[..3], &number[8..])
    );
    assert_eq!(answer["store"]["region"], "SEOUL");
    assert_eq!(answer["tokens"]["tokenType"], "Bearer");
    assert_eq!(answer["tokens"]["expiresIn"], 900);
    let me = stage
        .as_owner(&answer)
        .get("/api/users/me")
        .await
        .status(200);
    assert_eq!(me, answer["user"]);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn nothing_personal_is_stored_in_the_clear(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    let dump = stage.dump().await;
    let digits = text(&body, "/phoneNumber").replace('-', "");
    // A bytea prints as hexadecimal, so the clear text is looked for in both forms.
    for secret in [
        text(&body, "/email"),
        &digits,
        &digits[1..],
        "홍길동",
        text(&body, "/store/businessNumber"),
        "correct1!horse",
    ] {
        assert!(!dump.contains(secret), "{secret}");
        let hex: String = secret.bytes().map(|b| format!("{b:02x}")).collect();
        assert!(!dump.contains(&hex), "{secret} in hexadecimal");
    }
    assert!(dump.contains("$2b$10$"), "bcrypt of cost 10");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn what_is_taken_is_named(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    for (path, code) in [
        ("/email", "EMAIL_TAKEN"),
        ("/phoneNumber", "PHONE_TAKEN"),
        ("/store/businessNumber", "BUSINESS_NUMBER_TAKEN"),
    ] {
        let mut other = somebody();
        *other.pointer_mut(path).unwrap() = body.pointer(path).unwrap().clone();
        stage
            .client()
            .post(REGISTER, other)
            .await
            .problem(409, code);
    }
    // The same phone, written otherwise, and the same address in capitals.
    let mut other = somebody();
    other["phoneNumber"] = json!(format!("+82 {}", &text(&body, "/phoneNumber")[1..]));
    stage
        .client()
        .post(REGISTER, other)
        .await
        .problem(409, "PHONE_TAKEN");
    let mut other = somebody();
    other["email"] = json!(text(&body, "/email").to_uppercase());
    stage
        .client()
        .post(REGISTER, other)
        .await
        .problem(409, "EMAIL_TAKEN");
    assert_eq!(count(&stage.db).await, 1);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn of_fifty_sign_ups_at_once_with_one_thing_in_common_one_wins(db: PgPool) {
    let stage = Stage::new(db).await;
    for (round, (path, code)) in (1..).zip([
        ("/email", "EMAIL_TAKEN"),
        ("/phoneNumber", "PHONE_TAKEN"),
        ("/store/businessNumber", "BUSINESS_NUMBER_TAKEN"),
    ]) {
        let first = somebody();
        let tries = (0..50).map(|_| {
            let (client, mut body) = (stage.client(), somebody());
            *body.pointer_mut(path).unwrap() = first.pointer(path).unwrap().clone();
            async move {
                loop {
                    let reply = client.post(REGISTER, body.clone()).await;
                    // A busy machine may send some away; they come back as they are told.
                    if reply.status != 503 {
                        return reply;
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        });
        let replies = futures::future::join_all(tries).await;
        let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|r| r.status == 201);
        assert_eq!(won.len(), 1, "{path}");
        for reply in lost {
            reply.problem(409, code);
        }
        assert_eq!(count(&stage.db).await, round);
        assert_eq!(stage.rows("stores").await, round);
        assert_eq!(stage.rows("sessions").await, round);
    }
    let mut connection = stage.db.acquire().await.unwrap();
    let broken = janchi_db::audit::verify(&mut connection).await.unwrap();
    assert_eq!(broken, None, "the chain of the audit log holds");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn older_region_codes_are_stored_as_the_merged_one(db: PgPool) {
    let stage = Stage::new(db).await;
    for code in ["GWANGJU", "JEONNAM", "JEONNAM_GWANGJU"] {
        let mut body = somebody();
        body["store"]["region"] = json!(code);
        assert_eq!(
            stage.sign_up(&body).await["store"]["region"],
            "JEONNAM_GWANGJU"
        );
    }
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_sign_up_is_told_audited_and_logged_in(db: PgPool) {
    let stage = Stage::new(db).await;
    let events = Events::listen(&stage.config.shared.namespace, &["user.*"]).await;
    let (_, answer) = stage.owner().await;
    let event: Value = events
        .next("user.registered", |event: &Value| {
            event["userId"] == answer["user"]["id"]
        })
        .await;
    assert_eq!(event["storeId"], answer["store"]["id"]);
    assert_eq!(
        event.as_object().unwrap().len(),
        3,
        "a message holds ids alone: {event}"
    );
    let mut connection = stage.db.acquire().await.unwrap();
    assert_eq!(
        janchi_db::audit::verify(&mut connection).await.unwrap(),
        None
    );
    assert!(stage.dump().await.contains("user.registered"));
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_business_that_may_not_be_used_is_refused_with_its_reason(db: PgPool) {
    let stage = Stage::new(db).await;
    for (answer, code) in [
        ("02", "BUSINESS_SUSPENDED"),
        ("03", "BUSINESS_CLOSED"),
        ("", "BUSINESS_NOT_REGISTERED"),
    ] {
        let mut body = somebody();
        let number = business_number();
        stage.tax.answer(&number, answer);
        body["store"]["businessNumber"] = json!(number);
        let problem = stage.client().post(REGISTER, body).await.problem(422, code);
        assert_eq!(problem["errors"][0]["field"], "store.businessNumber");
    }
    assert_eq!(count(&stage.db).await, 0);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_silent_tax_office_does_not_stop_a_sign_up(db: PgPool) {
    let stage = Stage::with(db, |config| {
        config.business_recheck = Duration::from_secs(600)
    })
    .await;
    for mood in [Mood::Failing, Mood::Confused] {
        stage.tax.set(mood);
        let (_, answer) = stage.owner().await;
        assert_eq!(answer["store"]["verification"], "PENDING_REVIEW");
    }
}

/// Accounts that are stored.
pub async fn count(db: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from users"#)
        .fetch_one(db)
        .await
        .expect("a count")
}
