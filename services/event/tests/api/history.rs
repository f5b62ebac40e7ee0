use crate::fixture::{Fleet, id_of};
use serde_json::{Value, json};
use sqlx::PgPool;

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_history_tells_who_changed_what(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&fleet.ready(&owner).await);
    let path = format!("/api/events/{id}");
    owner
        .header("if-match", "*")
        .patch(&path, json!({"title": "새 제목"}))
        .await
        .status(200);
    let history = owner.get(&format!("{path}/history")).await.status(200);
    let actions: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "event.changed",
            "event.images_made",
            "event.plan_chosen",
            "event.created"
        ]
    );
    assert_eq!(history["items"][0]["changes"]["title"]["to"], "새 제목");
    assert_eq!(history["items"][0]["actor"], "OWNER");
    assert_eq!(history["items"][1]["actor"], "CONTENT");
    assert_eq!(history["totalCount"], 4);
    let first = owner
        .get(&format!("{path}/history?limit=3"))
        .await
        .status(200);
    let next = first["nextCursor"].as_str().unwrap();
    let last = owner
        .get(&format!("{path}/history?limit=3&cursor={next}"))
        .await
        .status(200);
    assert_eq!(last["items"][0]["action"], "event.created");
    assert_eq!(last["nextCursor"], Value::Null);
    owner
        .get(&format!("{path}/history?limit=0"))
        .await
        .names_field("limit");
    owner
        .get(&format!("{path}/history?page=2"))
        .await
        .names_field("page");
}
