//! Entries that are withdrawn, and personal data that is destroyed on its day.

use crate::fleet::Fleet;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;

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
    // Whoever won is kept longer.
    fleet.clock.advance(Duration::from_secs(60 * 24 * 3600));
    assert_eq!(
        fleet.shredder.destroy_due(fleet.clock.now()).await.unwrap(),
        0
    );
    fleet.clock.advance(Duration::from_secs(120 * 24 * 3600));
    assert_eq!(
        fleet.shredder.destroy_due(fleet.clock.now()).await.unwrap(),
        1
    );
    assert_eq!(
        fleet.shredder.destroy_due(fleet.clock.now()).await.unwrap(),
        0
    );
    let left = fleet
        .count(
            "select count(*) from participants
             where sealed is not null or phone_hash is not null or phone_tail_hash is not null or request_hash is not null",
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
    // The receipt ended on the same day.
    fleet
        .entrant(&receipt)
        .get("/api/participations/me")
        .await
        .problem(401, "UNAUTHORIZED");
}
