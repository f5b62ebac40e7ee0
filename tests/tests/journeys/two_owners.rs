//! Two owners, who must not see each other's data: 404, as for what does not exist.

use crate::world::{World, entry, text};
use serde_json::json;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn one_owners_things_do_not_exist_for_another() {
    let world = World::new().await;
    let (mine, other) = (world.shop().await, world.shop().await);
    let event = mine
        .open_event(world.fleet.clock().now() + chrono::Duration::days(2))
        .await;
    let id = text(&event, "id").to_owned();
    let entered = world
        .stranger()
        .post("/api/participations", entry(text(&event, "code"), 1))
        .await
        .status(201);
    let participant = text(&entered, "participantId").to_owned();
    let image = text(&event["images"][0], "imageId").to_owned();
    let job = text(
        &mine
            .client
            .post(
                "/api/ai/recommendations",
                json!({"eventId": mine.draft("SALES").await["id"]}),
            )
            .await
            .json(),
        "jobId",
    )
    .to_owned();

    for event in [id.clone(), Uuid::now_v7().to_string()] {
        for path in [
            format!("/api/events/{event}"),
            format!("/api/events/{event}/preflight"),
            format!("/api/events/{event}/history"),
            format!("/api/events/{event}/participants"),
            format!("/api/events/{event}/participants/export?format=csv"),
            format!("/api/events/{event}/visit-code"),
            format!("/api/events/{event}/draws"),
            format!("/api/events/{event}/winners"),
            format!("/api/distributions/{event}"),
            format!("/api/distributions/{event}/stream"),
            format!("/api/analytics/dashboard/{event}"),
            format!("/api/analytics/dashboard/{event}/report?format=csv"),
            format!("/api/analytics/dashboard/{event}/report?format=pdf"),
            format!("/api/content/images?eventId={event}"),
        ] {
            let reply = other.client.get(&path).await;
            assert_eq!(reply.status, 404, "{path}: {}", reply.text());
        }
        for path in [
            format!("/api/events/{event}/approve"),
            format!("/api/events/{event}/end"),
            format!("/api/events/{event}/cancel"),
            format!("/api/events/{event}/draws"),
            format!("/api/events/{event}/participants/{participant}/visit"),
            format!("/api/events/{event}/winners/{participant}/contacted"),
            format!("/api/distributions/{event}/channels/INSTAGRAM/retry"),
            format!("/api/distributions/{event}/channels/INSTAGRAM/skip"),
        ] {
            let reply = other.client.call(&path).await;
            assert_eq!(reply.status, 404, "{path}: {}", reply.text());
        }
        let patch = other
            .client
            .patch(&format!("/api/events/{event}"), json!({"title": "남의 것"}))
            .await;
        assert_eq!(patch.status, 404, "404 goes before 428: {}", patch.text());
        assert_eq!(
            other
                .client
                .delete(&format!("/api/events/{event}"))
                .await
                .status,
            404
        );
        for (path, body) in [
            ("/api/ai/recommendations", json!({"eventId": event})),
            ("/api/content/images", json!({"eventId": event})),
            (
                "/api/analytics/pos-sales",
                json!({"eventId": event, "sales": [{"soldAt": "2026-11-01T00:00:00Z", "amount": 1}]}),
            ),
        ] {
            let reply = other.client.post(path, body).await;
            assert_eq!(reply.status, 404, "{path}: {}", reply.text());
        }
    }
    for path in [
        format!("/api/jobs/{job}"),
        format!("/api/jobs/{job}/stream"),
        format!("/api/content/images/{image}/download?format=png"),
    ] {
        assert_eq!(other.client.get(&path).await.status, 404, "{path}");
    }
    let edit = json!({"titleText": "남의 것"});
    assert_eq!(
        other
            .client
            .post(&format!("/api/content/images/{image}/edits"), edit)
            .await
            .status,
        404
    );
    // A picture of the other's event cannot be taken into one's own.
    let own = other.draft("SALES").await;
    let taken = other
        .client
        .put(
            &format!("/api/events/{}/images", text(&own, "id")),
            json!({"imageIds": [image]}),
        )
        .await;
    assert_eq!(taken.status, 422, "{}", taken.text());
    let list = other.client.get("/api/events").await.status(200);
    assert_eq!(list["totalCount"], 1);
    assert_eq!(
        mine.client
            .get(&format!("/api/events/{id}"))
            .await
            .status(200)["status"],
        "ONGOING"
    );
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_leaves_is_gone_from_every_service() {
    let world = World::new().await;
    let shop = world.shop().await;
    let event = shop
        .open_event(world.fleet.clock().now() + chrono::Duration::days(2))
        .await;
    let (id, code) = (
        text(&event, "id").to_owned(),
        text(&event, "code").to_owned(),
    );
    world
        .stranger()
        .post("/api/participations", entry(&code, 1))
        .await
        .status(201);
    shop.client
        .get(&format!("/api/analytics/dashboard/{id}"))
        .await
        .status(200);
    let left = shop.client.delete("/api/users/me").await;
    assert!(left.status == 204 || left.status == 200, "{}", left.text());
    shop.client
        .get("/api/events")
        .await
        .problem(401, "UNAUTHORIZED");
    let stranger = world.stranger();
    janchi_testkit::eventually(crate::world::PATIENCE, || async {
        let page = stranger
            .get(&format!("/api/public/events/{code}"))
            .await
            .status;
        (page == 404).then_some(())
    })
    .await;
    let login =
        json!({"loginId": shop.registration["email"], "password": shop.registration["password"]});
    stranger
        .post("/api/users/login", login)
        .await
        .problem(401, "INVALID_CREDENTIALS");
    stranger
        .post("/api/users/register", shop.registration.clone())
        .await
        .status(201);
    world.end().await;
}
