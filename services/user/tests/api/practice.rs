//! Against the practice server, which speaks the vendors' wire formats.

use crate::stage::{Stage, somebody, text};
use janchi_partners::{CLOSED, Fault, Partners, SUSPENDED, UNREGISTERED, Vendor};
use janchi_testkit::eventually;
use serde_json::json;
use sqlx::PgPool;
use std::time::Duration;

async fn stage(db: PgPool, partners: &Partners) -> Stage {
    Stage::with(db, |config| {
        config.tax_office_url = Some(partners.tax_office_url());
        config.sandbox = true;
        if let Some(channel) = &mut config.messages {
            channel.talk.url = partners.messages_url();
            channel.talk.sender_key = "s".repeat(40);
        }
    })
    .await
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_practice_tax_office_decides_sign_ups(db: PgPool) {
    let partners = Partners::spawn().await;
    let stage = stage(db, &partners).await;
    let (_, answer) = stage.owner().await;
    assert_eq!(answer["store"]["verification"], "VERIFIED");
    for (number, code) in [
        (SUSPENDED, "BUSINESS_SUSPENDED"),
        (CLOSED, "BUSINESS_CLOSED"),
        (UNREGISTERED, "BUSINESS_NOT_REGISTERED"),
    ] {
        let mut body = somebody();
        body["store"]["businessNumber"] = json!(number);
        stage
            .client()
            .post("/api/users/register", body)
            .await
            .problem(422, code);
    }
    let wrong = json!({"businessNumber": "124-81-00999"});
    stage
        .client()
        .post("/api/users/business-numbers/verify", wrong)
        .await
        .names_field("businessNumber");
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn every_trouble_of_the_practice_tax_office_means_later(db: PgPool) {
    let partners = Partners::spawn().await;
    let stage = stage(db, &partners).await;
    for fault in [
        Fault::status(500),
        Fault::dead(),
        Fault::garbage(),
        Fault::unauthorized(),
    ] {
        partners.clear_faults();
        partners.fault(Vendor::TaxOffice, fault);
        let body = json!({"businessNumber": crate::stage::business_number()});
        let answer = stage
            .client()
            .post("/api/users/business-numbers/verify", body)
            .await
            .status(200);
        assert_eq!(
            answer,
            json!({"status": "PENDING_REVIEW", "source": "SKIPPED"})
        );
    }
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_reset_link_arrives_by_the_practice_dealer(db: PgPool) {
    let partners = Partners::spawn().await;
    let stage = stage(db, &partners).await;
    let (body, _) = stage.owner().await;
    let phone = text(&body, "/phoneNumber");
    stage
        .client()
        .post("/api/users/password-resets", json!({"loginId": phone}))
        .await
        .status(202);
    let message = eventually(Duration::from_secs(20), || async {
        partners.messages(Some(phone)).pop()
    })
    .await;
    let token = message.text.rsplit('/').next().unwrap();
    let choose = json!({"password": "another2@pass"});
    stage
        .client()
        .put(&format!("/api/users/password-resets/{token}"), choose)
        .await
        .status(204);
    stage.log_in(phone, "another2@pass").await.status(200);
}
