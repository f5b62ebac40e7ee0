use crate::fixture::{Fleet, id_of};
use janchi_contracts::distribution::{
    ChannelStatus, ChannelSummary, DistributionEvent, PublishEvent, RunStatus,
};
use janchi_contracts::event::EventEvent;
use janchi_contracts::reference::Channel;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

async fn step(db: &PgPool, id: Uuid, run: i32, name: &str) -> Option<String> {
    sqlx::query_scalar!(
        "select state from saga_steps where event_id = $1 and run = $2 and step = $3",
        id,
        run,
        name
    )
    .fetch_optional(db)
    .await
    .unwrap()
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_run_that_is_partial_goes_on(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.approved(&owner).await;
    let channel = |channel, status| ChannelSummary {
        channel,
        status,
        tracking_url: None,
        spoken_code: None,
        external_url: None,
        cost: 0,
        sandbox: true,
    };
    let told = DistributionEvent::ChannelChanged {
        event_id: id,
        run: 1,
        channel: channel(Channel::Instagram, ChannelStatus::Publishing),
    };
    janchi_testkit::send_event(&fleet.namespace, &told).await;
    fleet.await_taken_in(&db, 1).await;
    assert_eq!(
        step(&db, id, 1, "CHANNEL_INSTAGRAM").await.as_deref(),
        Some("PENDING")
    );
    let told = DistributionEvent::Finished {
        event_id: id,
        run: 1,
        status: RunStatus::Partial,
        channels: vec![
            channel(Channel::Instagram, ChannelStatus::Published),
            channel(Channel::Kakao, ChannelStatus::Failed),
        ],
    };
    janchi_testkit::send_event(&fleet.namespace, &told).await;
    fleet.await_status(&owner, id, "SCHEDULED").await;
    assert_eq!(
        step(&db, id, 1, "CHANNEL_INSTAGRAM").await.as_deref(),
        Some("DONE")
    );
    assert_eq!(
        step(&db, id, 1, "CHANNEL_KAKAO").await.as_deref(),
        Some("FAILED")
    );
    assert_eq!(
        step(&db, id, 1, "DISTRIBUTE").await.as_deref(),
        Some("DONE")
    );
    fleet
        .heard
        .next::<EventEvent>("event.scheduled", |_| true)
        .await;
    // Told again when a later review changes the outcome: the event stays where it is.
    fleet.finish_run(id, 1, RunStatus::Completed).await;
    fleet.finish_run(id, 1, RunStatus::Failed).await;
    fleet.await_taken_in(&db, 4).await;
    assert_eq!(
        owner.get(&format!("/api/events/{id}")).await.status(200)["status"],
        "SCHEDULED"
    );
    assert_eq!(fleet.heard.named::<Value>("event.scheduled").len(), 1);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_failed_run_can_be_mended_and_approved_again(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.approved(&owner).await;
    fleet.finish_run(id, 1, RunStatus::Failed).await;
    let failed = fleet.await_status(&owner, id, "PUBLISH_FAILED").await;
    assert_eq!(failed["step"], "APPROVAL");
    fleet
        .heard
        .next::<EventEvent>("event.publish_failed", |_| true)
        .await;
    assert_eq!(
        step(&db, id, 1, "DISTRIBUTE").await.as_deref(),
        Some("FAILED")
    );
    assert_eq!(
        step(&db, id, 1, "PUBLISH").await.as_deref(),
        Some("COMPENSATED")
    );
    assert_eq!(
        step(&db, id, 1, "TAKE_DOWN").await.as_deref(),
        Some("PENDING")
    );
    let told = DistributionEvent::TakenDown {
        event_id: id,
        run: 1,
        channels: vec![],
    };
    janchi_testkit::send_event(&fleet.namespace, &told).await;
    fleet.await_taken_in(&db, 2).await;
    assert_eq!(step(&db, id, 1, "TAKE_DOWN").await.as_deref(), Some("DONE"));

    let path = format!("/api/events/{id}");
    owner
        .delete(&path)
        .await
        .problem(409, "EVENT_NOT_DELETABLE");
    owner
        .put(
            &format!("{path}/channels"),
            json!({"channels": [{"channel": "NAVER"}]}),
        )
        .await
        .status(200);
    owner.call(&format!("{path}/approve")).await.status(202);
    let second: PublishEvent = fleet
        .heard
        .next("distribution.publish", |c: &PublishEvent| c.run == 2)
        .await;
    assert_eq!(second.event.channels[0].channel, Channel::Naver);
    // News of the first run is old.
    fleet.finish_run(id, 1, RunStatus::Completed).await;
    fleet.await_taken_in(&db, 3).await;
    assert_eq!(owner.get(&path).await.status(200)["status"], "PUBLISHING");
    fleet.finish_run(id, 2, RunStatus::Completed).await;
    fleet.await_status(&owner, id, "SCHEDULED").await;
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_run_that_recovers_late_counts_if_the_event_was_not_changed(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let (kept, changed) = (fleet.approved(&owner).await, fleet.approved(&owner).await);
    for id in [kept, changed] {
        fleet.finish_run(id, 1, RunStatus::Failed).await;
        fleet.await_status(&owner, id, "PUBLISH_FAILED").await;
    }
    let path = format!("/api/events/{changed}");
    owner
        .header("if-match", "*")
        .patch(&path, json!({"winnerCount": 3}))
        .await
        .status(200);
    for id in [changed, kept] {
        fleet.finish_run(id, 1, RunStatus::Partial).await;
    }
    fleet.await_status(&owner, kept, "SCHEDULED").await;
    fleet.await_taken_in(&db, 4).await;
    assert_eq!(
        owner.get(&path).await.status(200)["status"],
        "PUBLISH_FAILED"
    );
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn an_event_whose_start_is_past_opens_when_distribution_is_through(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&fleet.ready(&owner).await);
    let path = format!("/api/events/{id}");
    let past = json!({"startsAt": fleet.in_hours(-5).to_rfc3339()});
    owner
        .header("if-match", "*")
        .patch(&path, past)
        .await
        .status(200);
    let preflight = owner.get(&format!("{path}/preflight")).await.status(200);
    assert!(
        preflight["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|w| w["code"] == "STARTS_AT_PAST")
    );
    owner.call(&format!("{path}/approve")).await.status(202);
    assert_eq!(owner.get(&path).await.status(200)["status"], "PUBLISHING");
    fleet.finish_run(id, 1, RunStatus::Completed).await;
    let event = fleet.await_status(&owner, id, "ONGOING").await;
    assert!(event["openedAt"].as_str() > event["startsAt"].as_str());
    let told: EventEvent = fleet.heard.next("event.opened", |_| true).await;
    assert!(told.snapshot().opened_at.is_some());
    assert!(fleet.heard.named::<Value>("event.scheduled").is_empty());
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn distribution_that_took_longer_than_the_event_was_to_run_ends_it(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.approved(&owner).await;
    fleet.pass_hours(24 * 30);
    fleet.finish_run(id, 1, RunStatus::Completed).await;
    let event = fleet.await_status(&owner, id, "ENDED").await;
    assert_eq!(event["closedAt"], event["endsAt"]);
    let opened: EventEvent = fleet.heard.next("event.opened", |_| true).await;
    let ended: EventEvent = fleet.heard.next("event.ended", |_| true).await;
    assert!(opened.snapshot().version < ended.snapshot().version);
}
