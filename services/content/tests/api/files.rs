use crate::fleet::{Fleet, one};
use janchi_testkit::Reply;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

fn name(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_file_is_named_by_its_content_and_never_changes(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (_, image) = one(&fleet, Uuid::now_v7()).await;
    for (url, kind) in [
        (&image.variants.png, "image/png"),
        (&image.variants.jpeg, "image/jpeg"),
        (&image.variants.webp, "image/webp"),
    ] {
        let reply = fleet.fetch(url).await;
        reply.status(200);
        let digest = hex::encode(Sha256::digest(&reply.body));
        assert!(name(url).starts_with(&digest));
        assert_eq!(reply.header("content-type"), Some(kind));
        assert_eq!(
            reply.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
        assert_eq!(reply.header("etag"), Some(format!("\"{digest}\"").as_str()));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        let again = fleet
            .service
            .client()
            .header("if-none-match", &format!("\"{digest}\""));
        let again = again.get(&format!("/cdn/{}", name(url))).await;
        assert_eq!((again.status, again.body.len()), (304, 0));
        let part = fleet
            .service
            .client()
            .header("range", "bytes=2-5")
            .get(&format!("/cdn/{}", name(url)))
            .await;
        assert_eq!(
            (part.status, part.body.as_slice()),
            (206, &reply.body[2..6])
        );
        let beyond = fleet
            .service
            .client()
            .header("range", "bytes=99999999-")
            .get(&format!("/cdn/{}", name(url)))
            .await;
        beyond.problem(416, "RANGE_NOT_SATISFIABLE");
    }
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_name_that_is_no_key_reaches_no_file(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (_, image) = one(&fleet, Uuid::now_v7()).await;
    std::fs::write(fleet.folder.path().join("secret.png"), "secret").unwrap();
    let png = name(&image.url);
    let digest = png.strip_suffix(".png").unwrap();
    for wrong in [
        "secret.png".to_owned(),
        "..%2fsecret.png".into(),
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd".into(),
        "..%5csecret.png".into(),
        format!("{png}%00"),
        digest.to_owned(),
        // The same digest under another format was never stored.
        format!("{digest}.webp"),
        format!("{digest}.svg"),
        format!("{}.png", digest.to_uppercase()),
        format!("{}.png", "0".repeat(64)),
    ] {
        fleet
            .service
            .client()
            .get(&format!("/cdn/{wrong}"))
            .await
            .problem(404, "NOT_FOUND");
    }
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_download_is_the_file_in_the_wanted_format(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let (_, image) = one(&fleet, owner).await;
    let get = async |query: &str| -> Reply {
        fleet
            .owner(owner)
            .get(&format!(
                "/api/content/images/{}/download{query}",
                image.image_id
            ))
            .await
    };
    for (query, url, file) in [
        ("", &image.variants.png, "janchi-simple-naver.png"),
        (
            "?format=jpeg",
            &image.variants.jpeg,
            "janchi-simple-naver.jpg",
        ),
        (
            "?format=webp",
            &image.variants.webp,
            "janchi-simple-naver.webp",
        ),
    ] {
        let reply = get(query).await;
        reply.status(200);
        assert_eq!(
            reply.header("content-disposition"),
            Some(format!("attachment; filename=\"{file}\"").as_str())
        );
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.body, fleet.fetch(url).await.body);
    }
    get("?format=gif").await.problem(422, "VALIDATION_FAILED");
}
