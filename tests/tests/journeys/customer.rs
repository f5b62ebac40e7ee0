//! What a customer does, without an account.

use crate::world::{PATIENCE, World, entry, text};
use janchi_testkit::eventually;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_enters_by_a_spoken_code_and_follows_the_entry_to_its_result() {
    let world = World::new().await;
    let shop = world.shop().await;
    let event = shop
        .open_event(world.fleet.clock().now() + chrono::Duration::days(2))
        .await;
    let (id, code) = (
        text(&event, "id").to_owned(),
        text(&event, "code").to_owned(),
    );
    let stranger = world.stranger();

    // The code said in the TV spot leads to the event.
    let run = shop
        .client
        .get(&format!("/api/distributions/{id}"))
        .await
        .status(200);
    let spoken = run["channels"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|c| c["spokenCode"].as_str())
        .expect("TV has a spoken code")
        .to_owned();
    let found = eventually(PATIENCE, || async {
        let reply = stranger.get(&format!("/api/public/codes/{spoken}")).await;
        (reply.status == 200).then(|| reply.json())
    })
    .await;
    assert_eq!(found, json!({"eventCode": code, "channel": "URIDONGNE_TV"}));

    // The entry, its receipt, a visit.
    let mut body = entry(&code, 1);
    body["channel"] = json!("URIDONGNE_TV");
    let entered = stranger.post("/api/participations", body).await.status(201);
    let me = stranger.bearer(text(&entered, "receiptToken"));
    let mine = me.get("/api/participations/me").await.status(200);
    assert_eq!(
        (&mine["entryNumber"], &mine["result"]),
        (&entered["entryNumber"], &json!("PENDING"))
    );
    let counter = shop
        .client
        .get(&format!("/api/events/{id}/visit-code"))
        .await
        .status(200);
    let visit =
        json!({"visitCode": counter["code"].as_str().or(counter["visitCode"].as_str()).unwrap()});
    me.post("/api/participations/me/visit", visit)
        .await
        .status(200);
    me.get("/api/events").await.problem(403, "FORBIDDEN");

    // Another one withdraws: the entry is gone, and with it the token.
    let other = stranger
        .post("/api/participations", entry(&code, 2))
        .await
        .status(201);
    let other = stranger.bearer(text(&other, "receiptToken"));
    let gone = other.delete("/api/participations/me").await.status;
    assert!(gone == 204 || gone == 200);
    assert!(matches!(
        other.get("/api/participations/me").await.status,
        401 | 404
    ));

    // The event ends; whoever kept the receipt can prove to be in the list.
    world
        .fleet
        .clock()
        .advance(Duration::from_secs(3 * 24 * 3600));
    let login =
        json!({"loginId": shop.registration["email"], "password": shop.registration["password"]});
    let tokens = stranger.post("/api/users/login", login).await.status(200);
    let owner = stranger.bearer(text(&tokens["tokens"], "accessToken"));
    let draw = owner
        .call(&format!("/api/events/{id}/draws"))
        .await
        .status(201);
    assert_eq!(draw["participantCount"], 1);
    let mine = me.get("/api/participations/me").await.status(200);
    assert_eq!(mine["result"], "WON");
    let proof = me.get("/api/participations/me/proof").await.status(200);
    assert_eq!(
        (&proof["entriesRoot"], &proof["tag"]),
        (&draw["entriesRoot"], &entered["tag"])
    );
    assert_eq!(proof["weight"], mine["weight"]);
    me.delete("/api/participations/me")
        .await
        .problem(409, "ENTRIES_FROZEN");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_the_same_number_is_one_entry() {
    let world = World::new().await;
    let shop = world.shop().await;
    let event = shop
        .open_event(world.fleet.clock().now() + chrono::Duration::days(2))
        .await;
    let code = text(&event, "code");
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (stranger, body) = (world.stranger(), entry(code, 7));
        all.spawn(async move { stranger.post("/api/participations", body).await.status });
    }
    let statuses = all.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 49);
    world.end().await;
}
