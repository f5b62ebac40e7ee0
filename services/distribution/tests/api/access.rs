use crate::fixture::{Fleet, Reach, event};
use janchi_contracts::reference::Channel;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn nobody_sees_or_touches_another_owners_distribution(db: PgPool) {
    let fleet = Fleet::start_with(&db, Reach::Nothing, |_| {}).await;
    let event = event(fleet.owner, fleet.clock.now(), &[Channel::Naver]);
    fleet.publish(1, &event).await;
    let before = fleet.settled(&event).await;
    let (_, token) = fleet.keys.owner();
    let stranger = fleet.service.client().bearer(&token);
    let path = format!("/api/distributions/{}", event.event_id);
    stranger.get(&path).await.problem(404, "NOT_FOUND");
    stranger
        .get(&format!("{path}/stream"))
        .await
        .problem(404, "NOT_FOUND");
    for action in ["retry", "skip"] {
        stranger
            .call(&format!("{path}/channels/NAVER/{action}"))
            .await
            .problem(404, "NOT_FOUND");
    }
    let confirm = format!("{path}/channels/NAVER/confirm");
    stranger
        .post(&confirm, json!({"url": "https://blog.naver.com/a"}))
        .await
        .problem(404, "NOT_FOUND");
    stranger
        .post(&confirm, json!({"url": "bad"}))
        .await
        .problem(404, "NOT_FOUND");
    fleet
        .client
        .get(&format!("/api/distributions/{}", Uuid::now_v7()))
        .await
        .problem(404, "NOT_FOUND");
    assert_eq!(fleet.settled(&event).await, before);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn every_call_wants_the_right_kind_of_token(db: PgPool) {
    let fleet = Fleet::start_with(&db, Reach::Nothing, |_| {}).await;
    let id = Uuid::now_v7();
    let nobody = fleet.service.client();
    for path in [
        format!("/api/distributions/{id}"),
        "/api/channels".to_owned(),
    ] {
        nobody.get(&path).await.problem(401, "UNAUTHORIZED");
        nobody
            .bearer("x.y.z")
            .get(&path)
            .await
            .problem(401, "UNAUTHORIZED");
        nobody
            .bearer(&fleet.keys.expired_owner_token(id))
            .get(&path)
            .await
            .problem(401, "UNAUTHORIZED");
        nobody
            .bearer(&fleet.keys.receipt_token(id))
            .get(&path)
            .await
            .problem(403, "FORBIDDEN");
    }
    for path in [
        format!("/internal/distributions/{id}"),
        format!("/internal/distributions/{id}/statistics"),
    ] {
        nobody.get(&path).await.status(401);
        assert!(matches!(fleet.client.get(&path).await.status, 401 | 403));
        fleet.peer().get(&path).await.problem(404, "NOT_FOUND");
    }
    fleet.end().await;
}
