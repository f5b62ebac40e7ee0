use crate::fleet::{Fleet, job, one, text};
use crate::uploads::{encoded, upload_as};
use content_service::domain::speech::seconds;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use janchi_contracts::content::{FilmSpot, ImageSource, SpotEvent};
use janchi_contracts::reference::{Platform, Style};
use janchi_partners::{Partners, Vendor};
use janchi_testkit::{eventually, send_job};
use serde_json::json;
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn television_gets_a_still_of_its_size_where_it_is_asked_for(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let images = fleet
        .draw(&job(
            owner,
            &[Style::Fancy],
            &[Platform::Kakao, Platform::Tv],
        ))
        .await;
    let sizes: Vec<_> = images
        .iter()
        .map(|i| (i.platform, i.width, i.height))
        .collect();
    assert_eq!(
        sizes,
        [(Platform::Kakao, 800, 800), (Platform::Tv, 1920, 1080)]
    );
    let picture =
        image::load_from_memory(&fleet.fetch(&images[1].variants.jpeg).await.body).unwrap();
    assert_eq!((picture.width(), picture.height()), (1920, 1080));
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_spot_is_filmed_once_and_can_be_played_from_any_place(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let (_, image) = one(&fleet, owner).await;
    let path = format!("/api/content/images/{}/spot", image.image_id);
    let client = fleet.owner(owner);
    client.get(&path).await.problem(404, "NOT_FOUND");
    for code in ["47", "123456789", "47a9", "٤٧٢٩"] {
        client
            .post(&path, json!({ "spokenCode": code }))
            .await
            .names_field("spokenCode");
    }
    fleet
        .owner(Uuid::now_v7())
        .post(&path, json!({}))
        .await
        .problem(404, "NOT_FOUND");
    let ordered = client
        .post(&path, json!({"spokenCode": "4729"}))
        .await
        .status(202);
    assert_eq!(ordered["url"], json!(null));
    let ready = eventually(Duration::from_secs(240), || async {
        let spot = client.get(&path).await.status(200);
        assert_ne!(spot["status"], "FAILED");
        (spot["status"] == "READY").then_some(spot)
    })
    .await;
    let file = fleet.fetch(text(&ready, "url")).await;
    assert_eq!(file.header("content-type"), Some("video/mp4"));
    let bytes = file.body;
    let at = |name: &[u8]| bytes.windows(4).position(|w| w == name).unwrap();
    assert_eq!(&bytes[4..8], b"ftyp");
    // What a player has to know comes before the pictures.
    assert!(at(b"moov") < at(b"mdat") && at(b"avcC") < at(b"mdat"));
    assert_eq!(ready["bytes"], json!(bytes.len()));
    let part = fleet
        .service
        .client()
        .header("range", "bytes=100-299")
        .get(
            text(&ready, "url")
                .strip_prefix("https://shop.example")
                .unwrap(),
        )
        .await;
    part.status(206);
    assert_eq!(part.body, bytes[100..300]);
    // The same order joins what is there.
    let again = client
        .post(&path, json!({"spokenCode": "4729"}))
        .await
        .status(202);
    assert_eq!(again["url"], ready["url"]);
    // Another service orders by message: what is there is told at once, without a film of its own.
    let order = FilmSpot {
        image_id: image.image_id,
        owner_id: owner,
        spoken_code: Some("4729".into()),
    };
    send_job(&fleet.namespace, &order).await;
    let told: SpotEvent = fleet
        .events
        .next("content.spot.ready", |told: &SpotEvent| {
            matches!(told, SpotEvent::Ready { spoken_code, .. } if spoken_code.as_deref() == Some("4729"))
        })
        .await;
    let SpotEvent::Ready { film, owner_id, .. } = told else {
        panic!("{told:?}")
    };
    assert_eq!((film.url.as_str(), owner_id), (text(&ready, "url"), owner));
    assert_eq!(
        (film.width, film.height, film.duration_ms),
        (1920, 1080, 15_000)
    );
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_picture_has_a_film_for_each_number_and_a_lost_picture_none(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let (_, image) = one(&fleet, owner).await;
    let order = |image_id, code: &str| FilmSpot {
        image_id,
        owner_id: owner,
        spoken_code: Some(code.into()),
    };
    send_job(&fleet.namespace, &order(Uuid::now_v7(), "3333")).await;
    for code in ["1111", "2222"] {
        send_job(&fleet.namespace, &order(image.image_id, code)).await;
    }
    let failed: SpotEvent = fleet.events.next("content.spot.failed", |_| true).await;
    assert!(matches!(failed, SpotEvent::Failed { spoken_code: Some(code), .. } if code == "3333"));
    let urls = eventually(Duration::from_secs(240), || async {
        let told = fleet.events.named::<SpotEvent>("content.spot.ready");
        let mut urls: Vec<(String, String)> = told
            .into_iter()
            .filter_map(|told| match told {
                SpotEvent::Ready {
                    spoken_code, film, ..
                } => Some((spoken_code?, film.url)),
                SpotEvent::Failed { .. } => None,
            })
            .collect();
        urls.sort();
        (urls.len() == 2).then_some(urls)
    })
    .await;
    assert_ne!(urls[0].1, urls[1].1, "each shows its own number");
    let client = fleet.owner(owner);
    for (code, url) in &urls {
        let path = format!(
            "/api/content/images/{}/spot?spokenCode={code}",
            image.image_id
        );
        let seen = client.get(&path).await.status(200);
        assert_eq!(
            (text(&seen, "status"), text(&seen, "url")),
            ("READY", url.as_str())
        );
    }
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_poster_is_a_page_of_a4_and_an_announcement_can_be_said(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let (_, image) = one(&fleet, owner).await;
    let client = fleet.owner(owner);
    let base = format!("/api/content/images/{}", image.image_id);
    let poster = client.get(&format!("{base}/poster")).await;
    poster.status(200);
    assert_eq!(poster.header("content-type"), Some("application/pdf"));
    let pdf = String::from_utf8_lossy(&poster.body);
    assert!(pdf.starts_with("%PDF-") && pdf.contains("/MediaBox [0 0 595.28 841.89]"));
    let told = client
        .get(&format!("{base}/announcement?spokenCode=4729"))
        .await
        .status(200);
    let words = text(&told, "text");
    assert!(
        words.contains("카페예요") && words.contains("이벤트를") && words.contains("사 칠 이 구"),
        "{words}"
    );
    assert!(seconds(words) <= 20.0 && told["seconds"].as_f64().unwrap() <= 20.0);
    client
        .get(&format!("{base}/announcement?spokenCode=x"))
        .await
        .names_field("spokenCode");
    let stranger = fleet.owner(Uuid::now_v7());
    for what in ["poster", "announcement", "spot"] {
        stranger
            .get(&format!("{base}/{what}"))
            .await
            .problem(404, "NOT_FOUND");
    }
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn the_shops_logo_and_photo_are_on_its_cards(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::start_with(&db, Some(&partners)).await;
    let owner = Uuid::now_v7();
    let client = fleet.owner(owner);
    let mut logo = RgbaImage::from_pixel(120, 120, Rgba([0, 0, 0, 0]));
    for (x, y, pixel) in logo.enumerate_pixels_mut() {
        if (20..100).contains(&x) && (20..100).contains(&y) {
            *pixel = Rgba([12, 140, 60, 255]);
        }
    }
    let logo = encoded(&DynamicImage::ImageRgba8(logo), ImageFormat::Png);
    let logo = upload_as(&client, Some("LOGO"), &logo).await.status(201);
    assert_eq!(
        (text(&logo, "kind"), text(&logo, "color")),
        ("LOGO", "#0C8C3C")
    );
    let photo = DynamicImage::ImageRgb8(RgbImage::from_pixel(600, 600, Rgb([200, 40, 180])));
    let photo = upload_as(&client, None, &encoded(&photo, ImageFormat::Jpeg))
        .await
        .status(201);
    assert_eq!(text(&photo, "kind"), "PHOTO");
    upload_as(&client, Some("BANNER"), b"x")
        .await
        .names_field("kind");

    // An order that names the photo asks no vendor; the logo is there without being named.
    let mut order = job(owner, &[Style::Simple], &[Platform::Kakao]);
    order.brief.photo_upload_id = Some(text(&photo, "uploadId").parse().unwrap());
    let image = fleet.draw(&order).await.remove(0);
    assert_eq!(
        (image.source, image.ai_generated),
        (ImageSource::Template, false)
    );
    assert_eq!(partners.calls(Vendor::Stability).len(), 0);
    let near = |bytes: &[u8], wanted: [u8; 3]| {
        let picture = image::load_from_memory(bytes).unwrap().to_rgb8();
        picture
            .pixels()
            .filter(|p| p.0.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 12))
            .count()
    };
    let bytes = fleet.fetch(&image.url).await.body;
    assert!(near(&bytes, [200, 40, 180]) > 10_000, "no photo");
    assert!(near(&bytes, [12, 140, 60]) > 400, "no logo");

    // A drawn card takes the photo by an edit; somebody else's upload is none.
    let drawn = fleet
        .draw(&job(owner, &[Style::Trendy], &[Platform::Kakao]))
        .await
        .remove(0);
    let path = format!("/api/content/images/{}/edits", drawn.image_id);
    let edited = client
        .post(&path, json!({"photoUploadId": photo["uploadId"]}))
        .await
        .status(201);
    assert_eq!(
        (text(&edited, "source"), edited["aiGenerated"].as_bool()),
        ("TEMPLATE", Some(false))
    );
    assert!(
        near(
            &fleet.fetch(text(&edited, "url")).await.body,
            [200, 40, 180]
        ) > 2_000
    );
    let other = fleet.owner(Uuid::now_v7());
    let foreign = encoded(&DynamicImage::new_rgb8(40, 40), ImageFormat::Png);
    let foreign = upload_as(&other, None, &foreign).await.status(201);
    for field in ["photoUploadId", "logoUploadId"] {
        for id in [foreign["uploadId"].clone(), json!(Uuid::now_v7())] {
            let problem = client
                .post(&path, json!({ field: id }))
                .await
                .names_field(field);
            assert_eq!(problem["errors"][0]["code"], "UNKNOWN_UPLOAD");
        }
    }
}
