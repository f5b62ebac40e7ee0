use crate::fixture::{Fleet, create, id_of};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

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
async fn only_an_owner_with_a_good_token_is_let_in(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let id = id_of(&create(&fleet.owner()).await);
    let nobody = fleet.running.client();
    let expired = nobody.bearer(&fleet.keys.expired_owner_token(Uuid::now_v7()));
    let forged = nobody.bearer(&janchi_testkit::Keys::new().owner().1);
    let customer = nobody.bearer(&fleet.keys.receipt_token(Uuid::now_v7()));
    let peer = nobody.bearer(&fleet.keys.peer_token("ai", "event"));
    for path in [
        "/api/events".to_owned(),
        format!("/api/events/{id}"),
        format!("/api/jobs/{id}"),
    ] {
        for client in [&nobody, &expired, &forged, &peer] {
            client.get(&path).await.problem(401, "UNAUTHORIZED");
        }
        customer.get(&path).await.problem(403, "FORBIDDEN");
    }
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn somebody_elses_event_is_not_there(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (alice, bob) = (fleet.owner(), fleet.owner());
    let id = id_of(&fleet.ready(&alice).await);
    let unknown = Uuid::now_v7();
    for id in [id, unknown] {
        let at = |rest: &str| format!("/api/events/{id}{rest}");
        bob.get(&at("")).await.problem(404, "NOT_FOUND");
        // 404 goes before 428 and 412.
        bob.patch(&at(""), json!({"title": "내 것"}))
            .await
            .problem(404, "NOT_FOUND");
        bob.header("if-match", "\"99\"")
            .patch(&at(""), json!({}))
            .await
            .problem(404, "NOT_FOUND");
        bob.delete(&at("")).await.problem(404, "NOT_FOUND");
        bob.get(&at("/preflight")).await.problem(404, "NOT_FOUND");
        bob.get(&at("/history")).await.problem(404, "NOT_FOUND");
        for action in ["/approve", "/end", "/cancel"] {
            bob.call(&at(action)).await.problem(404, "NOT_FOUND");
        }
        let plan = json!({"jobId": unknown, "planId": unknown});
        bob.put(&at("/recommendation"), plan)
            .await
            .problem(404, "NOT_FOUND");
        bob.put(&at("/images"), json!({"imageIds": [unknown]}))
            .await
            .problem(404, "NOT_FOUND");
        bob.put(
            &at("/channels"),
            json!({"channels": [{"channel": "NAVER"}]}),
        )
        .await
        .problem(404, "NOT_FOUND");
        bob.post("/api/ai/recommendations", json!({"eventId": id}))
            .await
            .problem(404, "NOT_FOUND");
        bob.post("/api/content/images", json!({"eventId": id}))
            .await
            .problem(404, "NOT_FOUND");
    }
    alice
        .get("/api/events/not-an-id")
        .await
        .problem(404, "NOT_FOUND");
    assert_eq!(
        alice.get(&format!("/api/events/{id}")).await.status(200)["status"],
        "DRAFT"
    );
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
async fn a_change_names_the_version_it_saw(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let path = format!("/api/events/{}", id_of(&create(&owner).await));
    let title = json!({"title": "첫 잔치"});
    owner
        .patch(&path, title.clone())
        .await
        .problem(428, "PRECONDITION_REQUIRED");
    owner
        .header("if-match", "\"7\"")
        .patch(&path, title.clone())
        .await
        .problem(412, "PRECONDITION_FAILED");
    owner
        .header("if-match", "W/\"1\"")
        .patch(&path, title.clone())
        .await
        .problem(412, "PRECONDITION_FAILED");
    let reply = owner
        .header("if-match", "\"1\"")
        .patch(&path, title.clone())
        .await;
    assert_eq!(reply.status(200)["version"], 2);
    assert_eq!(reply.header("etag"), Some("\"2\""));
    owner
        .header("if-match", "\"1\"")
        .patch(&path, title.clone())
        .await
        .problem(412, "PRECONDITION_FAILED");
    // Saying what already is changes nothing.
    assert_eq!(
        owner
            .header("if-match", "*")
            .patch(&path, title)
            .await
            .status(200)["version"],
        2
    );
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn of_two_changes_of_one_version_one_wins(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let path = format!("/api/events/{}", id_of(&create(&owner).await));
    let saw_one = owner.header("if-match", "\"1\"");
    let replies = futures::future::join_all((0..8).map(|n| {
        let (client, path) = (saw_one.clone(), path.clone());
        async move {
            client
                .patch(&path, json!({"title": format!("잔치 {n}")}))
                .await
                .status
        }
    }))
    .await;
    assert_eq!(
        replies.iter().filter(|status| **status == 200).count(),
        1,
        "{replies:?}"
    );
    assert_eq!(
        replies.iter().filter(|status| **status == 412).count(),
        7,
        "{replies:?}"
    );
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_draft_is_filled_field_by_field(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner().header("if-match", "*");
    let path = format!("/api/events/{}", id_of(&create(&owner).await));
    let body = json!({
        "title": "가을 잔치", "description": "오세요.\n꼭이요.", "startsAt": fleet.in_hours(1).to_rfc3339(),
        "endsAt": fleet.in_hours(100).to_rfc3339(), "budget": 300_000,
        "prizes": [{"name": "커피", "quantity": 10, "unitCost": 4500}, {"name": "케이크", "quantity": 2, "unitCost": 30_000}],
        "visitBonus": {"enabled": true}
    });
    let event = owner.patch(&path, body).await.status(200);
    assert_eq!(event["winnerCount"], 12);
    assert_eq!(event["visitBonus"], json!({"enabled": true, "weight": 3}));
    assert_eq!(event["prizes"][1]["name"], "케이크");
    assert_eq!(event["step"], "CONTENT");
    let read = owner.get(&path).await.status(200);
    assert_eq!(read, event);
    let event = owner
        .patch(&path, json!({"winnerCount": 5, "budget": null}))
        .await
        .status(200);
    assert_eq!(
        (&event["winnerCount"], &event["budget"]),
        (&json!(5), &Value::Null)
    );
    let event = owner
        .patch(&path, json!({"winnerCount": null}))
        .await
        .status(200);
    assert_eq!(event["winnerCount"], 12);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn bad_values_are_refused_and_change_nothing(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner().header("if-match", "*");
    let path = format!("/api/events/{}", id_of(&create(&owner).await));
    let prize = |name: &str, quantity: i64, cost: i64| json!({"name": name, "quantity": quantity, "unitCost": cost});
    let now = fleet.clock.now();
    let hours = |n: i64| (now + chrono::Duration::hours(n)).to_rfc3339();
    for (body, field) in [
        (json!({"owner": "me"}), "owner"),
        (json!({"status": "ENDED"}), "status"),
        (json!({"version": 9}), "version"),
        (json!({"title": ""}), "title"),
        (json!({"title": 3}), "title"),
        (json!({"description": "a\u{0}b"}), "description"),
        (json!({"prizes": [prize("", 1, 1)]}), "prizes[0].name"),
        (json!({"prizes": [prize("가", 0, 1)]}), "prizes[0].quantity"),
        (
            json!({"prizes": [prize("가", 1, -1)]}),
            "prizes[0].unitCost",
        ),
        (
            json!({"prizes": [{"name": "가", "quantity": 1}]}),
            "prizes[0].unitCost",
        ),
        (json!({"prizes": vec![prize("가", 1, 1); 21]}), "prizes"),
        (json!({"winnerCount": 0}), "winnerCount"),
        (json!({"winnerCount": 10_001}), "winnerCount"),
        (json!({"winnerCount": 1.5}), "winnerCount"),
        (
            json!({"visitBonus": {"enabled": true, "weight": 0}}),
            "visitBonus.weight",
        ),
        (json!({"visitBonus": {"weight": 3}}), "visitBonus.enabled"),
        (json!({"budget": -1}), "budget"),
        (json!({"budget": "많이"}), "budget"),
        (json!({"startsAt": "내일"}), "startsAt"),
        (json!({"startsAt": "2026-12-01T00:00:00"}), "startsAt"),
        (json!({"endsAt": hours(-1)}), "endsAt"),
        (json!({"startsAt": hours(5), "endsAt": hours(5)}), "endsAt"),
        (json!({"startsAt": hours(9), "endsAt": hours(5)}), "endsAt"),
        (json!({"endsAt": "99999-01-01T00:00:00Z"}), "endsAt"),
    ] {
        owner.patch(&path, body).await.names_field(field);
    }
    assert_eq!(owner.get(&path).await.status(200)["version"], 1);
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
async fn channels_are_chosen_one_by_one(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let path = format!("/api/events/{}/channels", id_of(&create(&owner).await));
    let body = json!({"channels": [
        {"channel": "URIDONGNE_TV", "budget": 100_000, "options": {"radius": "1km"}},
        {"channel": "NAVER", "startsAt": fleet.in_hours(2).to_rfc3339(), "endsAt": fleet.in_hours(3).to_rfc3339()},
    ]});
    let event = owner.put(&path, body).await.status(200);
    assert_eq!(event["version"], 2);
    assert_eq!(event["channels"][0]["options"]["radius"], "1km");
    assert_eq!(event["channels"][1]["channel"], "NAVER");
    for (body, field) in [
        (json!({}), "channels"),
        (json!({"channels": []}), "channels"),
        (
            json!({"channels": [{"channel": "FAX"}]}),
            "channels[0].channel",
        ),
        (
            json!({"channels": [{"channel": "NAVER"}, {"channel": "NAVER"}]}),
            "channels[1].channel",
        ),
        (
            json!({"channels": [{"channel": "NAVER", "budget": -1}]}),
            "channels[0].budget",
        ),
        (
            json!({"channels": [{"channel": "NAVER", "status": "PUBLISHED"}]}),
            "channels[0].status",
        ),
        (
            json!({"channels": [{"channel": "NAVER", "options": {"a": "\u{0}"}}]}),
            "channels[0].options",
        ),
    ] {
        owner.put(&path, body).await.names_field(field);
    }
    owner
        .header("if-match", "\"1\"")
        .put(&path, json!({"channels": [{"channel": "KAKAO"}]}))
        .await
        .problem(412, "PRECONDITION_FAILED");
}

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
