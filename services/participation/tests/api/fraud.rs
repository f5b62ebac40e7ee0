//! Odd entries: taken all the same, shown with reasons, and the owner has the last word.

use crate::fleet::{Fleet, entry};
use janchi_contracts::event::EventSnapshot;
use serde_json::{Value, json};
use sqlx::PgPool;

const BROWSER: &str = "Mozilla/5.0 (Linux; Android 9; SM-G960N) KAKAOTALK 9.2.5";

async fn enter_from(fleet: &Fleet, address: &str, body: Value) -> Value {
    fleet
        .client()
        .header("x-forwarded-for", address)
        .header("user-agent", BROWSER)
        .post("/api/participations", body)
        .await
        .status(201)
}

async fn listed(fleet: &Fleet, event: &EventSnapshot, query: &str) -> Vec<Value> {
    let path = format!("/api/events/{}/participants{query}", event.event_id);
    let list = fleet.owner(event).get(&path).await.status(200);
    list["items"].as_array().unwrap().clone()
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_field_that_people_do_not_see_gives_a_program_away(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    enter_from(&fleet, "203.0.113.1", entry(&event, 1)).await;
    let mut filled = entry(&event, 500);
    filled["homepage"] = json!("http://example.com");
    // The program is answered like anybody, and learns nothing.
    let receipt = enter_from(&fleet, "203.0.113.2", filled).await;
    assert_eq!(receipt["weight"], 1);

    let odd = listed(&fleet, &event, "?suspicious=true").await;
    assert_eq!(odd.len(), 1);
    assert_eq!(odd[0]["participantId"], receipt["participantId"]);
    assert_eq!(odd[0]["fraudReasons"][0]["code"], "HONEYPOT");
    assert!(odd[0]["fraudScore"].as_u64().unwrap() >= 50);
    let rest = listed(&fleet, &event, "?suspicious=false").await;
    assert_eq!(
        (rest.len(), &rest[0]["fraudScore"], &rest[0]["suspicious"]),
        (1, &json!(0), &json!(false))
    );
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_shops_own_wifi_is_never_a_reason_to_refuse(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    for n in 0..30 {
        // People type: twenty seconds apart.
        fleet.clock.advance(std::time::Duration::from_secs(20));
        enter_from(&fleet, "198.51.100.7", entry(&event, n * 997)).await;
    }
    assert_eq!(fleet.count("select count(*) from participants").await, 30);
    assert!(listed(&fleet, &event, "?suspicious=true").await.is_empty());
    let latest = &listed(&fleet, &event, "").await[0];
    assert_eq!(latest["fraudReasons"][0]["code"], "MANY_FROM_ADDRESS");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn the_owner_reads_the_reasons_and_overrules_them(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    for n in 0..8 {
        enter_from(&fleet, "192.0.2.9", entry(&event, n)).await;
    }
    let odd = listed(&fleet, &event, "?suspicious=true").await;
    let codes: Vec<&str> = odd[0]["fraudReasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["RAPID", "SEQUENTIAL_NUMBERS"]);
    let id = odd[0]["participantId"].as_str().unwrap();
    let review = format!("/api/events/{}/participants/{id}/review", event.event_id);
    let word = json!({"verdict": "GENUINE", "reason": "단골 가족이에요"});
    fleet
        .owner(&event)
        .put(&review, word.clone())
        .await
        .status(200);
    let left = listed(&fleet, &event, "?suspicious=true").await;
    assert_eq!(left.len(), odd.len() - 1);
    let all = listed(&fleet, &event, "").await;
    let reviewed = all.iter().find(|p| p["participantId"] == id).unwrap();
    assert_eq!(reviewed["review"]["verdict"], "GENUINE");
    assert_eq!(reviewed["suspicious"], false);
    assert!(
        reviewed["fraudScore"].as_u64().unwrap() >= 50,
        "the score stays what it was"
    );
    assert_eq!(
        fleet
            .count("select count(*) from audit_log where action = 'participant.reviewed'")
            .await,
        1
    );
    // Not everybody's business.
    let (_, stranger) = fleet.keys.owner();
    let stranger = fleet.client().bearer(&stranger);
    stranger.put(&review, word).await.problem(404, "NOT_FOUND");
    fleet
        .owner(&event)
        .put(&review, json!({"verdict": "MAYBE", "reason": "x"}))
        .await
        .names_field("verdict");
    fleet
        .owner(&event)
        .put(&review, json!({"verdict": "GENUINE", "reason": ""}))
        .await
        .names_field("reason");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn no_address_is_stored_or_told(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    enter_from(&fleet, "203.0.113.77", entry(&event, 1)).await;
    for sql in [
        "select count(*) from participants p where row_to_json(p)::text like '%203.0.113%'",
        "select count(*) from outbox where encode(payload, 'escape') like '%203.0.113%'",
        "select count(*) from audit_log a where row_to_json(a)::text like '%203.0.113%'",
    ] {
        assert_eq!(fleet.count(sql).await, 0, "{sql}");
    }
}
