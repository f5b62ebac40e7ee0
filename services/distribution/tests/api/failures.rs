use crate::fixture::{Fleet, event, of};
use janchi_contracts::distribution::RunStatus;
use janchi_contracts::reference::Channel;
use janchi_partners::{Fault, Vendor};
use sqlx::PgPool;

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn two_failing_channels_are_left_out_and_come_back_by_themselves(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    fleet.partners.fault(Vendor::GenieTv, Fault::dead());
    fleet.partners.fault(Vendor::Instagram, Fault::status(503));
    let event = event(fleet.owner, fleet.clock.now(), &Channel::ALL);
    fleet.publish(1, &event).await;
    let run = fleet.settled(&event).await;
    fleet.partners.clear_faults();
    assert_eq!(run["status"], "PARTIAL", "{run:#}");
    for channel in ["GENIE_TV", "INSTAGRAM"] {
        let row = of(&run, channel);
        assert_eq!(row["status"], "SKIPPED", "{row:#}");
        // The series' three, and one more for each time it has come back by itself while the other was still at it.
        assert!(row["attempts"].as_i64().unwrap() >= 3, "{row:#}");
        assert!(
            row["lastError"].as_str().unwrap().contains("건너뛰고"),
            "{row:#}"
        );
        assert!(row["nextAttemptAt"].is_string());
    }
    fleet.finished(RunStatus::Partial).await;
    fleet.when(&event, |run| run["status"] == "COMPLETED").await;
    fleet.finished(RunStatus::Completed).await;
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_run_in_which_every_channel_fails_has_failed_and_waits_for_its_owner(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    for vendor in [Vendor::GenieTv, Vendor::UridongneTv, Vendor::RingoBiz] {
        fleet.partners.fault(vendor, Fault::status(503));
    }
    let channels = [Channel::GenieTv, Channel::UridongneTv, Channel::RingoBiz];
    let event = event(fleet.owner, fleet.clock.now(), &channels);
    fleet.publish(1, &event).await;
    let run = fleet.settled(&event).await;
    assert_eq!(run["status"], "FAILED", "{run:#}");
    assert!(
        run["channels"]
            .as_array()
            .unwrap()
            .iter()
            .all(|c| c["nextAttemptAt"].is_null()),
        "{run:#}"
    );
    fleet.finished(RunStatus::Failed).await;
    fleet.partners.clear_faults();
    fleet.act(&event, "RINGO_BIZ", "retry").await.status(200);
    let run = fleet
        .when(&event, |run| of(run, "RINGO_BIZ")["status"] == "PUBLISHED")
        .await;
    assert_eq!(run["status"], "PARTIAL");
    fleet.finished(RunStatus::Partial).await;
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_refusal_is_told_in_words_and_not_tried_again(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    fleet
        .partners
        .fault_on(Vendor::GenieTv, "create_material", Fault::refuse());
    let event = event(
        fleet.owner,
        fleet.clock.now(),
        &[Channel::GenieTv, Channel::Naver],
    );
    fleet.publish(1, &event).await;
    let run = fleet.settled(&event).await;
    let row = of(&run, "GENIE_TV");
    assert_eq!(
        (row["status"].as_str(), row["attempts"].as_i64()),
        (Some("FAILED"), Some(1)),
        "{row:#}"
    );
    assert!(
        row["lastError"].as_str().unwrap().ends_with("요."),
        "{row:#}"
    );
    assert_eq!(run["status"], "PARTIAL");
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn an_answer_that_is_lost_leads_to_a_question_and_never_to_a_second_post(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    fleet.partners.fault_on(
        Vendor::Instagram,
        "media_publish",
        Fault::lose_answer().times(1),
    );
    fleet.partners.fault_on(
        Vendor::GenieTv,
        "create_campaign",
        Fault::lose_answer().times(1),
    );
    fleet.partners.fault_on(
        Vendor::Kakao,
        "brand_message",
        Fault::lose_answer().times(1),
    );
    let channels = [Channel::Instagram, Channel::GenieTv, Channel::Kakao];
    let event = event(fleet.owner, fleet.clock.now(), &channels);
    fleet.publish(1, &event).await;
    let up = |run: &serde_json::Value| {
        run["channels"]
            .as_array()
            .is_some_and(|c| c.iter().all(|c| c["status"] == "PUBLISHED"))
    };
    let run = fleet.when(&event, up).await;
    assert!(
        of(&run, "INSTAGRAM")["externalUrl"].is_string(),
        "found among the account's posts: {run:#}"
    );
    for (vendor, operation) in [
        (Vendor::Instagram, "media_publish"),
        (Vendor::GenieTv, "create_campaign"),
        (Vendor::Kakao, "brand_message"),
    ] {
        assert_eq!(
            fleet.partners.calls_of(vendor, operation).len(),
            1,
            "{operation}"
        );
    }
    assert_eq!(of(&run, "KAKAO")["attempts"], 2);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn where_the_platform_cannot_be_asked_the_owner_decides(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    fleet
        .partners
        .fault_on(Vendor::Naver, "article", Fault::lose_answer().times(1));
    let event = event(
        fleet.owner,
        fleet.clock.now(),
        &[Channel::Naver, Channel::Instagram],
    );
    fleet.publish(1, &event).await;
    let run = fleet.settled(&event).await;
    assert_eq!(of(&run, "NAVER")["status"], "UNKNOWN", "{run:#}");
    assert_eq!(run["status"], "PARTIAL");
    assert_eq!(fleet.partners.calls_of(Vendor::Naver, "article").len(), 1);
    let path = format!(
        "/api/distributions/{}/channels/NAVER/confirm",
        event.event_id
    );
    let run = fleet
        .client
        .post(
            &path,
            serde_json::json!({"url": "https://cafe.naver.com/shop/1"}),
        )
        .await
        .status(200);
    assert_eq!(of(&run, "NAVER")["status"], "PUBLISHED");
    assert_eq!(run["status"], "COMPLETED");
    assert_eq!(
        fleet.partners.calls_of(Vendor::Naver, "article").len(),
        1,
        "nothing was sent again"
    );
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn an_open_breaker_is_shown_and_the_run_settles_without_it(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    fleet.partners.fault(Vendor::RingoBiz, Fault::status(503));
    for _ in 0..2 {
        let event = event(fleet.owner, fleet.clock.now(), &[Channel::RingoBiz]);
        fleet.publish(1, &event).await;
        // The second one's tries meet the breaker that the first one's opened.
        fleet
            .when(&event, |run| of(run, "RINGO_BIZ")["lastError"].is_string())
            .await;
    }
    let last = event(fleet.owner, fleet.clock.now(), &[Channel::RingoBiz]);
    fleet.publish(1, &last).await;
    // Its first try may still reach the platform; the next one finds the breaker open and says so.
    fleet
        .when(&last, |run| {
            let row = of(run, "RINGO_BIZ");
            row["breaker"] == "OPEN"
                && row["lastError"]
                    .as_str()
                    .is_some_and(|why| why.contains("쉬고"))
                && (row["status"] == "QUEUED" || row["status"] == "SKIPPED")
        })
        .await;
    let channels = fleet.client.get("/api/channels").await.status(200);
    let shown = channels["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["channel"] == "RINGO_BIZ")
        .unwrap();
    assert_eq!(shown["breaker"], "OPEN");
    fleet.end().await;
}
