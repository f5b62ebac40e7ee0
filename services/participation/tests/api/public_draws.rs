//! What a stranger sees of a draw, and can recompute.

use crate::draws::{bundle, draws, parsed};
use crate::fleet::{Fleet, bytes};
use janchi_contracts::event::VisitBonus;
use janchi_draw::Stage;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::collections::HashSet;

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
