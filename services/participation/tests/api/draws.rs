//! Drawing: once, by the rules of the opening.

use crate::fleet::Fleet;
use janchi_contracts::event::{EventSnapshot, EventStatus};
use janchi_contracts::participation::ParticipationEvent;
use janchi_draw::Bundle;
use janchi_testkit::Events;
use serde_json::{Value, json};
use sqlx::PgPool;

/// The path of an event's draws.
pub fn draws(event: &EventSnapshot) -> String {
    format!("/api/events/{}/draws", event.event_id)
}

/// What anybody may see of a draw.
pub async fn bundle(fleet: &Fleet, draw_id: &Value) -> Value {
    let path = format!("/api/public/draws/{}/bundle", draw_id.as_str().unwrap());
    fleet.client().get(&path).await.status(200)
}

/// A bundle as its verifier reads it.
pub fn parsed(bundle: &Value) -> Bundle {
    serde_json::from_value(bundle.clone()).unwrap()
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn nothing_is_drawn_twice_whoever_hurries(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let told = Events::listen(&fleet.namespace, &["participation.drawn"]).await;
    let event = fleet.open_event();
    for n in 0..5 {
        fleet.enter(&event, n).await;
    }
    fleet.pass_the_end();
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let (owner, path) = (fleet.owner(&event), draws(&event));
            tokio::spawn(async move { owner.post(&path, json!({})).await })
        })
        .collect();
    let mut done = 0;
    for call in calls {
        let reply = call.await.unwrap();
        if reply.status == 201 {
            done += 1
        } else {
            _ = reply.problem(409, "ALREADY_DRAWN")
        }
    }
    assert_eq!(done, 1);
    fleet
        .owner(&event)
        .post(&draws(&event), json!({}))
        .await
        .problem(409, "ALREADY_DRAWN");
    assert_eq!(fleet.count("select count(*) from winners").await, 5);
    assert_eq!(
        fleet
            .count("select count(*) from audit_log where action = 'draw.performed'")
            .await,
        1
    );
    let event_id = event.event_id;
    let drawn = told
        .next::<ParticipationEvent>(
            "participation.drawn",
            |e| matches!(e, ParticipationEvent::Drawn { event_id: id, .. } if *id == event_id),
        )
        .await;
    assert!(matches!(
        drawn,
        ParticipationEvent::Drawn {
            participants: 5,
            winners: 3,
            ..
        }
    ));
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_repeated_request_shows_the_draw_it_made(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 1).await;
    fleet.pass_the_end();
    let keyed = fleet.owner(&event).header("idempotency-key", "draw-1");
    let first = keyed
        .post(&draws(&event), json!({"alternateCount": 1}))
        .await
        .status(201);
    let again = keyed
        .post(&draws(&event), json!({"alternateCount": 1}))
        .await
        .status(201);
    assert_eq!(first, again);
    keyed
        .post(&draws(&event), json!({"alternateCount": 2}))
        .await
        .problem(422, "IDEMPOTENCY_KEY_REUSED");
    // Somebody else's key of the same name is another key.
    let other =
        fleet.open_event_with(|e| e.ends_at = Some(fleet.clock.now() + chrono::TimeDelta::days(1)));
    fleet.enter(&other, 1).await;
    fleet.pass_the_end();
    let others = fleet.owner(&other).header("idempotency-key", "draw-1");
    let drawn = others
        .post(&draws(&other), json!({"alternateCount": 1}))
        .await
        .status(201);
    assert_ne!(drawn["drawId"], first["drawId"]);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn the_rules_of_the_opening_stand(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 1).await;
    fleet.enter(&event, 2).await;
    fleet.pass_the_end();
    let owner = fleet.owner(&event);
    owner
        .post(&draws(&event), json!({"winnerCount": 2}))
        .await
        .problem(409, "RULES_FIXED");
    owner
        .post(&draws(&event), json!({"winnerCount": 0}))
        .await
        .names_field("winnerCount");
    owner
        .post(&draws(&event), json!({"alternateCount": 101}))
        .await
        .names_field("alternateCount");
    owner
        .post(&draws(&event), json!({"alternateCount": -1}))
        .await
        .names_field("alternateCount");
    owner
        .post(&draws(&event), json!({"seed": "00"}))
        .await
        .names_field("seed");
    assert_eq!(
        fleet
            .count("select count(*) from draws where drawn_at is not null")
            .await,
        0
    );
    // Fewer entries than winners: all win, the rest stays vacant.
    let drawn = owner.call(&draws(&event)).await.status(201);
    assert_eq!(drawn["winners"].as_array().unwrap().len(), 2);
    assert_eq!(drawn["alternates"], json!([]));
    let verdict = janchi_draw::verify(&parsed(&bundle(&fleet, &drawn["drawId"]).await)).unwrap();
    assert_eq!((verdict.winners, verdict.alternates), (2, 0));
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn without_entries_there_is_nothing_to_draw(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let peer = fleet
        .client()
        .bearer(&fleet.keys.peer_token("event", "participation"));
    peer.get(&format!("/internal/events/{}/draw", event.event_id))
        .await
        .status(200);
    fleet.pass_the_end();
    fleet
        .owner(&event)
        .call(&draws(&event))
        .await
        .problem(409, "NO_PARTICIPANTS");
    // The same for one nobody ever asked about.
    let unseen = fleet
        .open_event_with(|e| e.ends_at = Some(fleet.clock.now() - chrono::TimeDelta::hours(1)));
    fleet
        .owner(&unseen)
        .call(&draws(&unseen))
        .await
        .problem(409, "NO_PARTICIPANTS");
    assert_eq!(
        fleet
            .count("select count(*) from event_rules where frozen_at is not null")
            .await,
        0
    );
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn an_event_ended_by_its_owner_just_now_can_be_drawn(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 1).await;
    fleet
        .owner(&event)
        .call(&draws(&event))
        .await
        .problem(409, "EVENT_NOT_ENDED");
    // No message has come yet.
    fleet.events.change(event.event_id, |e| {
        e.status = EventStatus::Ended;
        e.closed_at = Some(fleet.clock.now());
    });
    fleet.owner(&event).call(&draws(&event)).await.status(201);
    // Where the event service does not answer, the clock decides.
    let other = fleet.open_event();
    fleet.enter(&other, 1).await;
    fleet.pass_the_end();
    fleet.events.set_down(true);
    fleet.owner(&other).call(&draws(&other)).await.status(201);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn entrants_learn_their_result_and_prize(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let mut receipts = Vec::new();
    for n in 0..8 {
        receipts.push(fleet.enter(&event, n).await);
    }
    fleet.pass_the_end();
    let drawn = fleet
        .owner(&event)
        .post(&draws(&event), json!({"alternateCount": 2}))
        .await
        .status(201);
    let mut results: Vec<(String, Value)> = Vec::new();
    for receipt in &receipts {
        let me = fleet
            .entrant(receipt)
            .get("/api/participations/me")
            .await
            .status(200);
        let rank = drawn["winners"]
            .as_array()
            .unwrap()
            .iter()
            .find(|w| w["participantId"] == me["participantId"]);
        if let Some(winner) = rank {
            assert_eq!(
                me["prize"],
                if winner["rank"] == 1 {
                    "식사권"
                } else {
                    "커피"
                }
            );
        }
        results.push((
            me["result"].as_str().unwrap().to_owned(),
            me["participantId"].clone(),
        ));
    }
    let count = |result: &str| results.iter().filter(|r| r.0 == result).count();
    assert_eq!(
        (
            count("WON"),
            count("ALTERNATE"),
            count("LOST"),
            count("PENDING")
        ),
        (3, 2, 3, 0)
    );
    let listed = format!("/api/events/{}/participants?winner=true", event.event_id);
    assert_eq!(
        fleet.owner(&event).get(&listed).await.status(200)["totalCount"],
        3
    );
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn weights_at_their_limit_are_drawn_and_hold(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event_with(|e| {
        e.visit_bonus = janchi_contracts::event::VisitBonus {
            enabled: true,
            weight: u32::MAX,
        };
    });
    let mut receipts = Vec::new();
    for n in 0..6 {
        receipts.push(fleet.enter(&event, n).await);
    }
    for receipt in &receipts[..5] {
        let id = receipt["participantId"].as_str().unwrap();
        let visit = format!("/api/events/{}/participants/{id}/visit", event.event_id);
        let marked = fleet.owner(&event).call(&visit).await.status(200);
        assert_eq!(marked["weight"], u32::MAX);
    }
    fleet.pass_the_end();
    let drawn = fleet
        .owner(&event)
        .post(&draws(&event), json!({"alternateCount": 3}))
        .await
        .status(201);
    let bundle = parsed(&bundle(&fleet, &drawn["drawId"]).await);
    janchi_draw::verify(&bundle).unwrap();
    // Five of them weigh four billion times as much as the sixth, who comes last.
    let last = drawn["alternates"].as_array().unwrap().last().unwrap();
    assert_eq!(last["participantId"], receipts[5]["participantId"]);
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_receipt_proves_nothing_about_another_event(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let (here, there) = (fleet.open_event(), fleet.open_event());
    // The same people enter both.
    let mut mine = Vec::new();
    for n in 0..5 {
        mine.push(fleet.enter(&here, n).await);
        fleet.enter(&there, n).await;
    }
    fleet.pass_the_end();
    for event in [&here, &there] {
        fleet
            .owner(event)
            .post(&draws(event), json!({}))
            .await
            .status(201);
    }
    let list = fleet.owner(&there).get(&draws(&there)).await.status(200);
    let other_root = crate::fleet::bytes(&list["items"][0]["entriesRoot"]);
    let proof = fleet
        .entrant(&mine[0])
        .get("/api/participations/me/proof")
        .await
        .status(200);
    let path: Vec<janchi_draw::Hash> = proof["path"]
        .as_array()
        .unwrap()
        .iter()
        .map(crate::fleet::bytes)
        .collect();
    let tag = crate::fleet::bytes(&proof["tag"]);
    let (index, count) = (
        proof["index"].as_u64().unwrap(),
        proof["count"].as_u64().unwrap(),
    );
    let leaf_of = |event: &EventSnapshot| janchi_draw::leaf(&event.event_id.to_string(), &tag, 1);
    let own_root = crate::fleet::bytes(&proof["entriesRoot"]);
    assert!(janchi_draw::includes(
        &leaf_of(&here),
        index,
        count,
        &path,
        &own_root
    ));
    assert!(!janchi_draw::includes(
        &leaf_of(&here),
        index,
        count,
        &path,
        &other_root
    ));
    assert!(!janchi_draw::includes(
        &leaf_of(&there),
        index,
        count,
        &path,
        &other_root
    ));
    assert!(!janchi_draw::includes(
        &leaf_of(&there),
        index,
        count,
        &path,
        &own_root
    ));
}
