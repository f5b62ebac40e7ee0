use crate::fixture::{Fleet, Reach, count, event, of};
use janchi_contracts::reference::Channel;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn an_owner_confirms_skips_and_retries_single_channels(db: PgPool) {
    let fleet = Fleet::start_with(&db, Reach::Nothing, |_| {}).await;
    let event = event(
        fleet.owner,
        fleet.clock.now(),
        &[Channel::Naver, Channel::Kakao],
    );
    fleet.publish(1, &event).await;
    fleet.settled(&event).await;
    let path = |channel: &str, action: &str| {
        format!(
            "/api/distributions/{}/channels/{channel}/{action}",
            event.event_id
        )
    };

    let run = fleet
        .client
        .post(
            &path("NAVER", "confirm"),
            json!({"url": "https://blog.naver.com/a/1"}),
        )
        .await
        .status(200);
    assert_eq!(
        of(&run, "NAVER")["externalUrl"],
        "https://blog.naver.com/a/1"
    );
    assert!(of(&run, "NAVER")["manualSteps"].is_null());

    let run = fleet.client.call(&path("KAKAO", "skip")).await.status(200);
    assert_eq!(
        (&of(&run, "KAKAO")["status"], &run["status"]),
        (&json!("SKIPPED"), &json!("PARTIAL"))
    );

    fleet
        .client
        .post(&path("KAKAO", "retry"), json!({}))
        .await
        .status(200);
    let run = fleet.settled(&event).await;
    assert_eq!(of(&run, "KAKAO")["status"], "MANUAL_ACTION_REQUIRED");

    assert_eq!(count(&db, "audit_log").await, 3, "each action is on record");
    assert!(count(&db, "distribution_logs").await >= 8);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn what_does_not_fit_the_channels_state_is_a_conflict(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    fleet.publish(1, &event).await;
    fleet
        .when(&event, |run| of(run, "NAVER")["status"] == "PUBLISHED")
        .await;
    fleet
        .act(&event, "NAVER", "retry")
        .await
        .problem(409, "CHANNEL_NOT_RETRYABLE");
    fleet
        .act(&event, "NAVER", "skip")
        .await
        .problem(409, "CHANNEL_NOT_SKIPPABLE");
    let confirm = format!(
        "/api/distributions/{}/channels/NAVER/confirm",
        event.event_id
    );
    let reply = fleet
        .client
        .post(&confirm, json!({"url": "https://cafe.naver.com/1"}))
        .await;
    reply.problem(409, "CHANNEL_NOT_CONFIRMABLE");
    assert_eq!(count(&db, "audit_log").await, 0);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn bad_input_is_refused_and_changes_nothing(db: PgPool) {
    let fleet = Fleet::start_with(&db, Reach::Nothing, |_| {}).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    fleet.publish(1, &event).await;
    fleet.settled(&event).await;
    let path = |rest: &str| format!("/api/distributions/{}/channels/{rest}", event.event_id);
    let confirm = path("NAVER/confirm");
    for url in [
        json!("javascript:alert(1)"),
        json!("메롱"),
        json!(""),
        json!(7),
        json!(null),
    ] {
        fleet
            .client
            .post(&confirm, json!({ "url": url }))
            .await
            .problem(422, "VALIDATION_FAILED");
    }
    let extra = json!({"url": "https://blog.naver.com/a", "status": "PUBLISHED"});
    fleet
        .client
        .post(&confirm, extra)
        .await
        .problem(422, "VALIDATION_FAILED");
    fleet
        .client
        .post(&confirm, json!({}))
        .await
        .problem(422, "VALIDATION_FAILED");
    fleet
        .client
        .post_raw(&confirm, "application/json", "{")
        .await
        .problem(400, "MALFORMED_JSON");
    fleet
        .client
        .post_raw(&confirm, "text/plain", "{}")
        .await
        .status(415);
    fleet
        .client
        .post(&path("NAVER/retry"), json!({"force": true}))
        .await
        .problem(422, "VALIDATION_FAILED");
    fleet
        .client
        .call(&path("TIKTOK/retry"))
        .await
        .problem(404, "NOT_FOUND");
    fleet
        .client
        .call(&path("KAKAO/retry"))
        .await
        .problem(404, "NOT_FOUND");
    fleet
        .client
        .get("/api/distributions/no-id")
        .await
        .problem(404, "NOT_FOUND");
    let run = fleet.settled(&event).await;
    assert_eq!(of(&run, "NAVER")["status"], "MANUAL_ACTION_REQUIRED");
    assert_eq!(count(&db, "audit_log").await, 0);
    fleet.end().await;
}
