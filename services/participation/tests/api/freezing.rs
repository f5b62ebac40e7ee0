//! The list of entries from the end of the event on: public, and the same for ever.

use crate::fleet::{Fleet, entry, time};
use chrono::TimeDelta;
use janchi_contracts::event::{EventEvent, EventSnapshot, EventStatus, VisitBonus};
use janchi_draw::Stage;
use janchi_testkit::eventually;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;

async fn draw_id(fleet: &Fleet, event: &EventSnapshot) -> String {
    let peer = fleet
        .client()
        .bearer(&fleet.keys.peer_token("event", "participation"));
    let draw = peer
        .get(&format!("/internal/events/{}/draw", event.event_id))
        .await
        .status(200);
    draw["drawId"].as_str().unwrap().to_owned()
}

async fn bundle(fleet: &Fleet, draw_id: &str) -> Value {
    let path = format!("/api/public/draws/{draw_id}/bundle");
    fleet.client().get(&path).await.status(200)
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn the_list_is_frozen_at_closing_and_drawn_as_it_was(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let bonus = VisitBonus {
        enabled: true,
        weight: 3,
    };
    let event = fleet.open_event_with(|e| e.visit_bonus = bonus);
    let receipts = [fleet.enter(&event, 1).await, fleet.enter(&event, 2).await];
    let draw_id = draw_id(&fleet, &event).await;
    assert_eq!(bundle(&fleet, &draw_id).await["entries"], Value::Null);

    fleet.pass_the_end();
    let frozen = bundle(&fleet, &draw_id).await;
    let verdict = janchi_draw::verify(&serde_json::from_value(frozen.clone()).unwrap()).unwrap();
    assert_eq!((verdict.stage, verdict.entries), (Stage::Frozen, 2));
    assert_eq!(frozen["seed"], Value::Null);
    let shown = fleet
        .client()
        .get(&format!("/api/public/draws/{draw_id}"))
        .await
        .status(200);
    assert_eq!(
        (&shown["status"], &shown["participantCount"]),
        (&json!("FROZEN"), &json!(2))
    );

    // Nothing about it changes any more, by nobody.
    let me = fleet.entrant(&receipts[0]);
    me.delete("/api/participations/me")
        .await
        .problem(409, "ENTRIES_FROZEN");
    me.post(
        "/api/participations/me/visit",
        json!({"visitCode": "000000"}),
    )
    .await
    .problem(409, "ENTRIES_FROZEN");
    let id = receipts[0]["participantId"].as_str().unwrap();
    fleet
        .owner(&event)
        .call(&format!(
            "/api/events/{}/participants/{id}/visit",
            event.event_id
        ))
        .await
        .problem(409, "ENTRIES_FROZEN");
    let proof = me.get("/api/participations/me/proof").await.status(200);
    assert_eq!(proof["entriesRoot"], frozen["entriesRoot"]);

    fleet.clock.advance(Duration::from_secs(3600));
    let drawn = fleet
        .owner(&event)
        .call(&format!("/api/events/{}/draws", event.event_id))
        .await
        .status(201);
    assert_eq!(drawn["entriesRoot"], frozen["entriesRoot"]);
    assert_eq!(drawn["frozenAt"], frozen["frozenAt"]);
    assert!(time(&drawn["drawnAt"]) - time(&drawn["frozenAt"]) >= TimeDelta::hours(1));
    let open = bundle(&fleet, &draw_id).await;
    assert_eq!(open["entries"], frozen["entries"]);
    let verdict = janchi_draw::verify(&serde_json::from_value(open).unwrap()).unwrap();
    assert_eq!(verdict.stage, Stage::Drawn);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn whoever_hurries_after_the_end_finds_the_list_frozen(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let receipt = fleet.enter(&event, 1).await;
    fleet.pass_the_end();
    // Nobody has told of the end, and the event service does not answer: the clock decides.
    fleet.events.set_down(true);
    fleet
        .entrant(&receipt)
        .delete("/api/participations/me")
        .await
        .problem(409, "ENTRIES_FROZEN");
    assert_eq!(
        fleet
            .count("select count(*) from draws where frozen_at is not null and drawn_at is null")
            .await,
        1
    );
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn news_of_the_end_freezes_the_list_and_an_empty_one_is_none(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let (entered, empty) = (fleet.open_event(), fleet.open_event());
    fleet.enter(&entered, 1).await;
    fleet.tell(EventEvent::Opened(empty.clone())).await;
    for event in [&entered, &empty] {
        let ended = fleet.events.change(event.event_id, |e| {
            e.status = EventStatus::Ended;
            e.closed_at = Some(fleet.clock.now());
        });
        fleet.tell(EventEvent::Ended(ended)).await;
    }
    eventually(Duration::from_secs(10), || async {
        (fleet
            .count("select count(*) from event_rules where status = 'ENDED'")
            .await
            == 2)
            .then_some(())
    })
    .await;
    let frozen = fleet
        .count("select count(*) from draws where frozen_at is not null and entry_count = 1")
        .await;
    assert_eq!(frozen, 1);
    let draw = draw_id(&fleet, &empty).await;
    assert_eq!(bundle(&fleet, &draw).await["entriesRoot"], Value::Null);
    fleet
        .client()
        .post("/api/participations", entry(&entered, 2))
        .await
        .problem(409, "EVENT_NOT_OPEN");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_single_entry_wins_and_proves_itself(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let receipt = fleet.enter(&event, 1).await;
    fleet.pass_the_end();
    let drawn = fleet
        .owner(&event)
        .call(&format!("/api/events/{}/draws", event.event_id))
        .await
        .status(201);
    assert_eq!(drawn["winners"].as_array().unwrap().len(), 1);
    assert_eq!(drawn["alternates"], json!([]));
    let proof = fleet
        .entrant(&receipt)
        .get("/api/participations/me/proof")
        .await
        .status(200);
    assert_eq!(
        (&proof["index"], &proof["count"], &proof["path"]),
        (&json!(0), &json!(1), &json!([]))
    );
}
