use crate::fixture::{Fleet, id_of};
use chrono::{DateTime, TimeDelta, Utc};
use janchi_contracts::participation::{DrawPublic, KeptFor, ParticipationEvent};
use janchi_testkit::{Client, eventually};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

async fn page_of(owner: &Client, id: Uuid) -> String {
    let event = owner.get(&format!("/api/events/{id}")).await.status(200);
    format!("/api/public/events/{}", event["code"].as_str().unwrap())
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_join_page_shows_what_an_entrant_needs_and_nothing_of_the_owner(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.ongoing(&owner).await;
    let path = page_of(&owner, id).await;
    let anybody = fleet.running.client();
    let reply = anybody.get(&path).await;
    let page = reply.status(200);
    assert_eq!(page["title"], "겨울 손님 잔치");
    assert_eq!(page["status"], "ONGOING");
    assert_eq!(page["store"]["name"], "봄날 카페");
    assert_eq!(
        page["prizes"],
        json!([{"name": "핫초코", "quantity": 20, "value": 4000}])
    );
    assert_eq!(page["winnerCount"], 20);
    assert_eq!(page["visitBonus"], json!({"enabled": true, "weight": 3}));
    assert!(
        page["howWinnersAreDrawn"]
            .as_str()
            .unwrap()
            .contains("20명")
    );
    assert_eq!(page["odds"]["probability"], 1.0);
    assert_eq!(page["draw"], Value::Null);
    assert_eq!(page["images"].as_array().unwrap().len(), 9);
    assert!(page["notices"].as_array().unwrap().len() >= 3);
    for private in [
        "id",
        "ownerId",
        "storeId",
        "budget",
        "forecast",
        "recommendation",
        "channels",
        "version",
    ] {
        assert_eq!(page.get(private), None, "{private}");
    }
    assert!(!reply.text().contains("unitCost"));
    assert!(reply.header("cache-control").unwrap().starts_with("public"));
    let tag = reply.header("etag").unwrap();
    assert!(tag.starts_with('"'));
    assert_eq!(
        anybody.header("if-none-match", tag).get(&path).await.status,
        304
    );
    assert_eq!(
        anybody
            .header("if-none-match", "\"other\"")
            .get(&path)
            .await
            .status,
        200
    );
    // A code is typed from a poster.
    assert_eq!(anybody.get(&path.to_lowercase()).await.status(200), page);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn what_is_not_published_is_not_there(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let draft = id_of(&fleet.ready(&owner).await);
    let anybody = fleet.running.client();
    let path = page_of(&owner, draft).await;
    anybody.get(&path).await.problem(404, "NOT_FOUND");
    owner.get(&path).await.problem(404, "NOT_FOUND");
    owner
        .call(&format!("/api/events/{draft}/approve"))
        .await
        .status(202);
    anybody.get(&path).await.problem(404, "NOT_FOUND");
    for code in [
        "BCDF2345",
        "x",
        "0",
        "..%2f..%2fetc",
        "%00",
        "잔치",
        &"B".repeat(3000),
    ] {
        anybody
            .get(&format!("/api/public/events/{code}"))
            .await
            .problem(404, "NOT_FOUND");
    }
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_cancelled_event_says_so(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.scheduled(&owner).await;
    let path = page_of(&owner, id).await;
    owner
        .call(&format!("/api/events/{id}/cancel"))
        .await
        .status(200);
    assert_eq!(
        fleet.running.client().get(&path).await.status(200)["status"],
        "CANCELLED"
    );
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn odds_follow_the_entries(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.ongoing(&owner).await;
    let path = page_of(&owner, id).await;
    let anybody = fleet.running.client();
    let before = anybody.get(&path).await;
    fleet.enter(id, 39).await;
    let page = eventually(Duration::from_secs(20), || async {
        let page = anybody.get(&path).await.status(200);
        (page["participantCount"] == 39).then_some(page)
    })
    .await;
    assert_eq!(page["odds"]["probability"], 0.5);
    assert!(page["odds"]["text"].as_str().unwrap().contains("39명"));
    assert_ne!(
        anybody.get(&path).await.header("etag"),
        before.header("etag")
    );
    let gone = ParticipationEvent::Withdrawn {
        event_id: id,
        entry: serde_json::from_value(json!({
            "participantId": Uuid::now_v7(), "channel": null, "visited": false, "enteredAt": fleet.clock.now()
        }))
        .unwrap(),
        at: fleet.clock.now(),
    };
    janchi_testkit::send_event(&fleet.namespace, &gone).await;
    eventually(Duration::from_secs(20), || async {
        (anybody.get(&path).await.status(200)["participantCount"] == 38).then_some(())
    })
    .await;
}

fn draw(at: chrono::DateTime<chrono::Utc>) -> DrawPublic {
    DrawPublic {
        draw_id: Uuid::now_v7(),
        commitment: "ab".repeat(32),
        rules_hash: "cd".repeat(32),
        committed_at: at,
        drawn_at: None,
        kept: Some(KeptFor {
            entrants_days: 60,
            winners_days: 180,
        }),
    }
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_commitment_comes_by_message(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.ongoing(&owner).await;
    let path = page_of(&owner, id).await;
    let draw = draw(fleet.clock.now());
    let opened = ParticipationEvent::Opened {
        event_id: id,
        owner_id: Uuid::now_v7(),
        draw: draw.clone(),
    };
    janchi_testkit::send_event(&fleet.namespace, &opened).await;
    let anybody = fleet.running.client();
    let page = eventually(Duration::from_secs(20), || async {
        let page = anybody.get(&path).await.status(200);
        page["draw"].is_object().then_some(page)
    })
    .await;
    assert_eq!(page["draw"]["drawId"], json!(draw.draw_id));
    assert_eq!(page["draw"]["commitment"], draw.commitment);
    let ends: DateTime<Utc> = serde_json::from_value(page["endsAt"].clone()).unwrap();
    let kept = &page["retention"];
    assert_eq!(kept["entrantsDays"], 60);
    assert_eq!(kept["entrantsUntil"], json!(ends + TimeDelta::days(60)));
    assert_eq!(kept["winnersUntil"], json!(ends + TimeDelta::days(180)));
    let at = fleet.clock.now();
    let told = ParticipationEvent::Drawn {
        event_id: id,
        draw_id: draw.draw_id,
        participants: 3,
        winners: 3,
        at,
    };
    janchi_testkit::send_event(&fleet.namespace, &told).await;
    eventually(Duration::from_secs(20), || async {
        anybody.get(&path).await.status(200)["draw"]["drawnAt"]
            .is_string()
            .then_some(())
    })
    .await;
    // A late copy of the opening does not undo the draw.
    let taken = fleet.taken_in(&db).await;
    janchi_testkit::send_event(&fleet.namespace, &opened).await;
    fleet.await_taken_in(&db, taken + 1).await;
    let page = anybody.get(&path).await.status(200);
    assert!(page["draw"]["drawnAt"].is_string(), "{page:#}");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_commitment_that_was_not_told_yet_is_asked_for(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = fleet.ongoing(&owner).await;
    let path = page_of(&owner, id).await;
    let draw = draw(fleet.clock.now());
    fleet.set(|peers| peers.draw = serde_json::to_value(&draw).ok());
    let anybody = fleet.running.client();
    assert_eq!(
        anybody.get(&path).await.status(200)["draw"]["drawId"],
        json!(draw.draw_id)
    );
    // Kept from then on.
    fleet.set(|peers| peers.draw = None);
    assert_eq!(
        anybody.get(&path).await.status(200)["draw"]["drawId"],
        json!(draw.draw_id)
    );
}
