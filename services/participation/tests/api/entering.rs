use crate::fleet::{Fleet, bytes, entry, phone};
use chrono::TimeDelta;
use janchi_contracts::event::{EventEvent, EventStatus};
use participation_service::ops;
use serde_json::{Value, json};
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
             where row_to_json(p)::text ~ '손님' or encode(p.phone, 'escape') ~ '2000' or encode(p.name, 'escape') ~ '손'",
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
    fleet.clock.advance(Duration::from_secs(3601));
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
async fn a_withdrawn_entry_is_gone_and_its_receipt_with_it(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let receipt = fleet.enter(&event, 1).await;
    let kept = fleet.enter(&event, 2).await;
    let me = fleet.entrant(&receipt);
    me.get("/api/participations/me/proof")
        .await
        .problem(409, "ENTRIES_NOT_FROZEN");
    me.delete("/api/participations/me").await.status(204);
    me.get("/api/participations/me")
        .await
        .problem(401, "UNAUTHORIZED");
    me.delete("/api/participations/me")
        .await
        .problem(401, "UNAUTHORIZED");
    assert_eq!(fleet.count("select count(*) from participants").await, 1);
    assert_eq!(
        fleet
            .count("select count(*) from erasures where reason = 'WITHDRAWN'")
            .await,
        1
    );
    // Who changes their mind may come back.
    fleet.enter(&event, 1).await;

    fleet.pass_the_end();
    fleet
        .owner(&event)
        .post(&format!("/api/events/{}/draws", event.event_id), json!({}))
        .await
        .status(201);
    fleet
        .entrant(&kept)
        .delete("/api/participations/me")
        .await
        .problem(409, "ENTRIES_FROZEN");
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

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn personal_data_is_destroyed_on_its_day_and_the_draw_stays_provable(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let receipt = fleet.enter(&event, 1).await;
    fleet.pass_the_end();
    let draws = format!("/api/events/{}/draws", event.event_id);
    let drawn = fleet
        .owner(&event)
        .post(&draws, json!({}))
        .await
        .status(201);
    fleet.clock.advance(Duration::from_secs(60 * 24 * 3600));
    assert_eq!(
        ops::destroy::destroy_due(&fleet.db, fleet.clock.now())
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        ops::destroy::destroy_due(&fleet.db, fleet.clock.now())
            .await
            .unwrap(),
        0
    );
    let left = fleet
        .count(
            "select count(*) from participants
             where phone is not null or name is not null or phone_hash is not null or nonce is not null",
        )
        .await;
    assert_eq!(left, 0);
    let list = fleet
        .owner(&event)
        .get(&format!("/api/events/{}/participants", event.event_id))
        .await
        .status(200);
    assert_eq!(list["items"][0]["phoneNumber"], Value::Null);
    assert_eq!(list["items"][0]["entryNumber"], receipt["entryNumber"]);
    let bundle = format!(
        "/api/public/draws/{}/bundle",
        drawn["drawId"].as_str().unwrap()
    );
    let bundle = fleet.client().get(&bundle).await.status(200);
    janchi_draw::verify(&serde_json::from_value(bundle).unwrap()).unwrap();
}
