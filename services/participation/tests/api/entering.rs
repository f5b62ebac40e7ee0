//! Entering: one entry per phone and event, answered with what proves it.

use crate::fleet::{Fleet, bytes, entry, phone};
use chrono::TimeDelta;
use janchi_contracts::event::VisitBonus;
use serde_json::json;
use sqlx::PgPool;
use std::time::Duration;

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn an_entry_is_answered_with_what_proves_it(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let receipt = fleet.enter(&event, 1).await;
    assert_eq!(receipt["weight"], 1);
    assert_eq!(receipt["entryNumber"].as_str().unwrap().len(), 9);
    let tag = janchi_draw::tag(
        &event.event_id.to_string(),
        &bytes(&receipt["nonce"]),
        "+821020000001",
    );
    assert_eq!(receipt["tag"], hex::encode(tag));
    let peer = fleet
        .client()
        .bearer(&fleet.keys.peer_token("event", "participation"));
    let draw = peer
        .get(&format!("/internal/events/{}/draw", event.event_id))
        .await
        .status(200);
    assert_eq!(draw["commitment"], receipt["commitment"]);

    let reply = fleet.entrant(&receipt).get("/api/participations/me").await;
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let me = reply.status(200);
    assert_eq!(me["participantId"], receipt["participantId"]);
    assert_eq!(me["entryNumber"], receipt["entryNumber"]);
    assert_eq!(me["eventCode"], event.code);
    assert_eq!(me["result"], "PENDING");
    assert_eq!(me["weight"], 1);
    assert!(me.get("prize").is_none());
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn nothing_personal_is_stored_readably(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 1).await;
    let dumped = fleet
        .count(
            "select count(*) from participants p
             where row_to_json(p)::text ~ '손님' or encode(p.sealed, 'escape') ~ '2000|손'",
        )
        .await;
    assert_eq!(dumped, 0);
    let told = fleet
        .count("select count(*) from outbox where encode(payload, 'escape') ~ '2000.?0001|손님'")
        .await;
    assert_eq!(told, 0);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn every_spelling_of_a_number_is_the_same_entrant(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let spellings = [
        "01020000001",
        "010-2000-0001",
        "+82 10-2000-0001",
        "+821020000001",
        "０１０-２０００-０００１",
    ];
    for (turn, spelling) in spellings.iter().enumerate() {
        let mut body = entry(&event, 1);
        body["phoneNumber"] = json!(spelling);
        let reply = fleet.client().post("/api/participations", body).await;
        if turn == 0 {
            reply.status(201);
        } else {
            reply.problem(409, "ALREADY_PARTICIPATED");
        }
    }
    assert_eq!(fleet.count("select count(*) from participants").await, 1);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_duplicate_learns_nothing_of_the_entry(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let receipt = fleet.enter(&event, 1).await;
    let reply = fleet
        .client()
        .post("/api/participations", entry(&event, 1))
        .await;
    let problem = reply.problem(409, "ALREADY_PARTICIPATED");
    let known = [
        "type",
        "title",
        "status",
        "detail",
        "code",
        "requestId",
        "errors",
    ];
    assert!(
        problem
            .as_object()
            .unwrap()
            .keys()
            .all(|k| known.contains(&k.as_str())),
        "{problem}"
    );
    assert!(
        !reply
            .text()
            .contains(receipt["entryNumber"].as_str().unwrap())
    );
    // Another event is another matter.
    fleet.enter(&fleet.open_event(), 1).await;
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn the_same_request_has_one_effect_and_the_same_answer(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let keyed = fleet.client().header("idempotency-key", "tap-1");
    let first = keyed
        .post("/api/participations", entry(&event, 1))
        .await
        .status(201);
    let again = keyed
        .post("/api/participations", entry(&event, 1))
        .await
        .status(201);
    for same in [
        "participantId",
        "entryNumber",
        "tag",
        "nonce",
        "commitment",
        "enteredAt",
    ] {
        assert_eq!(first[same], again[same], "{same}");
    }
    fleet
        .entrant(&again)
        .get("/api/participations/me")
        .await
        .status(200);
    // Public keys are scoped to key and body: the same key of a stranger is no hindrance, and opens nothing.
    let mut other = entry(&event, 1);
    other["name"] = json!("다른이름");
    keyed
        .post("/api/participations", other)
        .await
        .problem(409, "ALREADY_PARTICIPATED");
    keyed
        .post("/api/participations", entry(&event, 2))
        .await
        .status(201);
    fleet.pass_the_end();
    let late = keyed.post("/api/participations", entry(&event, 1)).await;
    // A day later the key is forgotten; the event is over as well.
    late.problem(409, "EVENT_NOT_OPEN");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_repeated_request_is_answered_after_the_end_too(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event =
        fleet.open_event_with(|e| e.ends_at = Some(e.starts_at.unwrap() + TimeDelta::hours(2)));
    let keyed = fleet.client().header("idempotency-key", "tap-1");
    let first = keyed
        .post("/api/participations", entry(&event, 1))
        .await
        .status(201);
    fleet.clock.advance(Duration::from_secs(2 * 3600));
    let again = keyed
        .post("/api/participations", entry(&event, 1))
        .await
        .status(201);
    assert_eq!(first["participantId"], again["participantId"]);
    fleet
        .client()
        .post("/api/participations", entry(&event, 1))
        .await
        .problem(409, "EVENT_NOT_OPEN");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_repeated_request_is_answered_after_its_visit_code_has_passed(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let bonus = VisitBonus {
        enabled: true,
        weight: 3,
    };
    let event = fleet.open_event_with(|e| e.visit_bonus = bonus);
    fleet.enter(&event, 1).await;
    let counter = format!("/api/events/{}/visit-code", event.event_id);
    let shown = fleet.owner(&event).get(&counter).await.status(200);
    let mut body = entry(&event, 2);
    body["visitCode"] = shown["code"].clone();
    let keyed = fleet.client().header("idempotency-key", "tap-1");
    let first = keyed
        .post("/api/participations", body.clone())
        .await
        .status(201);
    assert_eq!(first["weight"], 3);
    fleet.clock.advance(Duration::from_secs(300));
    let again = keyed
        .post("/api/participations", body.clone())
        .await
        .status(201);
    assert_eq!(
        (&again["participantId"], &again["weight"]),
        (&first["participantId"], &json!(3))
    );
    // The old code is worth nothing to anybody else, key or not.
    body["phoneNumber"] = json!(phone(3));
    keyed
        .post("/api/participations", body.clone())
        .await
        .names_field("visitCode");
    fleet
        .client()
        .post("/api/participations", body)
        .await
        .names_field("visitCode");
    assert_eq!(fleet.count("select count(*) from participants").await, 2);
}
