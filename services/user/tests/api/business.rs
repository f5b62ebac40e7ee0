use crate::stage::{Stage, business_number, somebody, text};
use crate::stand_ins::Mood;
use janchi_cache::Cache;
use janchi_testkit::eventually;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::{Duration, Instant};

const VERIFY: &str = "/api/users/business-numbers/verify";

async fn verify(stage: &Stage, number: &str) -> Value {
    stage
        .client()
        .post(VERIFY, json!({ "businessNumber": number }))
        .await
        .status(200)
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_tax_office_is_asked_once_and_then_the_cache(db: PgPool) {
    let stage = Stage::new(db).await;
    let number = business_number();
    let dashed = format!("{}-{}-{}", &number[..3], &number[3..5], &number[5..]);
    assert_eq!(
        verify(&stage, &number).await,
        json!({"status": "VERIFIED", "source": "TAX_OFFICE"})
    );
    assert_eq!(
        verify(&stage, &dashed).await,
        json!({"status": "VERIFIED", "source": "CACHE"})
    );
    let calls = stage.tax.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].0["authorization"], "Infuser tax+key/==");
    assert_eq!(calls[0].1, json!({ "b_no": [number] }));
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn many_who_ask_at_once_ask_the_tax_office_once(db: PgPool) {
    let stage = Stage::new(db).await;
    let number = business_number();
    futures::future::join_all((0..20).map(|_| verify(&stage, &number))).await;
    assert_eq!(stage.tax.calls().len(), 1);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_cache_key_lives_a_week_and_hides_the_number(db: PgPool) {
    let stage = Stage::new(db).await;
    let number = business_number();
    verify(&stage, &number).await;
    let vault = user_service::domain::vault::Vault::open(
        &stage.config.encryption_keys,
        &stage.config.lookup_key,
    )
    .unwrap();
    let key = vault.business_cache_key(&janchi_crypto::BusinessNumber::parse(&number).unwrap());
    let cache = Cache::connect(
        &stage.config.shared.redis_url,
        &stage.config.shared.namespace,
    )
    .unwrap();
    let value = cache.get(&key).await.expect("an entry");
    assert!(!value.contains(&number) && !key.contains(&number));
    assert_eq!(
        serde_json::from_str::<Value>(&value).unwrap()["status"],
        "VERIFIED"
    );
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn every_standing_is_told(db: PgPool) {
    let stage = Stage::new(db).await;
    for (answer, status) in [
        ("02", "SUSPENDED"),
        ("03", "CLOSED"),
        ("", "NOT_REGISTERED"),
    ] {
        let number = business_number();
        stage.tax.answer(&number, answer);
        assert_eq!(
            verify(&stage, &number).await,
            json!({"status": status, "source": "TAX_OFFICE"})
        );
        assert_eq!(verify(&stage, &number).await["source"], "CACHE");
    }
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn without_an_answer_the_check_is_skipped_and_not_remembered(db: PgPool) {
    let stage = Stage::new(db).await;
    let number = business_number();
    stage.tax.set(Mood::Failing);
    assert_eq!(
        verify(&stage, &number).await,
        json!({"status": "PENDING_REVIEW", "source": "SKIPPED"})
    );
    stage.tax.set(Mood::Working);
    assert_eq!(verify(&stage, &number).await["source"], "TAX_OFFICE");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_hanging_tax_office_is_given_up_after_five_seconds(db: PgPool) {
    let stage = Stage::new(db).await;
    stage.tax.set(Mood::Hanging);
    let began = Instant::now();
    assert_eq!(
        verify(&stage, &business_number()).await["source"],
        "SKIPPED"
    );
    let took = began.elapsed();
    assert!(
        (Duration::from_secs(4)..Duration::from_secs(8)).contains(&took),
        "{took:?}"
    );
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_broken_tax_office_is_left_alone(db: PgPool) {
    let stage = Stage::new(db).await;
    stage.tax.set(Mood::Failing);
    for _ in 0..12 {
        assert_eq!(
            verify(&stage, &business_number()).await["source"],
            "SKIPPED"
        );
    }
    let calls = stage.tax.calls().len();
    assert!(calls < 12, "the breaker opened: {calls} calls");
    stage.tax.set(Mood::Working);
    assert_eq!(
        verify(&stage, &business_number()).await["source"],
        "SKIPPED",
        "it stays open for its time"
    );
    assert_eq!(stage.tax.calls().len(), calls);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn without_a_tax_office_everything_waits_for_a_person(db: PgPool) {
    let stage = Stage::with(db, |config| config.tax_office_url = None).await;
    assert_eq!(
        verify(&stage, &business_number()).await,
        json!({"status": "PENDING_REVIEW", "source": "SKIPPED"})
    );
    let (_, answer) = stage.owner().await;
    assert_eq!(answer["store"]["verification"], "PENDING_REVIEW");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_wrong_check_digit_is_a_typing_error_unless_the_tax_office_knows_the_number(db: PgPool) {
    let stage = Stage::new(db).await;
    let mut wrong = business_number();
    let last = wrong.pop().unwrap().to_digit(10).unwrap();
    wrong.push(char::from_digit((last + 1) % 10, 10).unwrap());
    stage.tax.answer(&wrong, "");
    let problem = stage
        .client()
        .post(VERIFY, json!({ "businessNumber": wrong }))
        .await
        .problem(422, "VALIDATION_FAILED");
    assert_eq!(problem["errors"][0]["field"], "businessNumber");
    assert_eq!(problem["errors"][0]["code"], "WRONG_CHECK_DIGIT");
    let mut body = somebody();
    body["store"]["businessNumber"] = json!(wrong);
    let problem = stage
        .client()
        .post("/api/users/register", body)
        .await
        .problem(422, "VALIDATION_FAILED");
    assert_eq!(problem["errors"][0]["field"], "store.businessNumber");
    // A real number with an odd digit: a few exist.
    let mut real = business_number();
    let last = real.pop().unwrap().to_digit(10).unwrap();
    real.push(char::from_digit((last + 3) % 10, 10).unwrap());
    assert_eq!(verify(&stage, &real).await["status"], "VERIFIED");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn bad_numbers_are_refused(db: PgPool) {
    let stage = Stage::new(db).await;
    for bad in [
        "",
        "123",
        "12345678901",
        "12345abcde",
        "１２３４５６７８９０",
    ] {
        stage
            .client()
            .post(VERIFY, json!({ "businessNumber": bad }))
            .await
            .problem(422, "VALIDATION_FAILED");
    }
    stage
        .client()
        .post(VERIFY, json!({ "number": "1248100998" }))
        .await
        .problem(422, "VALIDATION_FAILED");
    assert!(stage.tax.calls().is_empty());
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_shop_under_review_is_checked_again_by_itself(db: PgPool) {
    let stage = Stage::new(db).await;
    stage.tax.set(Mood::Confused);
    let (_, good) = stage.owner().await;
    let (bad_body, bad) = stage.owner().await;
    assert_eq!(good["store"]["verification"], "PENDING_REVIEW");
    stage
        .tax
        .answer(text(&bad_body, "/store/businessNumber"), "03");
    stage.tax.set(Mood::Working);
    for (owner, expected) in [(&good, "VERIFIED"), (&bad, "CLOSED")] {
        let client = stage.as_owner(owner);
        eventually(Duration::from_secs(20), || async {
            let store = client.get("/api/users/me/store").await.status(200);
            (store["verification"] == expected).then_some(())
        })
        .await;
    }
    assert!(stage.dump().await.contains("store.verification_settled"));
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn practice_is_called_practice(db: PgPool) {
    let stage = Stage::with(db, |config| config.sandbox = true).await;
    assert_eq!(verify(&stage, &business_number()).await["sandbox"], true);
    let (_, answer) = stage.owner().await;
    assert_eq!(answer["store"]["sandbox"], true);
}
