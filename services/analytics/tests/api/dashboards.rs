//! What an owner sees, and of whom.

use crate::fixture::{Fixture, snapshot, statistics};
use janchi_contracts::event::{EventEvent, EventStatus};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn all_sources_come_together(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let event = snapshot(EventStatus::Ongoing);
    let id = event.event_id;
    fixture.answer(
        &format!("/internal/distributions/{id}/statistics"),
        statistics(id, false),
    );
    fixture.answer(
        &format!("/internal/events/{id}/summary"),
        json!({"eventId": id, "participants": 4, "visited": 1, "winners": 0, "draw": null,
               "byChannel": [{"channel": "KAKAO", "participants": 3}, {"channel": null, "participants": 1}]}),
    );
    fixture.tell(&EventEvent::Opened(event.clone())).await;
    let dashboard = fixture.dashboard(&event, |_| true).await;
    assert_eq!(dashboard["participants"]["total"], 4);
    assert_eq!(dashboard["cost"]["total"], 80_000);
    let kakao = &dashboard["channels"][0];
    assert_eq!(
        (&kakao["impressions"], &kakao["participants"]),
        (&json!(1000), &json!(3))
    );
    assert_eq!(
        (&kakao["conversionRate"], &kakao["costPerParticipant"]),
        (&json!(6.0), &json!(10_000))
    );
    assert_eq!(dashboard["revenue"], Value::Null);
    assert_eq!(
        dashboard["forecast"],
        json!({"expected": 3, "low": 1, "high": 5, "actual": 4, "withinRange": true})
    );
    assert_eq!(dashboard["partial"], json!([]));
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn a_source_that_is_down_is_named_and_the_rest_is_shown(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let event = snapshot(EventStatus::Ongoing);
    let id = event.event_id;
    fixture.answer(
        &format!("/internal/distributions/{id}/statistics"),
        Value::Null,
    );
    fixture.answer(&format!("/internal/events/{id}/summary"), Value::Null);
    fixture.tell(&EventEvent::Opened(event.clone())).await;
    let dashboard = fixture.dashboard(&event, |_| true).await;
    assert_eq!(
        dashboard["partial"],
        json!(["PARTICIPATION", "DISTRIBUTION"])
    );
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn somebody_elses_event_is_not_there(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let event = snapshot(EventStatus::Ongoing);
    fixture.tell(&EventEvent::Opened(event.clone())).await;
    fixture.dashboard(&event, |_| true).await;
    let stranger = fixture.owner(Uuid::now_v7());
    for path in ["", "/stream", "/report?format=csv", "/report?format=pdf"] {
        let path = format!("/api/analytics/dashboard/{}{path}", event.event_id);
        stranger.get(&path).await.problem(404, "EVENT_NOT_FOUND");
        let unknown = format!("/api/analytics/dashboard/{}", Uuid::now_v7());
        stranger.get(&unknown).await.problem(404, "EVENT_NOT_FOUND");
    }
    fixture
        .service
        .client()
        .get("/api/analytics/overview")
        .await
        .problem(401, "UNAUTHORIZED");
    stranger
        .get("/api/analytics/dashboard/not-an-id")
        .await
        .problem(404, "NOT_FOUND");
    let overview = stranger.get("/api/analytics/overview").await.status(200);
    assert_eq!(
        (&overview["totals"]["events"], &overview["events"]),
        (&json!(0), &json!([]))
    );
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn an_event_nobody_told_of_is_asked_for(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let event = snapshot(EventStatus::Draft);
    let path = format!("/internal/events/{}", event.event_id);
    fixture.answer(&path, serde_json::to_value(&event).unwrap());
    let dashboard = fixture.dashboard(&event, |_| true).await;
    assert_eq!(dashboard["status"], "DRAFT");
    assert_eq!(dashboard["summary"], "아직 공개되지 않은 이벤트예요.");
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn a_stream_begins_with_the_dashboard(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let event = snapshot(EventStatus::Ongoing);
    fixture.tell(&EventEvent::Opened(event.clone())).await;
    fixture.dashboard(&event, |_| true).await;
    let path = format!("/api/analytics/dashboard/{}/stream", event.event_id);
    let request = fixture
        .owner(event.owner_id)
        .request(reqwest::Method::GET, &path);
    let mut response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let first = tokio::time::timeout(Duration::from_secs(5), response.chunk())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    let first = String::from_utf8_lossy(&first);
    assert!(
        first.starts_with("event: dashboard\n") && first.contains("\"eventId\""),
        "{first}"
    );
}
