use crate::stage::{Stage, text};
use serde_json::json;
use sqlx::PgPool;
use user_service::ops::{Settlement, list_reviews, reset_link, settle_review};
use uuid::Uuid;

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn an_operator_settles_reviews(db: PgPool) {
    let stage = Stage::with(db, |config| config.tax_office_url = None).await;
    let (body, first) = stage.owner().await;
    let (_, second) = stage.owner().await;
    let reviews = list_reviews(&stage.config, 10).await.unwrap();
    assert_eq!(reviews.len(), 2);
    assert_eq!(reviews[0].store_id.to_string(), first["store"]["id"]);
    assert!(
        !serde_json::to_string(&reviews)
            .unwrap()
            .contains(text(&body, "/store/businessNumber"))
    );

    // By the shop's id, and by its owner's.
    assert!(
        settle_review(&stage.config, reviews[0].store_id, Settlement::Verified)
            .await
            .unwrap()
    );
    assert!(
        settle_review(&stage.config, reviews[1].user_id, Settlement::Refused)
            .await
            .unwrap()
    );
    assert!(
        !settle_review(&stage.config, reviews[0].store_id, Settlement::Refused)
            .await
            .unwrap(),
        "settled once"
    );
    assert!(
        !settle_review(&stage.config, Uuid::now_v7(), Settlement::Verified)
            .await
            .unwrap()
    );
    for (owner, verification) in [(&first, "VERIFIED"), (&second, "REFUSED")] {
        let store = stage
            .as_owner(owner)
            .get("/api/users/me/store")
            .await
            .status(200);
        assert_eq!(store["verification"], verification);
    }
    assert!(list_reviews(&stage.config, 10).await.unwrap().is_empty());
    let mut connection = stage.db.acquire().await.unwrap();
    assert_eq!(
        janchi_db::audit::verify(&mut connection).await.unwrap(),
        None
    );
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn whom_the_tax_office_refused_afterwards_a_person_may_still_accept(db: PgPool) {
    let stage = Stage::new(db).await;
    stage.tax.set(crate::stand_ins::Mood::Confused);
    let (body, answer) = stage.owner().await;
    stage.tax.answer(text(&body, "/store/businessNumber"), "");
    stage.tax.set(crate::stand_ins::Mood::Working);
    let review = janchi_testkit::eventually(std::time::Duration::from_secs(20), || async {
        let reviews = list_reviews(&stage.config, 10).await.unwrap();
        reviews
            .into_iter()
            .find(|review| review.verification == "NOT_REGISTERED")
    })
    .await;
    let (id, config) = (review.store_id, &stage.config);
    let decide = |settlement| settle_review(config, id, settlement);
    // A decision can be taken back, but for a shop that is verified.
    assert!(decide(Settlement::Refused).await.unwrap());
    assert!(!decide(Settlement::Refused).await.unwrap());
    assert!(list_reviews(config, 10).await.unwrap().is_empty());
    assert!(decide(Settlement::Verified).await.unwrap());
    assert!(!decide(Settlement::Refused).await.unwrap());
    let store = stage
        .as_owner(&answer)
        .get("/api/users/me/store")
        .await
        .status(200);
    assert_eq!(store["verification"], "VERIFIED");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn an_operator_hands_out_a_reset_link(db: PgPool) {
    let stage = Stage::with(db, |config| config.messages = None).await;
    let (body, _) = stage.owner().await;
    stage
        .client()
        .post(
            "/api/users/password-resets",
            json!({"loginId": body["email"]}),
        )
        .await
        .status(202);
    let link = reset_link(&stage.config, text(&body, "/phoneNumber"))
        .await
        .unwrap()
        .expect("an account");
    let token = link.rsplit('/').next().unwrap();
    let choose = json!({"password": "another2@pass"});
    stage
        .client()
        .put(&format!("/api/users/password-resets/{token}"), choose)
        .await
        .status(204);
    stage
        .log_in(text(&body, "/email"), "another2@pass")
        .await
        .status(200);
    assert_eq!(
        reset_link(&stage.config, "nobody@example.com")
            .await
            .unwrap(),
        None
    );
}
