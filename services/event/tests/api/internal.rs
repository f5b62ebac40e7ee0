use crate::fixture::{Fleet, id_of};
use janchi_contracts::event::EventSnapshot;
use sqlx::PgPool;
use uuid::Uuid;

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn another_service_reads_an_event_by_id_and_by_code(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let event = fleet.ready(&owner).await;
    let peer = fleet
        .running
        .client()
        .bearer(&fleet.keys.peer_token("participation", "event"));
    let body = peer
        .get(&format!("/internal/events/{}", id_of(&event)))
        .await
        .status(200);
    let snapshot: EventSnapshot = serde_json::from_value(body.clone()).unwrap();
    assert_eq!(snapshot.store_name, "봄날 카페");
    assert_eq!(snapshot.winner_count, 20);
    assert_eq!(snapshot.tier.as_deref(), Some("MID_COST"));
    assert_eq!(snapshot.version, event["version"].as_i64().unwrap());
    let code = event["code"].as_str().unwrap();
    assert_eq!(
        peer.get(&format!("/internal/events/by-code/{code}"))
            .await
            .status(200),
        body
    );
    peer.get(&format!("/internal/events/{}", Uuid::now_v7()))
        .await
        .problem(404, "NOT_FOUND");
    peer.get("/internal/events/by-code/BCDF2345")
        .await
        .problem(404, "NOT_FOUND");
    peer.get("/internal/events/by-code/nothing")
        .await
        .problem(404, "NOT_FOUND");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn nobody_from_outside_reads_a_snapshot(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let event = fleet.ready(&owner).await;
    let id = id_of(&event);
    let meant_for_another = fleet
        .running
        .client()
        .bearer(&fleet.keys.peer_token("participation", "user"));
    for client in [&owner, &fleet.running.client(), &meant_for_another] {
        client
            .get(&format!("/internal/events/{id}"))
            .await
            .problem(401, "UNAUTHORIZED");
        let code = event["code"].as_str().unwrap();
        client
            .get(&format!("/internal/events/by-code/{code}"))
            .await
            .problem(401, "UNAUTHORIZED");
    }
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn an_unknown_address_or_method_is_a_problem(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    owner.get("/api/nothing").await.problem(404, "NOT_FOUND");
    owner
        .delete("/api/events")
        .await
        .problem(405, "METHOD_NOT_ALLOWED");
    let big = serde_json::json!({"objective": "SALES", "title": "가".repeat(1024 * 1024)});
    owner
        .post("/api/events", big)
        .await
        .problem(413, "PAYLOAD_TOO_LARGE");
}
