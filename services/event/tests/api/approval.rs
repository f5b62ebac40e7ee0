use crate::fixture::{Fleet, create, id_of};
use janchi_contracts::distribution::PublishEvent;
use janchi_contracts::event::{EventEvent, EventStatus};
use serde_json::{Value, json};
use sqlx::PgPool;

async fn audited(db: &PgPool, action: &str) -> i64 {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from audit_log where action = $1"#,
        action
    )
    .fetch_one(db)
    .await
    .unwrap()
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn approval_starts_distribution(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let ready = fleet.ready(&owner).await;
    let id = id_of(&ready);
    let preflight = owner
        .get(&format!("/api/events/{id}/preflight"))
        .await
        .status(200);
    assert_eq!(preflight["blocking"], json!([]));
    let reply = owner.call(&format!("/api/events/{id}/approve")).await;
    let event = reply.status(202);
    assert_eq!(event["status"], "PUBLISHING");
    assert_eq!(event["step"], "DONE");
    assert_eq!(
        event["version"].as_i64(),
        ready["version"].as_i64().map(|v| v + 1)
    );
    assert_eq!(
        reply.header("etag"),
        Some(format!("\"{}\"", event["version"]).as_str())
    );
    let command: PublishEvent = fleet.heard.next("distribution.publish", |_| true).await;
    assert_eq!((command.run, command.event.event_id), (1, id));
    assert_eq!(command.event.version, event["version"].as_i64().unwrap());
    assert_eq!(command.event.images.len(), 9);
    let told: EventEvent = fleet.heard.next("event.approved", |_| true).await;
    assert_eq!(told.snapshot().status, EventStatus::Publishing);
    assert_eq!(audited(&db, "event.approved").await, 1);
    let steps = sqlx::query_scalar!(
        "select step || ' ' || state from saga_steps where event_id = $1",
        id
    );
    assert_eq!(
        steps.fetch_all(&db).await.unwrap(),
        [Some("DISTRIBUTE PENDING".to_owned())]
    );
    owner
        .call(&format!("/api/events/{id}/approve"))
        .await
        .problem(409, "EVENT_ALREADY_APPROVED");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn an_event_that_is_not_ready_says_what_is_missing(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let empty = id_of(&create(&owner).await);
    let problem = owner
        .call(&format!("/api/events/{empty}/approve"))
        .await
        .problem(409, "EVENT_NOT_READY");
    assert_eq!(
        problem["missing"],
        json!(["RECOMMENDATION", "CONTENT", "CHANNELS"])
    );
    let fields: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        [
            "title", "prizes", "startsAt", "endsAt", "images", "channels"
        ]
    );
    let planned = id_of(&fleet.planned(&owner).await);
    let problem = owner
        .call(&format!("/api/events/{planned}/approve"))
        .await
        .problem(409, "EVENT_NOT_READY");
    assert_eq!(problem["missing"], json!(["CONTENT"]));
    assert_eq!(
        owner
            .get(&format!("/api/events/{planned}"))
            .await
            .status(200)["status"],
        "DRAFT"
    );
    assert!(
        fleet
            .heard
            .named::<Value>("distribution.publish")
            .is_empty()
    );
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn an_event_that_is_over_cannot_be_approved(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&fleet.ready(&owner).await);
    fleet.pass_hours(24 * 30);
    owner
        .call(&format!("/api/events/{id}/approve"))
        .await
        .names_field("endsAt");
    let preflight = owner
        .get(&format!("/api/events/{id}/preflight"))
        .await
        .status(200);
    assert_eq!(preflight["blocking"][0]["code"], "IN_THE_PAST");
    assert_eq!(preflight["blocking"][0]["field"], "endsAt");
    // Korean first, English where it is preferred.
    let english = owner
        .header("accept-language", "en")
        .get(&format!("/api/events/{id}/preflight"))
        .await
        .status(200);
    assert_eq!(
        english["blocking"][0]["message"],
        "The end must be in the future."
    );
    assert_ne!(
        preflight["blocking"][0]["message"],
        english["blocking"][0]["message"]
    );
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn the_same_key_approves_once(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&fleet.ready(&owner).await);
    let keyed = owner.header("idempotency-key", "approve-once");
    let path = format!("/api/events/{id}/approve");
    let replies = futures::future::join_all((0..8).map(|_| keyed.call(&path))).await;
    for reply in &replies {
        let event = reply.status(202);
        assert_eq!(id_of(&event), id);
        assert_eq!(event["status"], "PUBLISHING");
    }
    keyed.post(&path, json!({})).await.status(202);
    fleet
        .heard
        .next::<EventEvent>("event.approved", |_| true)
        .await;
    assert_eq!(audited(&db, "event.approved").await, 1);
    let other = id_of(&fleet.ready(&owner).await);
    keyed
        .call(&format!("/api/events/{other}/approve"))
        .await
        .problem(422, "IDEMPOTENCY_KEY_REUSED");
    // Another owner's key of the same name is another key.
    let stranger = fleet.owner();
    let theirs = id_of(&fleet.ready(&stranger).await);
    stranger
        .header("idempotency-key", "approve-once")
        .call(&format!("/api/events/{theirs}/approve"))
        .await
        .status(202);
    keyed
        .header("idempotency-key", &"k".repeat(256))
        .call(&path)
        .await
        .problem(400, "IDEMPOTENCY_KEY_INVALID");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_refused_approval_does_not_use_up_its_key(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let keyed = owner.header("idempotency-key", "later");
    let id = id_of(&fleet.planned(&owner).await);
    let path = format!("/api/events/{id}/approve");
    keyed.call(&path).await.problem(409, "EVENT_NOT_READY");
    fleet.set(|peers| peers.images = Some(crate::fixture::nine_images()));
    owner
        .post("/api/content/images", json!({"eventId": id}))
        .await
        .status(202);
    keyed.call(&path).await.status(202);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn without_a_key_one_of_many_approvals_counts(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&fleet.ready(&owner).await);
    let path = format!("/api/events/{id}/approve");
    let replies = futures::future::join_all((0..8).map(|_| owner.call(&path))).await;
    assert_eq!(replies.iter().filter(|r| r.status == 202).count(), 1);
    assert_eq!(replies.iter().filter(|r| r.status == 409).count(), 7);
    assert_eq!(audited(&db, "event.approved").await, 1);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn after_approval_the_rules_are_fixed(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner().header("if-match", "*");
    let id = fleet.ongoing(&owner).await;
    let path = format!("/api/events/{id}");
    for body in [
        json!({"prizes": [{"name": "차", "quantity": 1, "unitCost": 1}]}),
        json!({"winnerCount": 1}),
        json!({"visitBonus": {"enabled": false}}),
        json!({"budget": 1}),
        json!({"startsAt": fleet.in_hours(1).to_rfc3339()}),
        json!({"endsAt": fleet.in_hours(2).to_rfc3339()}),
        json!({"title": null}),
    ] {
        owner.patch(&path, body).await.problem(409, "EVENT_LOCKED");
    }
    owner
        .put(
            &format!("{path}/channels"),
            json!({"channels": [{"channel": "NAVER"}]}),
        )
        .await
        .problem(409, "EVENT_LOCKED");
    let changed = owner
        .patch(&path, json!({"title": "새 제목", "description": "새 설명"}))
        .await
        .status(200);
    assert_eq!(changed["title"], "새 제목");
    let later = fleet.in_hours(500);
    let changed = owner
        .patch(&path, json!({"endsAt": later.to_rfc3339()}))
        .await
        .status(200);
    let told: EventEvent = fleet
        .heard
        .next("event.updated", |told: &EventEvent| {
            Some(told.snapshot().version) == changed["version"].as_i64()
        })
        .await;
    assert_eq!(told.snapshot().ends_at, Some(later));
    // From the first entry on, the end is fixed as well.
    fleet.enter(id, 1).await;
    fleet.await_taken_in(&db, 2).await;
    owner
        .patch(&path, json!({"endsAt": fleet.in_hours(900).to_rfc3339()}))
        .await
        .problem(409, "EVENT_LOCKED");
    owner
        .patch(&path, json!({"title": "또 새 제목"}))
        .await
        .status(200);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn an_owner_ends_an_ongoing_event_early(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let draft = id_of(&create(&owner).await);
    owner
        .call(&format!("/api/events/{draft}/end"))
        .await
        .problem(409, "EVENT_NOT_ONGOING");
    let scheduled = fleet.scheduled(&owner).await;
    owner
        .call(&format!("/api/events/{scheduled}/end"))
        .await
        .problem(409, "EVENT_NOT_ONGOING");
    let id = fleet.ongoing(&owner).await;
    let path = format!("/api/events/{id}/end");
    let before = owner.get(&format!("/api/events/{id}")).await.status(200);
    let event = owner.call(&path).await.status(200);
    assert_eq!(event["status"], "ENDED");
    assert_eq!(event["endsAt"], before["endsAt"]);
    assert!(event["closedAt"].as_str() < event["endsAt"].as_str());
    let told: EventEvent = fleet
        .heard
        .next("event.ended", |t: &EventEvent| t.snapshot().event_id == id)
        .await;
    assert!(told.snapshot().closed_at < told.snapshot().ends_at);
    owner.call(&path).await.problem(409, "EVENT_NOT_ONGOING");
    owner
        .call(&format!("/api/events/{id}/cancel"))
        .await
        .problem(409, "EVENT_NOT_CANCELLABLE");
    assert_eq!(audited(&db, "event.ended").await, 1);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn an_approved_event_can_be_cancelled(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let draft = id_of(&create(&owner).await);
    owner
        .call(&format!("/api/events/{draft}/cancel"))
        .await
        .problem(409, "EVENT_NOT_CANCELLABLE");
    let ids = [
        fleet.approved(&owner).await,
        fleet.scheduled(&owner).await,
        fleet.ongoing(&owner).await,
    ];
    for id in ids {
        let path = format!("/api/events/{id}/cancel");
        assert_eq!(owner.call(&path).await.status(200)["status"], "CANCELLED");
        fleet
            .heard
            .next::<EventEvent>("event.cancelled", |t| t.snapshot().event_id == id)
            .await;
        owner
            .call(&path)
            .await
            .problem(409, "EVENT_NOT_CANCELLABLE");
        owner
            .call(&format!("/api/events/{id}/approve"))
            .await
            .problem(409, "EVENT_CANCELLED");
    }
    // Distribution that was under way does not bring it back.
    let taken = fleet.taken_in(&db).await;
    fleet
        .finish_run(
            ids[0],
            1,
            janchi_contracts::distribution::RunStatus::Completed,
        )
        .await;
    fleet.await_taken_in(&db, taken + 1).await;
    assert_eq!(
        owner
            .get(&format!("/api/events/{}", ids[0]))
            .await
            .status(200)["status"],
        "CANCELLED"
    );
    assert_eq!(
        janchi_db::audit::verify(&mut db.acquire().await.unwrap())
            .await
            .unwrap(),
        None
    );
}
