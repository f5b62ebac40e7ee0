use crate::fleet::{Fleet, config, job, one};
use janchi_cache::Cache;
use janchi_contracts::content::{ContentJobEvent, GenerateImages, ImageSource};
use janchi_contracts::reference::{Platform, Style};
use janchi_testkit::{Client, eventually, send_job};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::collections::HashSet;
use std::time::Duration;
use uuid::Uuid;

fn redis(fleet: &Fleet) -> Cache {
    Cache::connect(&janchi_testkit::redis_url(), &fleet.namespace).unwrap()
}

async fn look_up(fleet: &Fleet, job: &GenerateImages) -> Value {
    let reply = fleet
        .peer()
        .post(
            "/internal/images/lookup",
            serde_json::to_value(job).unwrap(),
        )
        .await;
    reply.status(200)["result"].clone()
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_job_makes_nine_pictures_and_tells_so(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let job = job(owner, &Style::ALL, &Platform::ALL);
    let images = fleet.draw(&job).await;
    assert_eq!(images.len(), 9);
    let mut contents = HashSet::new();
    for image in &images {
        assert_eq!(
            (image.source, image.ai_generated),
            (ImageSource::Template, false)
        );
        assert_eq!((image.width, image.height), Platform::size(image.platform));
        assert_eq!(image.url, image.variants.png);
        assert!(image.alt_text.contains("겨울맞이 단골 손님 감사 이벤트"));
        let png = fleet.fetch(&image.url).await;
        png.status(200);
        assert_eq!(png.header("content-type"), Some("image/png"));
        let picture = image::load_from_memory(&png.body).unwrap();
        assert_eq!(
            (picture.width(), picture.height()),
            Platform::size(image.platform)
        );
        contents.insert(png.body);
    }
    assert_eq!(contents.len(), 9);
    let hash = redis(&fleet)
        .get_hash(&format!("job:{}", job.job_id))
        .await
        .unwrap();
    assert_eq!(
        (hash["status"].as_str(), hash["progress"].as_str()),
        ("RUNNING", "95")
    );

    let list = fleet
        .owner(owner)
        .get(&format!(
            "/api/content/images?eventId={}&limit=5",
            job.event_id
        ))
        .await
        .status(200);
    assert_eq!(
        (
            list["totalCount"].as_i64(),
            list["items"].as_array().unwrap().len()
        ),
        (Some(9), 5)
    );
    let cursor = list["nextCursor"].as_str().unwrap();
    let path = format!(
        "/api/content/images?eventId={}&limit=5&cursor={cursor}",
        job.event_id
    );
    let rest = fleet.owner(owner).get(&path).await.status(200);
    assert_eq!(
        (rest["items"].as_array().unwrap().len(), &rest["nextCursor"]),
        (4, &Value::Null)
    );
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_message_delivered_twice_has_one_effect(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (job, image) = one(&fleet, Uuid::now_v7()).await;
    // The same job under another message id: what a repeated order looks like.
    send_job(&fleet.namespace, &job).await;
    let settled = || async {
        let count = sqlx::query_scalar!(r#"select count(*) as "n!" from inbox"#)
            .fetch_one(&db)
            .await
            .unwrap();
        (count == 2).then_some(())
    };
    eventually(Duration::from_secs(60), settled).await;
    let rows = sqlx::query_scalar!("select id from images")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(rows, [image.image_id]);
    assert_eq!(
        fleet
            .events
            .named::<ContentJobEvent>("content.job.succeeded")
            .len(),
        1
    );
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn pictures_of_the_same_brief_are_found_again(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (mut job, image) = one(&fleet, Uuid::now_v7()).await;
    // A new version of the event with the same words: the same pictures.
    job.job_id = Uuid::now_v7();
    job.brief.event_version += 1;
    let expected = json!([image]);
    assert_eq!(look_up(&fleet, &job).await["images"], expected);
    // The cache may be gone: the database knows too, and fills it again.
    let key = format!("content:image:{}:SIMPLE", job.event_id);
    let cache = redis(&fleet);
    cache.delete(&key).await;
    assert_eq!(look_up(&fleet, &job).await["images"], expected);
    let cached: Value = serde_json::from_str(&cache.get(&key).await.unwrap()).unwrap();
    assert_eq!(cached["images"], expected);

    let mut more = job.clone();
    more.platforms.push(Platform::Kakao);
    assert_eq!(look_up(&fleet, &more).await, Value::Null);
    let mut other = job.clone();
    other.brief.title = "다른 이벤트".into();
    assert_eq!(look_up(&fleet, &other).await, Value::Null);
    let mut foreign = job.clone();
    foreign.owner_id = Uuid::now_v7();
    assert_eq!(look_up(&fleet, &foreign).await, Value::Null);
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn only_pictures_of_the_event_are_resolved(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let (job, image) = one(&fleet, owner).await;
    let (_, foreign) = one(&fleet, owner).await;
    let body = json!({"eventId": job.event_id, "imageIds": [foreign.image_id, image.image_id, Uuid::now_v7()]});
    let found = fleet
        .peer()
        .post("/internal/images/resolve", body.clone())
        .await
        .status(200);
    assert_eq!(found, json!({"images": [image]}));
    fleet
        .owner(owner)
        .post("/internal/images/resolve", body)
        .await
        .problem(401, "UNAUTHORIZED");
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_job_that_cannot_be_done_is_told_as_failed(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let job = job(Uuid::now_v7(), &[], &[Platform::Kakao]);
    send_job(&fleet.namespace, &job).await;
    let told: ContentJobEvent = fleet.events.next("content.job.failed", |_| true).await;
    let ContentJobEvent::Failed { job_id, code, .. } = told else {
        panic!("{told:?}")
    };
    assert_eq!(
        (job_id, code.as_str()),
        (job.job_id, "IMAGE_GENERATION_FAILED")
    );
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_cancelled_job_draws_nothing(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let job = job(Uuid::now_v7(), &[Style::Simple], &[Platform::Kakao]);
    let key = format!("job:{}", job.job_id);
    redis(&fleet)
        .set_hash(
            &key,
            &[("status", "CANCELLED".into())],
            Duration::from_secs(60),
        )
        .await;
    send_job(&fleet.namespace, &job).await;
    let settled = || async {
        let count = sqlx::query_scalar!(r#"select count(*) as "n!" from inbox"#)
            .fetch_one(&db)
            .await
            .unwrap();
        (count == 1).then_some(())
    };
    eventually(Duration::from_secs(60), settled).await;
    assert_eq!(
        redis(&fleet).get_hash(&key).await.unwrap()["status"],
        "CANCELLED"
    );
    assert_eq!(
        sqlx::query_scalar!(r#"select count(*) as "n!" from images"#)
            .fetch_one(&db)
            .await
            .unwrap(),
        0
    );
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_missing_font_folder_stops_the_start(db: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let keys = janchi_testkit::Keys::new();
    let mut config = config(&db, &keys, "none", folder.path(), None).await;
    config.font_dir = folder.path().join("nowhere");
    let service = janchi_testkit::Running::start_unready(move |listeners, shutdown| async move {
        content_service::assemble(config, janchi_runtime::Clock::system(), shutdown)?
            .serve(listeners)
            .await
    })
    .await;
    let ended = || async { service.has_ended().then_some(()) };
    eventually(Duration::from_secs(10), ended).await;
    let error = format!("{:#}", service.stop().await.unwrap_err());
    assert!(error.contains("FONT_DIR"), "{error}");
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn the_admin_port_tells_what_it_needs(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let ready = Client::new(&fleet.service.admin)
        .get("/readyz")
        .await
        .status(200);
    for need in [
        "postgres",
        "redis",
        "rabbitmq",
        "content.image",
        "content.events",
    ] {
        assert_eq!(ready["dependencies"][need], "up", "{ready}");
    }
}
