use crate::fleet::{Fleet, bytes};
use janchi_contracts::event::{EventSnapshot, EventStatus, VisitBonus};
use janchi_contracts::participation::ParticipationEvent;
use janchi_draw::{Bundle, Stage};
use janchi_testkit::Events;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::collections::HashSet;

fn draws(event: &EventSnapshot) -> String {
    format!("/api/events/{}/draws", event.event_id)
}

async fn bundle(fleet: &Fleet, draw_id: &Value) -> Value {
    let path = format!("/api/public/draws/{}/bundle", draw_id.as_str().unwrap());
    fleet.client().get(&path).await.status(200)
}

fn parsed(bundle: &Value) -> Bundle {
    serde_json::from_value(bundle.clone()).unwrap()
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_stranger_can_recompute_a_draw_in_both_modes(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    for enabled in [false, true] {
        let event = fleet.open_event_with(|e| e.visit_bonus = VisitBonus { enabled, weight: 4 });
        let mut receipts = Vec::new();
        for n in 0..12 {
            receipts.push(fleet.enter(&event, n).await);
        }
        for receipt in &receipts[..5] {
            let id = receipt["participantId"].as_str().unwrap();
            let visit = format!("/api/events/{}/participants/{id}/visit", event.event_id);
            fleet.owner(&event).call(&visit).await.status(200);
        }
        let listed = fleet.owner(&event).get(&draws(&event)).await.status(200);
        let draw_id = listed["items"][0]["drawId"].clone();
        let early = bundle(&fleet, &draw_id).await;
        for unknown in [
            "seed",
            "winners",
            "alternates",
            "entries",
            "entriesRoot",
            "frozenAt",
            "drawnAt",
        ] {
            assert_eq!(early[unknown], Value::Null, "{unknown}");
        }
        assert_eq!(
            janchi_draw::verify(&parsed(&early)).unwrap().stage,
            Stage::Committed
        );
        fleet
            .owner(&event)
            .post(&draws(&event), json!({}))
            .await
            .problem(409, "EVENT_NOT_ENDED");

        fleet.pass_the_end();
        let drawn = fleet
            .owner(&event)
            .post(&draws(&event), json!({"winnerCount": 3}))
            .await
            .status(201);
        assert_eq!(drawn["drawId"], draw_id);
        assert_eq!(drawn["commitment"], receipts[0]["commitment"]);
        assert_eq!(drawn["participantCount"], 12);
        assert_eq!(drawn["winners"].as_array().unwrap().len(), 3);
        assert_eq!(drawn["alternates"].as_array().unwrap().len(), 3);
        assert!(
            drawn["winners"][0]["phoneNumber"]
                .as_str()
                .unwrap()
                .starts_with("010-****-")
        );

        let open = bundle(&fleet, &draw_id).await;
        let verdict = janchi_draw::verify(&parsed(&open)).unwrap();
        assert_eq!(
            (verdict.stage, verdict.entries, verdict.without_beacon),
            (Stage::Drawn, 12, true)
        );
        assert_eq!(open["mode"], if enabled { "WEIGHTED" } else { "UNIFORM" });
        let heavy = open["entries"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|e| e["weight"] == 4)
            .count();
        assert_eq!(heavy, if enabled { 5 } else { 0 });
        assert_eq!(open["commitment"], early["commitment"]);
        assert_eq!(open["rulesHash"], early["rulesHash"]);
        let text = open.to_string();
        assert!(
            !text.contains("손님") && !text.contains("010-"),
            "the bundle is public"
        );
        let tags: Vec<&Value> = drawn["winners"]
            .as_array()
            .unwrap()
            .iter()
            .map(|w| &w["tag"])
            .collect();
        let published: Vec<&Value> = open["winners"]
            .as_array()
            .unwrap()
            .iter()
            .map(|w| &w["tag"])
            .collect();
        assert_eq!(tags, published);
        prove_every_receipt(&fleet, &receipts, &open).await;
    }
}

async fn prove_every_receipt(fleet: &Fleet, receipts: &[Value], bundle: &Value) {
    for receipt in receipts {
        let proof = fleet
            .entrant(receipt)
            .get("/api/participations/me/proof")
            .await
            .status(200);
        assert_eq!(proof["entriesRoot"], bundle["entriesRoot"]);
        assert_eq!(proof["tag"], receipt["tag"]);
        assert_eq!(proof["nonce"], receipt["nonce"]);
        let weight = u32::try_from(proof["weight"].as_u64().unwrap()).unwrap();
        let leaf = janchi_draw::leaf(
            proof["eventId"].as_str().unwrap(),
            &bytes(&proof["tag"]),
            weight,
        );
        let path: Vec<[u8; 32]> = proof["path"]
            .as_array()
            .unwrap()
            .iter()
            .map(bytes)
            .collect();
        let (index, count) = (
            proof["index"].as_u64().unwrap(),
            proof["count"].as_u64().unwrap(),
        );
        assert!(janchi_draw::includes(
            &leaf,
            index,
            count,
            &path,
            &bytes(&proof["entriesRoot"])
        ));
        let at = usize::try_from(index).unwrap();
        assert_eq!(bundle["entries"][at]["tag"], receipt["tag"]);
    }
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
            .count("select count(*) from draws where frozen_at is not null")
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
async fn a_forfeit_moves_the_next_alternate_up_and_stays_visible(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let mut receipts = Vec::new();
    for n in 0..10 {
        receipts.push(fleet.enter(&event, n).await);
    }
    fleet.pass_the_end();
    let owner = fleet.owner(&event);
    let drawn = owner
        .post(&draws(&event), json!({"alternateCount": 2}))
        .await
        .status(201);
    let step = |id: &Value, step: &str| {
        format!(
            "/api/events/{}/winners/{}/{step}",
            event.event_id,
            id.as_str().unwrap()
        )
    };
    let winner = |i: usize| drawn["winners"][i]["participantId"].clone();
    let alternate = |i: usize| drawn["alternates"][i]["participantId"].clone();

    assert_eq!(
        owner.call(&step(&winner(1), "contacted")).await.status(200)["state"],
        "CONTACTED"
    );
    assert_eq!(
        owner.call(&step(&winner(1), "claimed")).await.status(200)["state"],
        "CLAIMED"
    );
    assert_eq!(
        owner.call(&step(&winner(1), "claimed")).await.status(200)["state"],
        "CLAIMED"
    );
    let why = json!({"reason": "연락이 닿지 않음"});
    owner
        .post(&step(&winner(1), "forfeit"), why.clone())
        .await
        .problem(409, "ALREADY_CLAIMED");
    owner
        .post(&step(&alternate(0), "forfeit"), why.clone())
        .await
        .problem(404, "NOT_FOUND");
    owner
        .call(&step(&alternate(0), "contacted"))
        .await
        .problem(404, "NOT_FOUND");

    owner
        .post(&step(&winner(0), "forfeit"), json!({}))
        .await
        .names_field("reason");
    owner
        .post(&step(&winner(0), "forfeit"), json!({"reason": "  "}))
        .await
        .names_field("reason");
    owner
        .post(
            &step(&winner(0), "forfeit"),
            json!({"reason": "010-1234-5678 부재"}),
        )
        .await
        .names_field("reason");
    let done = owner
        .post(&step(&winner(0), "forfeit"), why.clone())
        .await
        .status(200);
    assert_eq!(done["state"], "FORFEITED");
    assert_eq!(done["promoted"]["participantId"], alternate(0));
    assert_eq!(done["promoted"]["rank"], 1);
    assert_eq!(done["promoted"]["prize"], "식사권");
    let again = owner
        .post(&step(&winner(0), "forfeit"), why.clone())
        .await
        .status(200);
    assert_eq!(again["promoted"], Value::Null, "a second time moves nobody");
    owner
        .call(&step(&winner(0), "claimed"))
        .await
        .problem(409, "ALREADY_FORFEITED");

    // The one who moved up gives up too: the next one takes the same place.
    let next = owner
        .post(&step(&alternate(0), "forfeit"), why.clone())
        .await
        .status(200);
    assert_eq!(next["promoted"]["participantId"], alternate(1));
    assert_eq!(next["promoted"]["rank"], 1);
    let last = owner
        .post(&step(&alternate(1), "forfeit"), why)
        .await
        .status(200);
    assert_eq!(last["promoted"], Value::Null, "nobody is left");

    let list = owner
        .get(&format!("/api/events/{}/winners", event.event_id))
        .await
        .status(200);
    assert_eq!(list["totalCount"], 5);
    let states: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["state"].as_str().unwrap())
        .collect();
    assert_eq!(states.iter().filter(|s| **s == "FORFEITED").count(), 3);
    assert_eq!(list["items"][0]["reason"], "연락이 닿지 않음");
    assert_eq!(list["alternates"], json!([]));
    let page = owner
        .get(&format!("/api/events/{}/winners?limit=2", event.event_id))
        .await
        .status(200);
    let rest = page["nextCursor"].as_str().unwrap();
    let rest = owner
        .get(&format!(
            "/api/events/{}/winners?limit=10&cursor={rest}",
            event.event_id
        ))
        .await
        .status(200);
    let ids = |v: &Value| {
        v["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|w| w["participantId"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!([ids(&page), ids(&rest)].concat(), ids(&list));

    let open = bundle(&fleet, &drawn["drawId"]).await;
    assert_eq!(open["forfeits"].as_array().unwrap().len(), 3);
    assert_eq!(
        open["winners"].as_array().unwrap().len(),
        3,
        "nothing is overwritten"
    );
    janchi_draw::verify(&parsed(&open)).unwrap();
    let gave_up = receipts
        .iter()
        .find(|r| r["participantId"] == winner(0))
        .unwrap();
    assert_eq!(
        fleet
            .entrant(gave_up)
            .get("/api/participations/me")
            .await
            .status(200)["result"],
        "LOST"
    );
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_public_draw_is_asked_about_cheaply(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    fleet.enter(&event, 1).await;
    let draw_id =
        fleet.owner(&event).get(&draws(&event)).await.status(200)["items"][0]["drawId"].clone();
    let path = format!("/api/public/draws/{}", draw_id.as_str().unwrap());
    let reply = fleet.client().get(&path).await;
    let shown = reply.status(200);
    assert_eq!(shown["status"], "COMMITTED");
    assert_eq!(shown["seed"], Value::Null);
    assert_eq!(shown["eventCode"], event.code);
    let etag = reply.header("etag").unwrap();
    assert_eq!(
        fleet
            .client()
            .header("if-none-match", etag)
            .get(&path)
            .await
            .status,
        304
    );
    fleet.pass_the_end();
    fleet.owner(&event).call(&draws(&event)).await.status(201);
    let reply = fleet
        .client()
        .header("if-none-match", etag)
        .get(&path)
        .await;
    assert_eq!(reply.status(200)["status"], "DRAWN");
    for bad in ["0", "nope", "0190c2f0-0000-7000-8000-000000000000"] {
        fleet
            .client()
            .get(&format!("/api/public/draws/{bad}"))
            .await
            .problem(404, "NOT_FOUND");
        fleet
            .client()
            .get(&format!("/api/public/draws/{bad}/bundle"))
            .await
            .problem(404, "NOT_FOUND");
    }
    let tags: HashSet<String> = shown
        .to_string()
        .split('"')
        .filter(|s| s.len() == 64)
        .map(str::to_owned)
        .collect();
    assert_eq!(
        tags.len(),
        2,
        "before the draw only commitment and rules hash are there"
    );
}
