//! The same main path while both AI vendors and two channels fail.

use crate::world::{ALL_CHANNELS, PATIENCE, World, entry, text};
use janchi_partners::{Fault, Vendor};
use janchi_testkit::eventually;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_main_path_goes_on_without_ai_and_without_two_channels() {
    let world = World::new().await;
    let partners = world.fleet.partners();
    for vendor in [Vendor::Anthropic, Vendor::OpenAi, Vendor::Stability] {
        partners.fault(vendor, Fault::status(500));
    }
    for vendor in [Vendor::Kakao, Vendor::UridongneTv] {
        partners.fault(vendor, Fault::status(503));
    }
    let shop = world.shop().await;
    let draft = shop.draft("SALES").await;
    let id = text(&draft, "id").to_owned();
    let (_, advice) = shop.plans(&id).await;
    assert_eq!(advice["source"], "PLANNER", "the screen says who planned");
    assert_eq!(advice["plans"].as_array().unwrap().len(), 3);

    let now = world.fleet.clock().now();
    let event = shop
        .prepared(now + chrono::Duration::days(3), &ALL_CHANNELS)
        .await;
    let id = text(&event, "id").to_owned();
    let pictures = event["images"].as_array().unwrap();
    assert_eq!(pictures.len(), 9);
    assert!(
        pictures
            .iter()
            .all(|p| p["source"] == "TEMPLATE" && p["aiGenerated"] == false),
        "{pictures:?}"
    );
    shop.client
        .call(&format!("/api/events/{id}/approve"))
        .await
        .status(202);
    let event = shop.event_in(&id, "ONGOING").await;
    let run = eventually(PATIENCE, || async {
        let run = shop
            .client
            .get(&format!("/api/distributions/{id}"))
            .await
            .status(200);
        (run["status"] != "RUNNING").then_some(run)
    })
    .await;
    assert_eq!(run["status"], "PARTIAL", "{run}");
    let state = |channel: &str| {
        let channels = run["channels"].as_array().unwrap();
        channels
            .iter()
            .find(|c| c["channel"] == channel)
            .unwrap()
            .clone()
    };
    for channel in ["KAKAO", "URIDONGNE_TV"] {
        let row = state(channel);
        assert!(
            ["SKIPPED", "FAILED", "UNKNOWN"].contains(&text(&row, "status")),
            "{row}"
        );
        assert!(row["lastError"].is_string(), "the owner is told why: {row}");
    }
    assert_eq!(state("INSTAGRAM")["status"], "PUBLISHED");
    // The channel comes back, and one tap is enough.
    world.fleet.partners().clear_faults();
    eventually(PATIENCE, || async {
        let reply = shop
            .client
            .call(&format!("/api/distributions/{id}/channels/KAKAO/retry"))
            .await;
        let run = shop
            .client
            .get(&format!("/api/distributions/{id}"))
            .await
            .status(200);
        let up = run["channels"].as_array().unwrap().iter().any(|c| {
            c["channel"] == "KAKAO" && ["PUBLISHED", "PENDING_REVIEW"].contains(&text(c, "status"))
        });
        assert!(matches!(reply.status, 200 | 409), "{}", reply.text());
        up.then_some(())
    })
    .await;

    world
        .stranger()
        .post("/api/participations", entry(text(&event, "code"), 1))
        .await
        .status(201);
    shop.client
        .call(&format!("/api/events/{id}/end"))
        .await
        .status(200);
    shop.client
        .call(&format!("/api/events/{id}/draws"))
        .await
        .status(201);
    shop.client
        .get(&format!("/api/analytics/dashboard/{id}"))
        .await
        .status(200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_tax_office_a_shop_is_taken_in_for_review() {
    let world = World::new().await;
    world
        .fleet
        .partners()
        .fault(Vendor::TaxOffice, Fault::status(500));
    let answer = world
        .stranger()
        .post("/api/users/register", crate::world::registration())
        .await
        .status(201);
    assert_eq!(answer["store"]["verification"], "PENDING_REVIEW");
    assert_eq!(answer["tokens"]["tokenType"], "Bearer");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tax_offices_three_known_numbers_are_refused() {
    let world = World::new().await;
    for (number, code) in [
        (janchi_partners::SUSPENDED, "BUSINESS_SUSPENDED"),
        (janchi_partners::CLOSED, "BUSINESS_CLOSED"),
        (janchi_partners::UNREGISTERED, "BUSINESS_NOT_REGISTERED"),
    ] {
        let mut body = crate::world::registration();
        body["store"]["businessNumber"] = json!(number);
        world
            .stranger()
            .post("/api/users/register", body)
            .await
            .problem(422, code);
    }
    world.end().await;
}
