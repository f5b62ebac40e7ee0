//! What is personal of an event ends with its key, on the day that counts from the real closing.

use crate::fleet::{Fleet, entry};
use chrono::TimeDelta;
use janchi_contracts::event::{EventEvent, EventStatus};
use janchi_testkit::eventually;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;

const DAY: u64 = 24 * 3600;

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn an_event_that_ends_early_is_destroyed_early(db: PgPool) {
    let fleet = Fleet::start(db).await;
    let event = fleet.open_event_with(|e| {
        e.ends_at = e.ends_at.map(|end| end + TimeDelta::days(100));
    });
    let receipt = fleet.enter(&event, 1).await;
    let ended = fleet.events.change(event.event_id, |e| {
        e.status = EventStatus::Ended;
        e.closed_at = Some(fleet.clock.now());
    });
    fleet.tell(EventEvent::Ended(ended)).await;
    eventually(Duration::from_secs(20), || async {
        (fleet
            .count("select count(*) from event_rules where closed_at is not null")
            .await
            == 1)
            .then_some(())
    })
    .await;
    fleet.clock.advance(Duration::from_secs(59 * DAY));
    let destroy = || fleet.shredder.destroy_due(fleet.clock.now());
    assert_eq!(destroy().await.unwrap(), 0);
    let me = fleet.entrant(&receipt);
    me.get("/api/participations/me").await.status(200);
    fleet.clock.advance(Duration::from_secs(DAY));
    // Whoever comes first, this or the service's own look every minute.
    destroy().await.unwrap();
    eventually(Duration::from_secs(20), || async {
        (fleet
            .count("select count(*) from event_rules where destroyed_at is not null")
            .await
            == 1)
            .then_some(())
    })
    .await;
    me.get("/api/participations/me")
        .await
        .problem(401, "UNAUTHORIZED");
}

/// The entry as the owner's list shows it.
fn listed<'a>(list: &'a Value, id: &Value) -> &'a Value {
    let items = list["items"].as_array().unwrap();
    items.iter().find(|i| i["participantId"] == *id).unwrap()
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn winners_are_kept_longer_under_a_key_of_their_own_and_then_destroyed(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event_with(|e| {
        // One prize is taxed.
        e.prizes[0].unit_cost = 60_000;
        e.winner_count = 2;
    });
    for n in 0..6 {
        fleet.enter(&event, n).await;
    }
    fleet.pass_the_end();
    let owner = fleet.owner(&event);
    let drawn = owner
        .post(
            &format!("/api/events/{}/draws", event.event_id),
            json!({"alternateCount": 1}),
        )
        .await
        .status(201);
    let (taxed, other) = (
        &drawn["winners"][0]["participantId"],
        &drawn["winners"][1]["participantId"],
    );
    #[expect(clippy::disallowed_methods, reason = "the test copies rows aside")]
    sqlx::query("create table backup as select * from participants")
        .execute(&fleet.db)
        .await
        .unwrap();
    let list = || async {
        owner
            .get(&format!("/api/events/{}/participants", event.event_id))
            .await
            .status(200)
    };
    let key = || fleet.text("select key_id from event_keys");
    let first_key = key().await;
    let number = listed(&list().await, taxed)["phoneNumber"].clone();

    fleet.clock.advance(Duration::from_secs(59 * DAY));
    assert_eq!(
        fleet.shredder.destroy_due(fleet.clock.now()).await.unwrap(),
        0
    );
    fleet.clock.advance(Duration::from_secs(DAY));
    assert_eq!(
        fleet.shredder.destroy_due(fleet.clock.now()).await.unwrap(),
        4
    );
    assert_eq!(
        fleet.shredder.destroy_due(fleet.clock.now()).await.unwrap(),
        0
    );
    let shown = list().await;
    let readable = |list: &Value| {
        let items = list["items"].as_array().unwrap();
        items
            .iter()
            .filter(|i| i["phoneNumber"].is_string())
            .count()
    };
    assert_eq!(readable(&shown), 2);
    assert_eq!(listed(&shown, taxed)["phoneNumber"], number);
    assert!(listed(&shown, other)["name"].is_string());
    // What a backup of before holds is sealed under a key that is gone: of winners, too.
    let second_key = key().await;
    assert_ne!(first_key, second_key);
    let same = "select count(*) from participants p join backup b on b.id = p.id
                where b.sealed = p.sealed or b.phone_hash = p.phone_hash";
    assert_eq!(fleet.count(same).await, 0);
    let erasures = format!("/api/events/{}/erasures", event.event_id);
    let certificates = owner.get(&erasures).await.status(200);
    assert_eq!(
        (
            &certificates["items"][0]["participants"],
            &certificates["items"][0]["keyId"]
        ),
        (&json!(4), &json!(first_key))
    );

    fleet.clock.advance(Duration::from_secs(120 * DAY));
    assert_eq!(
        fleet.shredder.destroy_due(fleet.clock.now()).await.unwrap(),
        1
    );
    let shown = list().await;
    assert_eq!(listed(&shown, taxed)["phoneNumber"], number);
    assert_eq!(listed(&shown, other)["phoneNumber"], Value::Null);

    fleet.clock.advance(Duration::from_secs(1647 * DAY));
    assert_eq!(
        fleet.shredder.destroy_due(fleet.clock.now()).await.unwrap(),
        1
    );
    assert_eq!(readable(&list().await), 0);
    let gone = "select count(*) from event_keys where secret is null";
    assert_eq!(fleet.count(gone).await, 1);
    let certificates = owner.get(&erasures).await.status(200);
    assert_eq!(certificates["totalCount"], 3);
    let told: i64 = certificates["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["participants"].as_i64().unwrap())
        .sum();
    assert_eq!(told, 6);
    let bundle = format!(
        "/api/public/draws/{}/bundle",
        drawn["drawId"].as_str().unwrap()
    );
    let bundle = fleet.client().get(&bundle).await.status(200);
    janchi_draw::verify(&serde_json::from_value(bundle).unwrap()).unwrap();
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_copy_from_before_opens_no_more_once_the_key_is_gone(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let other = fleet.open_event();
    fleet.enter(&event, 1).await;
    fleet.enter(&other, 1).await;
    // A backup of before, as it is made: without the keys of events.
    #[expect(clippy::disallowed_methods, reason = "the test copies rows aside")]
    sqlx::query("create table backup as select * from participants")
        .execute(&fleet.db)
        .await
        .unwrap();
    fleet.pass_the_end();
    fleet.clock.advance(Duration::from_secs(60 * DAY));
    let destroyed = fleet.shredder.destroy_due(fleet.clock.now());
    assert_eq!(destroyed.await.unwrap(), 2);
    #[expect(clippy::disallowed_methods, reason = "the test restores the copy")]
    sqlx::query(
        "update participants p set sealed = b.sealed, phone_hash = b.phone_hash from backup b where b.id = p.id",
    )
    .execute(&fleet.db)
    .await
    .unwrap();
    for event in [&event, &other] {
        let path = format!("/api/events/{}/participants", event.event_id);
        let list = fleet.owner(event).get(&path).await.status(200);
        assert_eq!(list["items"][0]["name"], Value::Null);
        assert_eq!(list["items"][0]["phoneNumber"], Value::Null);
        let reveal = format!(
            "{path}/{}/reveal",
            list["items"][0]["participantId"].as_str().unwrap()
        );
        fleet
            .owner(event)
            .post(&reveal, json!({"reason": "확인"}))
            .await
            .problem(404, "NOT_FOUND");
    }
    let certificates = fleet
        .owner(&event)
        .get(&format!("/api/events/{}/erasures", event.event_id))
        .await
        .status(200);
    let certificate = &certificates["items"][0];
    assert_eq!(
        (
            &certificates["totalCount"],
            &certificate["reason"],
            &certificate["participants"]
        ),
        (&json!(1), &json!("EXPIRED"), &json!(1))
    );
    let key_id = certificate["keyId"].as_str().unwrap();
    assert!(certificate["statement"].as_str().unwrap().contains(key_id));
    assert_eq!(
        fleet
            .count(
                "select count(*) from event_keys where secret is null and destroyed_at is not null"
            )
            .await,
        2
    );
    let (_, stranger) = fleet.keys.owner();
    fleet
        .client()
        .bearer(&stranger)
        .get(&format!("/api/events/{}/erasures", event.event_id))
        .await
        .problem(404, "NOT_FOUND");
}

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_number_is_read_one_at_a_time_with_a_reason_that_is_kept(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let receipt = fleet.enter(&event, 1).await;
    let id = receipt["participantId"].as_str().unwrap();
    let path = format!("/api/events/{}/participants/{id}/reveal", event.event_id);
    let owner = fleet.owner(&event);
    for bad in ["", "010-1234-5678 로 전화", &"가".repeat(201)] {
        owner
            .post(&path, json!({"reason": bad}))
            .await
            .names_field("reason");
    }
    let shown = owner
        .post(&path, json!({"reason": "당첨 안내 전화"}))
        .await
        .status(200);
    assert_eq!(
        (&shown["phoneNumber"], &shown["name"]),
        (&json!("010-2000-0001"), &json!("손님1"))
    );
    let kept = "select count(*) from audit_log where action = 'participant.revealed' and detail ->> 'reason' = '당첨 안내 전화'";
    assert_eq!(fleet.count(kept).await, 1);
    let (_, stranger) = fleet.keys.owner();
    fleet
        .client()
        .bearer(&stranger)
        .post(&path, json!({"reason": "궁금해서"}))
        .await
        .problem(404, "NOT_FOUND");
    // One entrant's number opens nobody else's.
    let other = fleet.open_event();
    let path = format!("/api/events/{}/participants/{id}/reveal", other.event_id);
    let _ = entry(&other, 1);
    fleet
        .owner(&other)
        .post(&path, json!({"reason": "당첨 안내"}))
        .await
        .problem(404, "NOT_FOUND");
}
