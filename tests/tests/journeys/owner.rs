//! The main path: from sign-up to the dashboard.

use crate::world::{ALL_CHANNELS, PATIENCE, World, entry, registration, text};
use janchi_testkit::{Client, eventually};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_comes_from_sign_up_to_the_dashboard() {
    let world = World::new().await;
    let registration = registration();
    let stranger = world.stranger();

    // Business check, registration, login.
    let number = registration["store"]["businessNumber"].clone();
    let checked = stranger
        .post(
            "/api/users/business-numbers/verify",
            json!({"businessNumber": number}),
        )
        .await;
    assert_eq!(checked.status(200)["status"], "VERIFIED");
    let registered = stranger
        .post("/api/users/register", registration.clone())
        .await
        .status(201);
    assert_eq!(registered["store"]["verification"], "VERIFIED");
    assert!(
        !registered.to_string().contains(number.as_str().unwrap()),
        "the business number is masked"
    );
    let login = json!({"loginId": registration["email"], "password": registration["password"]});
    let tokens = stranger.post("/api/users/login", login).await.status(200)["tokens"].clone();
    let shop = crate::world::Shop {
        client: stranger.bearer(text(&tokens, "accessToken")),
        registration,
        answer: registered,
    };

    // Plans: three tiers in rising cost, with a stated basis.
    let draft = shop.draft("NEW_CUSTOMERS").await;
    assert_eq!(draft["status"], "DRAFT");
    let id = text(&draft, "id").to_owned();
    let (job, advice) = shop.plans(&id).await;
    let plans = advice["plans"].as_array().unwrap();
    let costs: Vec<i64> = plans
        .iter()
        .map(|plan| plan["forecast"]["cost"].as_i64().unwrap())
        .collect();
    assert_eq!(plans.len(), 3);
    assert!(costs.is_sorted_by(|a, b| a < b), "{costs:?}");
    let tiers: Vec<&str> = plans.iter().map(|plan| text(plan, "tier")).collect();
    assert_eq!(tiers, ["LOW_COST", "MID_COST", "HIGH_COST"]);
    assert!(
        plans
            .iter()
            .all(|plan| !text(&plan["forecast"], "basis").is_empty())
    );
    let chosen = json!({"jobId": job, "planId": plans[1]["planId"]});
    let event = shop
        .client
        .put(&format!("/api/events/{id}/recommendation"), chosen)
        .await
        .status(200);
    assert_eq!(event["title"], plans[1]["title"]);
    assert!(event["startsAt"].is_string() && event["endsAt"].is_string());

    // Nine pictures, all different, all to be had.
    let asked = shop
        .client
        .post("/api/content/images", json!({"eventId": id}))
        .await
        .status(202);
    let pictures = shop.job(&asked).await;
    let pictures = pictures["images"].as_array().unwrap().clone();
    assert_eq!(pictures.len(), 9);
    assert_eq!(
        pictures
            .iter()
            .map(|p| text(p, "url"))
            .collect::<HashSet<_>>()
            .len(),
        9
    );
    for picture in &pictures {
        let (width, height) = picture_size(&world, text(picture, "url")).await;
        assert_eq!(
            (json!(width), json!(height)),
            (picture["width"].clone(), picture["height"].clone())
        );
    }

    // Editing one makes a new one; the old stays.
    let edit = json!({"titleText": "첫눈 오는 날, 커피 한 잔", "accentColor": "#C0392B"});
    let path = format!(
        "/api/content/images/{}/edits",
        text(&pictures[0], "imageId")
    );
    let edited = shop.client.post(&path, edit).await.status(201);
    assert_ne!(edited["imageId"], pictures[0]["imageId"]);
    assert_ne!(edited["url"], pictures[0]["url"]);
    let mut ids: Vec<Value> = pictures
        .iter()
        .skip(1)
        .map(|p| p["imageId"].clone())
        .collect();
    ids.push(edited["imageId"].clone());
    shop.client
        .put(
            &format!("/api/events/{id}/images"),
            json!({"imageIds": ids}),
        )
        .await
        .status(200);

    // Channels, preflight, approval.
    let wishes: Vec<Value> = ALL_CHANNELS
        .iter()
        .map(|c| json!({"channel": c, "budget": 30_000}))
        .collect();
    shop.client
        .put(
            &format!("/api/events/{id}/channels"),
            json!({"channels": wishes}),
        )
        .await
        .status(200);
    let now = world.fleet.clock().now();
    let dates = json!({"startsAt": now - chrono::Duration::hours(1), "endsAt": now + chrono::Duration::days(7),
        "prizes": [{"name": "아메리카노", "quantity": 3, "unitCost": 4_500}], "winnerCount": 3});
    shop.client
        .header("if-match", "*")
        .patch(&format!("/api/events/{id}"), dates)
        .await
        .status(200);
    let preflight = shop
        .client
        .get(&format!("/api/events/{id}/preflight"))
        .await
        .status(200);
    assert_eq!(preflight["blocking"], json!([]), "{preflight}");
    let approved = shop
        .client
        .call(&format!("/api/events/{id}/approve"))
        .await
        .status(202);
    let event = shop.event_in(&id, "ONGOING").await;
    let code = text(&event, "code").to_owned();
    assert_eq!(approved["code"], code.as_str());

    // All six channels.
    let distribution = eventually(PATIENCE, || async {
        let run = shop
            .client
            .get(&format!("/api/distributions/{id}"))
            .await
            .status(200);
        (run["status"] != "RUNNING").then_some(run)
    })
    .await;
    assert_eq!(distribution["status"], "COMPLETED", "{distribution}");
    let channels = distribution["channels"].as_array().unwrap();
    assert_eq!(
        channels
            .iter()
            .map(|c| text(c, "channel"))
            .collect::<HashSet<_>>(),
        HashSet::from(ALL_CHANNELS)
    );
    assert_eq!(distribution["sandbox"], true);

    // The public page, and customers.
    let page = stranger
        .get(&format!("/api/public/events/{code}"))
        .await
        .status(200);
    assert_eq!(page["winnerCount"], 3);
    assert!(
        !page.to_string().contains("unitCost"),
        "what a prize cost is nobody's business"
    );
    for n in 1..=5 {
        let mut body = entry(&code, n);
        body["channel"] = json!("KAKAO");
        stranger.post("/api/participations", body).await.status(201);
    }
    let mut again = entry(&code, 1);
    again["phoneNumber"] = json!("+82 10 3000 0001");
    stranger
        .post("/api/participations", again)
        .await
        .problem(409, "ALREADY_PARTICIPATED");

    // The clock passes; the draw; anybody can check it.
    shop.client
        .call(&format!("/api/events/{id}/draws"))
        .await
        .problem(409, "EVENT_NOT_ENDED");
    world
        .fleet
        .clock()
        .advance(Duration::from_secs(8 * 24 * 3600));
    let (token, closed) = (
        login_again(&shop, &stranger).await,
        format!("/api/events/{id}"),
    );
    let owner = stranger.bearer(&token);
    assert_eq!(owner.get(&closed).await.status(200)["status"], "ENDED");
    stranger
        .post("/api/participations", entry(&code, 9))
        .await
        .problem(409, "EVENT_NOT_OPEN");
    let draw = owner
        .call(&format!("/api/events/{id}/draws"))
        .await
        .status(201);
    assert_eq!(draw["winners"].as_array().unwrap().len(), 3);
    assert_eq!(draw["participantCount"], 5);
    let bundle = stranger
        .get(&format!(
            "/api/public/draws/{}/bundle",
            text(&draw, "drawId")
        ))
        .await
        .status(200);
    assert_eq!(
        bundle["commitment"], page["draw"]["commitment"],
        "what was promised before the first entry"
    );
    let bundle: janchi_draw::Bundle = serde_json::from_value(bundle).unwrap();
    janchi_draw::verify(&bundle).unwrap();
    owner
        .call(&format!("/api/events/{id}/draws"))
        .await
        .problem(409, "ALREADY_DRAWN");

    // Sales and the dashboard.
    let sales = json!({"eventId": id, "sales": [{"soldAt": "2026-11-01T12:00:00+09:00", "amount": 400_000}]});
    owner
        .post("/api/analytics/pos-sales", sales)
        .await
        .status(202);
    let dashboard = eventually(PATIENCE, || async {
        let dashboard = owner
            .get(&format!("/api/analytics/dashboard/{id}"))
            .await
            .status(200);
        (dashboard["winners"]["count"] == 3 && dashboard["revenue"] == 400_000).then_some(dashboard)
    })
    .await;
    assert_eq!(dashboard["participants"]["total"], 5);
    assert_eq!(dashboard["status"], "ENDED");
    let kakao = dashboard["channels"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["channel"] == "KAKAO")
        .unwrap();
    assert_eq!(kakao["participants"], 5);
    assert_eq!(dashboard["partial"], json!([]), "{dashboard}");
    world.end().await;
}

async fn login_again(shop: &crate::world::Shop, stranger: &Client) -> String {
    let login = json!({"loginId": shop.registration["phoneNumber"], "password": shop.registration["password"]});
    let answer = stranger.post("/api/users/login", login).await.status(200);
    text(&answer["tokens"], "accessToken").to_owned()
}

/// Fetches a picture through the gateway and reads its size from its own head.
async fn picture_size(world: &World, url: &str) -> (u32, u32) {
    let path = url::Url::parse(url)
        .expect("an absolute URL")
        .path()
        .to_owned();
    let reply = world.stranger().get(&path).await;
    assert_eq!(reply.status, 200, "{url}");
    assert_eq!(
        reply.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    let number =
        |at: usize| u32::from_be_bytes(reply.body[at..at + 4].try_into().expect("four bytes"));
    match reply.header("content-type") {
        Some("image/png") => (number(16), number(20)),
        other => panic!("{url} is a {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_with_its_session_everywhere() {
    let world = World::new().await;
    let shop = world.shop().await;
    shop.client.get("/api/events").await.status(200);
    let refresh = json!({"refreshToken": shop.answer["tokens"]["refreshToken"]});
    let fresh = world
        .stranger()
        .post("/api/users/refresh", refresh.clone())
        .await
        .status(200);
    world
        .stranger()
        .post("/api/users/refresh", refresh)
        .await
        .problem(401, "REFRESH_TOKEN_INVALID");
    // A reused refresh token ends its whole family.
    let renewed = world
        .stranger()
        .bearer(text(&fresh["tokens"], "accessToken"));
    renewed
        .get("/api/events")
        .await
        .problem(401, "UNAUTHORIZED");
    let login =
        json!({"loginId": shop.registration["email"], "password": shop.registration["password"]});
    let tokens = world
        .stranger()
        .post("/api/users/login", login)
        .await
        .status(200);
    let client = world
        .stranger()
        .bearer(text(&tokens["tokens"], "accessToken"));
    client.get("/api/events").await.status(200);
    client.call("/api/users/logout").await.status(204);
    client.get("/api/events").await.problem(401, "UNAUTHORIZED");
    world.end().await;
}
