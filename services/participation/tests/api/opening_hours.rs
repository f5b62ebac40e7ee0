//! When an event takes entries, and whom the service asks about it.

use crate::fleet::{Fleet, entry, phone};
use chrono::TimeDelta;
use janchi_contracts::event::{EventEvent, EventStatus};
use serde_json::json;
use sqlx::PgPool;
use std::time::Duration;

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn an_unknown_event_is_asked_for_once_and_a_known_open_one_never(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let nobody = json!({"eventCode": "nope", "phoneNumber": phone(1), "consents": {"over14": true, "privacy": true, "marketing": true}});
    let calls = (0..20).map(|_| fleet.client());
    let asking: Vec<_> = calls
        .map(|client| {
            let body = nobody.clone();
            tokio::spawn(async move { client.post("/api/participations", body).await })
        })
        .collect();
    for reply in asking {
        reply.await.unwrap().problem(404, "NOT_FOUND");
    }
    let asked = fleet.events.asked();
    assert!((1..=2).contains(&asked), "asked {asked} times");
    fleet
        .client()
        .post("/api/participations", nobody)
        .await
        .problem(404, "NOT_FOUND");
    assert_eq!(fleet.events.asked(), 0, "a no is believed for a second");

    let event = fleet.open_event();
    fleet.enter(&event, 1).await;
    assert_eq!(fleet.events.asked(), 1);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    fleet.enter(&event, 2).await;
    let mut by_id = entry(&event, 3);
    by_id.as_object_mut().unwrap().remove("eventCode");
    by_id["eventId"] = json!(event.event_id);
    fleet
        .client()
        .post("/api/participations", by_id)
        .await
        .status(201);
    assert_eq!(fleet.events.asked(), 0);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn an_event_takes_entries_from_its_start_to_its_end(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event_with(|e| {
        e.status = EventStatus::Scheduled;
        e.opened_at = None;
        e.starts_at = Some(fleet.clock.now() + TimeDelta::hours(1));
    });
    fleet
        .client()
        .post("/api/participations", entry(&event, 1))
        .await
        .problem(409, "EVENT_NOT_OPEN");
    fleet.clock.advance(Duration::from_secs(3540));
    fleet
        .client()
        .post("/api/participations", entry(&event, 1))
        .await
        .problem(409, "EVENT_NOT_OPEN");
    fleet.clock.advance(Duration::from_secs(61));
    // At once, although a no was told less than a second ago: whoever reads it as open can enter.
    fleet.enter(&event, 1).await;
    fleet.pass_the_end();
    fleet
        .client()
        .post("/api/participations", entry(&event, 2))
        .await
        .problem(409, "EVENT_NOT_OPEN");
    assert_eq!(fleet.count("select count(*) from participants").await, 1);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn an_event_that_is_just_published_can_be_entered_at_once(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event_with(|e| {
        e.status = EventStatus::Publishing;
        e.opened_at = None;
    });
    fleet
        .client()
        .post("/api/participations", entry(&event, 1))
        .await
        .problem(409, "EVENT_NOT_OPEN");
    fleet.events.change(event.event_id, |e| {
        e.status = EventStatus::Ongoing;
        e.opened_at = Some(fleet.clock.now());
    });
    fleet.enter(&event, 1).await;
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_later_end_that_was_not_told_yet_is_found_out(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let peer = fleet
        .client()
        .bearer(&fleet.keys.peer_token("event", "participation"));
    let before = peer
        .get(&format!("/internal/events/{}/draw", event.event_id))
        .await
        .status(200);
    fleet.events.change(event.event_id, |e| {
        e.ends_at = Some(e.ends_at.unwrap() + TimeDelta::days(7))
    });
    fleet.pass_the_end();
    fleet.enter(&event, 1).await;
    // Nobody had entered: the published rules changed, visibly.
    let bundle = fleet
        .client()
        .get(&format!(
            "/api/public/draws/{}/bundle",
            before["drawId"].as_str().unwrap()
        ))
        .await;
    let bundle = bundle.status(200);
    assert_ne!(bundle["rulesHash"], before["rulesHash"]);
    assert_eq!(bundle["rules"]["amended"].as_array().unwrap().len(), 1);
    janchi_draw::verify(&serde_json::from_value(bundle).unwrap()).unwrap();
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_known_event_is_entered_while_the_event_service_is_down(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 1).await;
    fleet.events.set_down(true);
    fleet.enter(&event, 2).await;
    let unknown = fleet.open_event();
    let reply = fleet
        .client()
        .post("/api/participations", entry(&unknown, 1))
        .await;
    reply.problem(503, "UNAVAILABLE");
    assert!(reply.header("retry-after").is_some());
    fleet.events.set_down(false);
    fleet.enter(&unknown, 1).await;
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn an_event_that_was_cancelled_takes_nobody(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 1).await;
    let cancelled = fleet.events.change(event.event_id, |e| {
        e.status = EventStatus::Cancelled;
        e.closed_at = Some(fleet.clock.now());
    });
    fleet.tell(EventEvent::Cancelled(cancelled)).await;
    janchi_testkit::eventually(Duration::from_secs(10), || async {
        (fleet
            .count("select count(*) from event_rules where status = 'CANCELLED'")
            .await
            == 1)
            .then_some(())
    })
    .await;
    fleet
        .client()
        .post("/api/participations", entry(&event, 2))
        .await
        .problem(409, "EVENT_NOT_OPEN");
    let draws = format!("/api/events/{}/draws", event.event_id);
    fleet
        .owner(&event)
        .post(&draws, json!({}))
        .await
        .problem(409, "EVENT_CANCELLED");
}
