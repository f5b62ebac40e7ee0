use crate::fixture::{Fleet, create, id_of, image, nine_images, parse};
use janchi_contracts::content::GenerateImages;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn pictures_need_a_title_and_prizes(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&create(&owner).await);
    let problem = owner
        .post("/api/content/images", json!({"eventId": id}))
        .await
        .problem(409, "EVENT_NOT_READY");
    assert_eq!(problem["missing"], json!(["RECOMMENDATION"]));
    let fields: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["field"])
        .collect();
    assert_eq!(fields, ["title", "prizes"]);
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn pictures_are_ordered_and_become_the_events(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&fleet.planned(&owner).await);
    let reply = owner
        .post("/api/content/images", json!({"eventId": id}))
        .await;
    let started = reply.status(202);
    assert_eq!(started["status"], "QUEUED");
    assert_eq!(reply.header("retry-after"), Some("3"));
    let ordered: GenerateImages = fleet.heard.next("content.image", |_| true).await;
    assert_eq!(ordered.job_id, parse(&started["jobId"]));
    assert_eq!((ordered.styles.len(), ordered.platforms.len()), (3, 3));
    assert_eq!(ordered.brief.title, "겨울 손님 잔치");
    assert!(ordered.brief.prize_text.contains("핫초코"));
    assert!(ordered.brief.short_link.starts_with("janchi.example/e/"));
    let before = owner.get(&format!("/api/events/{id}")).await.status(200);
    fleet
        .succeed_images(&started["jobId"], id, nine_images())
        .await;
    let job = fleet
        .await_job(&owner, &started["jobId"], "SUCCEEDED")
        .await;
    assert_eq!(job["type"], "IMAGE_GENERATION");
    assert_eq!(job["result"]["images"].as_array().unwrap().len(), 9);
    let after = owner.get(&format!("/api/events/{id}")).await.status(200);
    assert_eq!(after["images"], job["result"]["images"]);
    assert_eq!(after["step"], "APPROVAL");
    assert_eq!(
        after["version"].as_i64(),
        before["version"].as_i64().map(|v| v + 1)
    );
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn pictures_that_exist_are_given_at_once(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&fleet.planned(&owner).await);
    fleet.set(|peers| peers.images = Some(nine_images()));
    let ask =
        json!({"eventId": id, "styles": ["TRENDY", "SIMPLE", "SIMPLE"], "platforms": ["KAKAO"]});
    let started = owner.post("/api/content/images", ask).await.status(202);
    assert_eq!(started["status"], "SUCCEEDED");
    let event = owner.get(&format!("/api/events/{id}")).await.status(200);
    assert_eq!(event["images"], started["result"]["images"]);
    let asked = fleet.peers.lock().unwrap().asked.last().cloned().unwrap();
    assert_eq!(asked["styles"], json!(["SIMPLE", "TRENDY"]));
    assert_eq!(asked["platforms"], json!(["KAKAO"]));
    assert!(fleet.heard.named::<Value>("content.image").is_empty());
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_bad_request_for_pictures_is_refused(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let id = id_of(&fleet.planned(&owner).await);
    for (body, field) in [
        (json!({}), "eventId"),
        (json!({"eventId": id, "styles": []}), "styles"),
        (json!({"eventId": id, "styles": ["UGLY"]}), "styles[0]"),
        (json!({"eventId": id, "platforms": ["FAX"]}), "platforms[0]"),
        (json!({"eventId": id, "size": "big"}), "size"),
    ] {
        owner
            .post("/api/content/images", body)
            .await
            .names_field(field);
    }
    let approved = fleet.approved(&owner).await;
    owner
        .post("/api/content/images", json!({"eventId": approved}))
        .await
        .problem(409, "EVENT_LOCKED");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn chosen_pictures_are_the_events_own_and_stay(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let event = fleet.ready(&owner).await;
    let id = id_of(&event);
    let path = format!("/api/events/{id}/images");
    let (one, two) = (image("SIMPLE", "INSTAGRAM"), image("FANCY", "KAKAO"));
    fleet.set(|peers| peers.known_images = vec![one.clone(), two.clone()]);
    let ids = json!({"imageIds": [two.image_id, one.image_id, two.image_id]});
    let chosen = owner.put(&path, ids.clone()).await.status(200);
    let kept: Vec<_> = chosen["images"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| parse(&i["imageId"]))
        .collect();
    assert_eq!(kept, [two.image_id, one.image_id]);
    // A later job does not replace what was picked.
    let started = owner
        .post("/api/content/images", json!({"eventId": id}))
        .await
        .status(202);
    fleet
        .succeed_images(&started["jobId"], id, nine_images())
        .await;
    fleet
        .await_job(&owner, &started["jobId"], "SUCCEEDED")
        .await;
    let after = owner.get(&format!("/api/events/{id}")).await.status(200);
    assert_eq!(after["images"], chosen["images"]);

    let stranger = Uuid::now_v7();
    owner
        .put(&path, json!({"imageIds": [one.image_id, stranger]}))
        .await
        .names_field("imageIds[1]");
    owner
        .put(&path, json!({"imageIds": []}))
        .await
        .names_field("imageIds");
    owner
        .put(&path, json!({"imageIds": ["x"]}))
        .await
        .names_field("imageIds[0]");
    owner
        .put(&path, json!({"imageIds": vec![one.image_id; 101]}))
        .await
        .names_field("imageIds");
    owner
        .header("if-match", "\"1\"")
        .put(&path, ids.clone())
        .await
        .problem(412, "PRECONDITION_FAILED");
    fleet.set(|peers| peers.content_down = true);
    owner
        .put(&path, ids.clone())
        .await
        .problem(503, "UNAVAILABLE");
    fleet.set(|peers| peers.content_down = false);
    owner
        .call(&format!("/api/events/{id}/approve"))
        .await
        .status(202);
    owner.put(&path, ids).await.problem(409, "EVENT_LOCKED");
}

#[sqlx::test(migrator = "event_service::MIGRATOR")]
async fn a_title_that_changed_makes_pictures_out_of_date(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = fleet.owner();
    let path = format!("/api/events/{}", id_of(&fleet.ready(&owner).await));
    let codes = |preflight: Value| -> Vec<String> {
        let warnings = preflight["warnings"].as_array().unwrap();
        warnings
            .iter()
            .map(|w| w["code"].as_str().unwrap().to_owned())
            .collect()
    };
    let preflight = format!("{path}/preflight");
    assert!(
        !codes(owner.get(&preflight).await.status(200)).contains(&"IMAGES_OUTDATED".to_owned())
    );
    owner
        .header("if-match", "*")
        .patch(&path, json!({"title": "봄 잔치"}))
        .await
        .status(200);
    assert!(codes(owner.get(&preflight).await.status(200)).contains(&"IMAGES_OUTDATED".to_owned()));
}
