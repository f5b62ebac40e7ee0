//! Sales the shop reports.

use crate::fixture::{Fixture, snapshot};
use janchi_contracts::event::{EventEvent, EventSnapshot, EventStatus};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

async fn running(db: &PgPool) -> (Fixture, EventSnapshot) {
    let fixture = Fixture::new(db).await;
    let event = snapshot(EventStatus::Ongoing);
    fixture.tell(&EventEvent::Opened(event.clone())).await;
    fixture.dashboard(&event, |_| true).await;
    (fixture, event)
}

fn sale(amount: i64, receipt: &str) -> Value {
    json!({"soldAt": "2026-11-01T12:00:00+09:00", "amount": amount, "receiptNo": receipt})
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn a_receipt_counts_once_and_shows_in_the_return(db: PgPool) {
    let (fixture, event) = running(&db).await;
    let client = fixture.owner(event.owner_id);
    let body = json!({"eventId": event.event_id, "sales": [sale(60_000, "1"), sale(40_000, "2"), sale(40_000, "2")]});
    let added = client
        .post("/api/analytics/pos-sales", body.clone())
        .await
        .status(202);
    assert_eq!(added, json!({"accepted": 2, "duplicates": 1}));
    let again = client
        .post("/api/analytics/pos-sales", body)
        .await
        .status(202);
    assert_eq!(again, json!({"accepted": 0, "duplicates": 3}));
    let dashboard = fixture.dashboard(&event, |d| d["revenue"] == 100_000).await;
    assert_eq!(dashboard["roi"], 100.0);
    let overview = client.get("/api/analytics/overview").await.status(200);
    assert_eq!(overview["totals"]["revenue"], 100_000);
    assert_eq!(overview["events"][0]["roi"], 100.0);
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn the_same_key_has_one_effect(db: PgPool) {
    let (fixture, event) = running(&db).await;
    let client = fixture
        .owner(event.owner_id)
        .header("idempotency-key", "k1");
    let body = |amount: i64| json!({"eventId": event.event_id, "sales": [{"soldAt": "2026-11-01T12:00:00+09:00", "amount": amount}]});
    for _ in 0..3 {
        let added = client
            .post("/api/analytics/pos-sales", body(5_000))
            .await
            .status(202);
        assert_eq!(added, json!({"accepted": 1, "duplicates": 0}));
    }
    client
        .post("/api/analytics/pos-sales", body(6_000))
        .await
        .problem(422, "IDEMPOTENCY_KEY_REUSED");
    fixture.dashboard(&event, |d| d["revenue"] == 5_000).await;
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn what_cannot_be_a_sale_is_refused_and_changes_nothing(db: PgPool) {
    let (fixture, event) = running(&db).await;
    let client = fixture.owner(event.owner_id);
    let post = async |sales: Value| {
        client
            .post(
                "/api/analytics/pos-sales",
                json!({"eventId": event.event_id, "sales": sales}),
            )
            .await
    };
    post(json!([])).await.names_field("sales");
    post(json!(vec![sale(1, "x"); 1001]))
        .await
        .names_field("sales");
    post(json!([sale(1, "a"), sale(-1, "b")]))
        .await
        .names_field("sales[1].amount");
    post(json!([sale(0, "b")]))
        .await
        .names_field("sales[0].amount");
    post(json!([{"soldAt": "2999-01-01T00:00:00Z", "amount": 1}]))
        .await
        .names_field("sales[0].soldAt");
    post(json!([{"soldAt": "yesterday", "amount": 1}]))
        .await
        .names_field("sales[0].soldAt");
    post(json!([{"soldAt": "2026-11-01T12:00:00Z", "amount": 1, "winner": true}]))
        .await
        .names_field("sales[0].winner");
    client
        .post_raw("/api/analytics/pos-sales", "application/json", "{")
        .await
        .problem(400, "MALFORMED_JSON");
    client
        .post_raw("/api/analytics/pos-sales", "text/plain", "{}")
        .await
        .problem(415, "UNSUPPORTED_MEDIA_TYPE");
    let stranger = fixture.owner(Uuid::now_v7());
    let body = json!({"eventId": event.event_id, "sales": [sale(1, "x")]});
    stranger
        .post("/api/analytics/pos-sales", body)
        .await
        .problem(404, "EVENT_NOT_FOUND");
    let dashboard = fixture.dashboard(&event, |_| true).await;
    assert_eq!(dashboard["revenue"], Value::Null);
}
