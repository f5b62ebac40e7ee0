//! Bad input at the gateway: the status and code of the contract, in Korean, and nothing changed.

use crate::world::{Shop, World, entry, registration, text};
use janchi_testkit::Keys;
use serde_json::{Value, json};
use uuid::Uuid;

fn korean(problem: &Value) {
    let detail = text(problem, "detail");
    assert!(
        detail.chars().any(|c| ('가'..='힣').contains(&c)),
        "{detail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_by_name_and_changes_nothing() {
    let world = World::new().await;
    let shop = world.shop().await;
    let draft = shop.draft("AWARENESS").await;
    let id = text(&draft, "id").to_owned();
    tokens(&world, &shop).await;
    bodies(&world, &shop, &id).await;
    values(&shop, &id).await;
    lists(&shop).await;
    sign_up(&world).await;
    let after = shop
        .client
        .get(&format!("/api/events/{id}"))
        .await
        .status(200);
    assert_eq!(after, draft, "nothing changed");
    world.end().await;
}

async fn tokens(world: &World, shop: &Shop) {
    let stranger = world.stranger();
    korean(
        &stranger
            .get("/api/events")
            .await
            .problem(401, "UNAUTHORIZED"),
    );
    let forged = Keys::new().owner_token(Uuid::now_v7());
    for token in [
        "x",
        "a.b.c",
        &forged,
        &Keys::new().expired_owner_token(Uuid::now_v7()),
    ] {
        stranger
            .bearer(token)
            .get("/api/events")
            .await
            .problem(401, "UNAUTHORIZED");
    }
    shop.client
        .get("/api/participations/me")
        .await
        .problem(403, "FORBIDDEN");
}

async fn bodies(world: &World, shop: &Shop, id: &str) {
    let client = &shop.client;
    korean(
        &client
            .post_raw("/api/events", "application/json", "{\"objective\":")
            .await
            .problem(400, "MALFORMED_JSON"),
    );
    client
        .post_raw("/api/events", "application/json", "")
        .await
        .problem(400, "MALFORMED_JSON");
    client
        .post_raw("/api/events", "text/plain", "{}")
        .await
        .problem(415, "UNSUPPORTED_MEDIA_TYPE");
    client
        .post("/api/events", json!({"objective": "SALES", "ownerId": id}))
        .await
        .names_field("ownerId");
    client
        .post("/api/events", json!({"objective": "WORLD_PEACE"}))
        .await
        .names_field("objective");
    client
        .post("/api/events", json!({}))
        .await
        .names_field("objective");
    client
        .post("/api/events", json!({"objective": 7}))
        .await
        .names_field("objective");
    let large = format!(
        "{{\"objective\":\"SALES\",\"title\":\"{}\"}}",
        "가".repeat(400_000)
    );
    client
        .post_raw("/api/events", "application/json", large)
        .await
        .problem(413, "PAYLOAD_TOO_LARGE");
    let deep = "[".repeat(200_000);
    client
        .post_raw("/api/events", "application/json", deep)
        .await
        .problem(400, "MALFORMED_JSON");
    client
        .post(
            "/api/events",
            json!({"objective": "SALES", "title": "널\u{0}문자"}),
        )
        .await
        .names_field("title");
    let nowhere = world
        .stranger()
        .post("/api/participations", entry("NOSUCHCODE", 1))
        .await;
    assert_eq!(nowhere.status, 404, "{}", nowhere.text());
    for code in ["x", "%20", "'; drop table events;--", &"x".repeat(500)] {
        let reply = world
            .stranger()
            .get(&format!("/api/public/events/{code}"))
            .await;
        assert_eq!(reply.status, 404, "{code}: {}", reply.text());
    }
}

async fn values(shop: &Shop, id: &str) {
    let path = format!("/api/events/{id}");
    shop.client
        .patch(&path, json!({"title": "x"}))
        .await
        .problem(428, "PRECONDITION_REQUIRED");
    shop.client
        .header("if-match", "\"999\"")
        .patch(&path, json!({"title": "x"}))
        .await
        .problem(412, "PRECONDITION_FAILED");
    let client = shop.client.header("if-match", "*");
    client
        .patch(
            &path,
            json!({"startsAt": "2027-02-02T00:00:00Z", "endsAt": "2027-02-01T00:00:00Z"}),
        )
        .await
        .names_field("endsAt");
    client
        .patch(&path, json!({"endsAt": "2001-01-01T00:00:00Z"}))
        .await
        .names_field("endsAt");
    client
        .patch(&path, json!({"budget": -1}))
        .await
        .names_field("budget");
    client
        .patch(&path, json!({"winnerCount": 0}))
        .await
        .names_field("winnerCount");
    client
        .patch(&path, json!({"winnerCount": 10_001}))
        .await
        .names_field("winnerCount");
    client
        .patch(&path, json!({"status": "ONGOING"}))
        .await
        .names_field("status");
    client
        .patch(&path, json!({"endsAt": "someday"}))
        .await
        .names_field("endsAt");
    let negative = client
        .patch(
            &path,
            json!({"prizes": [{"name": "a", "quantity": 1, "unitCost": -5}]}),
        )
        .await;
    assert_eq!(negative.status, 422, "{}", negative.text());
    shop.client
        .call(&format!("{path}/approve"))
        .await
        .problem(409, "EVENT_NOT_READY");
    shop.client
        .get("/api/events/not-a-uuid")
        .await
        .problem(404, "NOT_FOUND");
    let unknown = shop
        .client
        .get(&format!("/api/events/{}", Uuid::now_v7()))
        .await;
    assert_eq!(unknown.status, 404);
    let channels = json!({"channels": [{"channel": "CARRIER_PIGEON"}]});
    let reply = shop.client.put(&format!("{path}/channels"), channels).await;
    assert_eq!(reply.status, 422, "{}", reply.text());
}

async fn lists(shop: &Shop) {
    for bad in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=9223372036854775808",
        "limit=x",
    ] {
        shop.client
            .get(&format!("/api/events?{bad}"))
            .await
            .names_field("limit");
    }
    shop.client
        .get("/api/events?cursor=garbage")
        .await
        .names_field("cursor");
    shop.client
        .get("/api/events?sort=password")
        .await
        .names_field("sort");
    shop.client
        .get("/api/events?color=red")
        .await
        .names_field("color");
    shop.client
        .get("/api/events?status=BROKEN")
        .await
        .names_field("status");
    shop.client
        .get("/api/events?q=%25_%27%3B--")
        .await
        .status(200);
}

async fn sign_up(world: &World) {
    let stranger = world.stranger();
    let with = |pointer: &str, value: Value| {
        let mut body = registration();
        *body.pointer_mut(pointer).expect("a known field") = value;
        body
    };
    for (pointer, value, field) in [
        ("/email", json!("no-mail"), "email"),
        ("/phoneNumber", json!("02-123-4567"), "phoneNumber"),
        ("/password", json!("short1!"), "password"),
        ("/password", json!("nodigits!!"), "password"),
        ("/password", json!("가".repeat(25) + "1!a"), "password"),
        ("/name", json!("x"), "name"),
        ("/store/industry", json!("SPACE"), "store.industry"),
        ("/store/region", json!("MARS"), "store.region"),
        (
            "/store/businessNumber",
            json!("123"),
            "store.businessNumber",
        ),
    ] {
        korean(
            &stranger
                .post("/api/users/register", with(pointer, value))
                .await
                .names_field(field),
        );
    }
    let login = json!({"loginId": "nobody@example.com", "password": "correct-horse-9!"});
    stranger
        .post("/api/users/login", login)
        .await
        .problem(401, "INVALID_CREDENTIALS");
}
