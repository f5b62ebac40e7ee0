use crate::fixture::{Fleet, id_of};
use serde_json::{Value, json};
use sqlx::PgPool;

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn an_event_begins_as_a_draft_of_the_owners_shop(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let reply = fleet
        .owner()
        .post(
            "/api/events",
            json!({"objective": "REVISIT", "title": " 단골 잔치 "}),
        )
        .await;
    let event = reply.status(201);
    assert_eq!(reply.header("etag"), Some("\"1\""));
    assert_eq!(
        reply.header("location"),
        Some(format!("/api/events/{}", id_of(&event)).as_str())
    );
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(event["status"], "DRAFT");
    assert_eq!(event["objective"], "REVISIT");
    assert_eq!(event["title"], "단골 잔치");
    assert_eq!(event["step"], "RECOMMENDATION");
    assert_eq!(event["version"], 1);
    assert_eq!(event["visitBonus"], json!({"enabled": false, "weight": 3}));
    assert_eq!(event["prizes"], json!([]));
    assert_eq!(event["recommendation"], Value::Null);
    assert_eq!(event["code"].as_str().unwrap().len(), 8);
    for private in ["ownerId", "storeName", "run"] {
        assert_eq!(event.get(private), None);
    }
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_bad_beginning_is_refused(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    owner
        .post("/api/events", json!({}))
        .await
        .names_field("objective");
    owner
        .post("/api/events", json!({"objective": "FAME"}))
        .await
        .names_field("objective");
    owner
        .post(
            "/api/events",
            json!({"objective": "SALES", "status": "ONGOING"}),
        )
        .await
        .names_field("status");
    owner
        .post("/api/events", json!({"objective": "SALES", "title": 7}))
        .await
        .names_field("title");
    for title in ["", "  ", "a\u{0}b", "a\u{202e}b", &"가".repeat(101)] {
        owner
            .post("/api/events", json!({"objective": "SALES", "title": title}))
            .await
            .names_field("title");
    }
    owner
        .post_raw("/api/events", "application/json", "{\"objective\":")
        .await
        .problem(400, "MALFORMED_JSON");
    owner
        .post_raw("/api/events", "text/plain", "{}")
        .await
        .problem(415, "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(owner.get("/api/events").await.status(200)["totalCount"], 0);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_shop_is_asked_for_and_remembered(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    fleet.set(|peers| peers.no_store = true);
    let ask = json!({"objective": "SALES"});
    owner
        .post("/api/events", ask.clone())
        .await
        .problem(409, "STORE_MISSING");
    fleet.set(|peers| {
        peers.no_store = false;
        peers.users_down = true;
    });
    let reply = owner.post("/api/events", ask.clone()).await;
    reply.problem(503, "UNAVAILABLE");
    assert!(reply.header("retry-after").is_some());
    fleet.set(|peers| peers.users_down = false);
    let first = owner.post("/api/events", ask.clone()).await.status(201);
    fleet.set(|peers| peers.users_down = true);
    let second = owner.post("/api/events", ask).await.status(201);
    assert_eq!(first["storeId"], second["storeId"]);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_draft_can_be_deleted_and_nothing_else(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let draft = format!("/api/events/{}", id_of(&fleet.ready(&owner).await));
    owner.delete(&draft).await.status(204);
    owner.get(&draft).await.problem(404, "NOT_FOUND");
    owner.delete(&draft).await.problem(404, "NOT_FOUND");
    let approved = format!("/api/events/{}", fleet.approved(&owner).await);
    owner
        .delete(&approved)
        .await
        .problem(409, "EVENT_NOT_DELETABLE");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_same_key_begins_one_event(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let keyed = owner.header("idempotency-key", "begin-once");
    let ask = || json!({"objective": "SALES"});
    let first = keyed.post("/api/events", ask()).await.status(201);
    let again = keyed.post("/api/events", ask()).await.status(201);
    assert_eq!(first["id"], again["id"]);
    assert_eq!(
        owner.get("/api/events").await.status(200)["totalCount"],
        json!(1)
    );
    keyed
        .post("/api/events", json!({"objective": "REVISIT"}))
        .await
        .problem(422, "IDEMPOTENCY_KEY_REUSED");
    // Somebody else's key of the same text is another key.
    let other = fleet.owner().header("idempotency-key", "begin-once");
    let other = other.post("/api/events", ask()).await.status(201);
    assert_ne!(first["id"], other["id"]);
}
