use crate::fleet::{Fleet, one, text};
use janchi_testkit::Client;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

async fn edit(client: &Client, id: Uuid, body: Value) -> janchi_testkit::Reply {
    client
        .post(&format!("/api/content/images/{id}/edits"), body)
        .await
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn an_edit_makes_a_new_picture_and_leaves_the_old(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let (job, image) = one(&fleet, owner).await;
    let client = fleet.owner(owner);
    let before = fleet.fetch(&image.url).await.body;
    let body = json!({"titleText": "연말 <감사> 대잔치 & 선물", "prizeText": "", "textColor": "#202020",
        "backgroundColor": "#fff4e0", "accentColor": "#C0392B", "layout": "CENTER"});
    let new = edit(&client, image.image_id, body).await.status(201);
    assert_ne!(text(&new, "imageId"), image.image_id.to_string());
    assert_eq!(text(&new, "editedFrom"), image.image_id.to_string());
    assert_eq!(text(&new, "titleText"), "연말 <감사> 대잔치 & 선물");
    assert_eq!(
        (text(&new, "prizeText"), text(&new, "layout")),
        ("", "CENTER")
    );
    assert_eq!(
        new["colors"],
        json!({"text": "#202020", "background": "#FFF4E0", "accent": "#C0392B"})
    );
    assert!(text(&new, "altText").contains("연말 <감사> 대잔치"));
    let after = fleet.fetch(text(&new, "url")).await.body;
    assert_ne!(before, after);
    assert_eq!(fleet.fetch(&image.url).await.body, before);
    // An edit of the edit keeps what it does not name.
    let third = edit(
        &client,
        text(&new, "imageId").parse().unwrap(),
        json!({"guideText": "지금 오세요"}),
    )
    .await
    .status(201);
    assert_eq!(
        (text(&third, "titleText"), text(&third, "layout")),
        ("연말 <감사> 대잔치 & 선물", "CENTER")
    );
    let list = client
        .get(&format!("/api/content/images?eventId={}", job.event_id))
        .await
        .status(200);
    assert_eq!(list["totalCount"], 3);
    // What a repeated order of the same brief finds is still the unedited picture.
    let found = fleet
        .peer()
        .post(
            "/internal/images/lookup",
            serde_json::to_value(&job).unwrap(),
        )
        .await
        .status(200);
    assert_eq!(found["result"]["images"], json!([image]));
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn what_cannot_be_drawn_is_refused_by_field(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let (_, image) = one(&fleet, owner).await;
    let client = fleet.owner(owner);
    for (field, value, code) in [
        ("titleText", json!(""), "REQUIRED"),
        ("titleText", json!("   "), "REQUIRED"),
        ("titleText", json!("가".repeat(81)), "TOO_LONG"),
        ("titleText", json!("שלום"), "NOT_DRAWABLE"),
        ("titleText", json!("\u{202e}\u{200f}"), "NOT_DRAWABLE"),
        ("titleText", json!("가".repeat(200)), "TOO_LONG"),
        ("prizeText", json!("벨\u{7}"), "CONTROL_CHARACTERS"),
        ("guideText", json!("나".repeat(121)), "TOO_LONG"),
        ("textColor", json!("#GGGGGG"), "INVALID_COLOR"),
        ("backgroundColor", json!("red"), "INVALID_COLOR"),
        ("accentColor", json!("#FFF"), "INVALID_COLOR"),
        ("layout", json!("DIAGONAL"), "UNKNOWN_VALUE"),
        ("font", json!("Comic"), "UNKNOWN_FIELD"),
        ("titleText", json!(7), "WRONG_TYPE"),
    ] {
        for path in ["edits", "preview"] {
            let path = format!("/api/content/images/{}/{path}", image.image_id);
            let problem = client
                .post(&path, json!({field: value}))
                .await
                .names_field(field);
            assert_eq!(problem["errors"][0]["code"], code, "{problem}");
        }
    }
    edit(&client, image.image_id, json!({}))
        .await
        .problem(422, "VALIDATION_FAILED");
    let path = format!("/api/content/images/{}/edits", image.image_id);
    client
        .post_raw(&path, "application/json", "{")
        .await
        .problem(400, "MALFORMED_JSON");
    assert_eq!(
        sqlx::query_scalar!(r#"select count(*) as "n!" from images"#)
            .fetch_one(&db)
            .await
            .unwrap(),
        1
    );
}

/// Nothing of this is refused, and nothing of it breaks the drawing.
#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn odd_texts_are_drawn(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let (_, image) = one(&fleet, owner).await;
    let client = fleet.owner(owner);
    let word = "가나다라마바사아자차카타파하".repeat(5);
    for title in [
        "떡",
        &word[..60 * 3],
        "Pneumonoultramicroscopicsilicovolcanoconiosispneumonoultramic",
        "커피 ☕🎁 Coffee & 빵",
        "🎉🎁☕",
        "שלום 커피",
        "<svg onload=alert(1)><image href='http://127.0.0.1:1/x.png'/></svg>",
        "</text><script>alert(1)</script>&#x0;]]>",
        "../../etc/passwd",
        "{{7*7}} ${x} %s %n",
    ] {
        let path = format!("/api/content/images/{}/preview", image.image_id);
        let reply = client
            .post(&path, json!({"titleText": title, "layout": "SPLIT"}))
            .await;
        assert_eq!(reply.header("content-type"), Some("image/png"), "{title}");
        let picture = image::load_from_memory(&reply.body).unwrap();
        assert_eq!((picture.width(), picture.height()), (400, 300), "{title}");
    }
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn text_on_its_own_colour_is_mended_rather_than_refused(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let (_, image) = one(&fleet, owner).await;
    let same =
        json!({"textColor": "#336699", "backgroundColor": "#336699", "accentColor": "#336699"});
    let plain = json!({"backgroundColor": "#336699", "accentColor": "#336699"});
    let client = fleet.owner(owner);
    let hidden = edit(&client, image.image_id, same).await.status(201);
    let empty = edit(&client, image.image_id, plain).await.status(201);
    let bytes = fleet.fetch(text(&hidden, "url")).await.body;
    let picture = image::load_from_memory(&bytes).unwrap().to_rgb8();
    // The title's area holds pixels far from the ground: the letters can be seen.
    let ground = picture.get_pixel(790, 4).0;
    let seen = picture.enumerate_pixels().filter(|(x, y, p)| {
        (360..760).contains(x)
            && (90..260).contains(y)
            && p.0.iter().zip(ground).any(|(a, b)| a.abs_diff(b) > 80)
    });
    assert!(seen.count() > 500);
    assert_ne!(text(&empty, "url"), text(&hidden, "url"));
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_preview_is_small_and_kept_nowhere(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let (_, image) = one(&fleet, owner).await;
    let files = fleet.count_files();
    let path = format!("/api/content/images/{}/preview", image.image_id);
    let reply = fleet
        .owner(owner)
        .post(&path, json!({"titleText": "미리 보기"}))
        .await;
    reply.status(200);
    assert_eq!(
        (reply.header("content-type"), reply.header("cache-control")),
        (Some("image/png"), Some("no-store"))
    );
    let picture = image::load_from_memory(&reply.body).unwrap();
    assert_eq!((picture.width(), picture.height()), (400, 300));
    assert_eq!(fleet.count_files(), files);
    assert_eq!(
        sqlx::query_scalar!(r#"select count(*) as "n!" from images"#)
            .fetch_one(&db)
            .await
            .unwrap(),
        1
    );
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn somebody_elses_picture_does_not_exist(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (job, image) = one(&fleet, Uuid::now_v7()).await;
    let stranger = fleet.owner(Uuid::now_v7());
    let id = image.image_id;
    let missing = Uuid::now_v7();
    for id in [id, missing] {
        edit(&stranger, id, json!({"titleText": "훔친 제목"}))
            .await
            .problem(404, "NOT_FOUND");
        stranger
            .post(
                &format!("/api/content/images/{id}/preview"),
                json!({"titleText": "x"}),
            )
            .await
            .problem(404, "NOT_FOUND");
        stranger
            .get(&format!("/api/content/images/{id}/download"))
            .await
            .problem(404, "NOT_FOUND");
    }
    stranger
        .get(&format!("/api/content/images?eventId={}", job.event_id))
        .await
        .problem(404, "NOT_FOUND");
    stranger
        .get("/api/content/images/not-an-id/download")
        .await
        .problem(404, "NOT_FOUND");
    stranger
        .get("/api/content/images")
        .await
        .names_field("eventId");
    let nobody = fleet.service.client();
    nobody
        .get(&format!("/api/content/images?eventId={}", job.event_id))
        .await
        .problem(401, "UNAUTHORIZED");
    edit(&nobody, id, json!({"titleText": "x"}))
        .await
        .problem(401, "UNAUTHORIZED");
    let entrant = nobody.bearer(&fleet.keys.receipt_token(Uuid::now_v7()));
    edit(&entrant, id, json!({"titleText": "x"}))
        .await
        .problem(403, "FORBIDDEN");
}
