use crate::fleet::{Fleet, job, one, text};
use janchi_contracts::content::ImageSource;
use janchi_contracts::reference::{Platform, Style};
use janchi_partners::{Fault, Partners, Vendor};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn one_background_serves_every_size_and_every_edit(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::start_with(&db, Some(&partners)).await;
    let owner = Uuid::now_v7();
    let mut job = job(owner, &[Style::Fancy, Style::Trendy], &Platform::ALL);
    let images = fleet.draw(&job).await;
    assert_eq!(images.len(), 6);
    assert!(
        images
            .iter()
            .all(|i| i.source == ImageSource::Stability && i.ai_generated)
    );
    assert_eq!(partners.calls(Vendor::Stability).len(), 2);

    let path = format!("/api/content/images/{}/edits", images[0].image_id);
    let edited = fleet
        .owner(owner)
        .post(&path, json!({"titleText": "새 제목"}))
        .await
        .status(201);
    assert_eq!(
        (text(&edited, "source"), edited["aiGenerated"].as_bool()),
        ("STABILITY", Some(true))
    );
    assert_eq!(edited["sandbox"], true);
    job.job_id = Uuid::now_v7();
    job.brief.title = "다른 제목".into();
    fleet.draw(&job).await;
    assert_eq!(partners.calls(Vendor::Stability).len(), 2);
    // The file itself says that a model took part.
    for url in [
        &images[0].variants.png,
        &images[0].variants.jpeg,
        &images[0].variants.webp,
    ] {
        let bytes = fleet.fetch(url).await.body;
        assert!(String::from_utf8_lossy(&bytes).contains("compositeWithTrainedAlgorithmicMedia"));
    }
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn when_the_first_vendor_fails_the_second_paints(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::start_with(&db, Some(&partners)).await;
    for fault in [
        Fault::refuse(),
        Fault::status(500),
        Fault::garbage(),
        Fault::spend_limit(),
        Fault::rate_limit(60),
        Fault::unauthorized(),
        Fault::truncate(),
    ] {
        partners.fault(Vendor::Stability, fault.clone());
        let (_, image) = one(&fleet, Uuid::now_v7()).await;
        assert_eq!(image.source, ImageSource::OpenAi, "{fault:?}");
    }
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn when_both_vendors_fail_the_pattern_is_drawn_and_says_so(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::start_with(&db, Some(&partners)).await;
    partners.fault(Vendor::Stability, Fault::dead());
    partners.fault(Vendor::OpenAi, Fault::refuse());
    let owner = Uuid::now_v7();
    let (mut job, image) = one(&fleet, owner).await;
    assert_eq!(
        (image.source, image.ai_generated),
        (ImageSource::Template, false)
    );
    // The pattern is not kept for the event: a vendor that is back gets its chance.
    partners.clear_faults();
    job.job_id = Uuid::now_v7();
    job.brief.title = "다시 그려 주세요".into();
    assert_eq!(fleet.draw(&job).await[0].source, ImageSource::Stability);
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_vendor_that_hangs_is_not_waited_for_long(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::start_with(&db, Some(&partners)).await;
    partners.fault(Vendor::Stability, Fault::hang());
    let began = std::time::Instant::now();
    let (_, image) = one(&fleet, Uuid::now_v7()).await;
    assert_eq!(image.source, ImageSource::OpenAi);
    assert!(
        began.elapsed() < std::time::Duration::from_secs(40),
        "{:?}",
        began.elapsed()
    );
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_vendor_that_keeps_failing_is_left_alone_for_a_while(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::start_with(&db, Some(&partners)).await;
    partners.fault(Vendor::Stability, Fault::status(500));
    for _ in 0..8 {
        let (_, image) = one(&fleet, Uuid::now_v7()).await;
        assert_eq!(image.source, ImageSource::OpenAi);
    }
    // Five failures in a row open the breaker; those after it did not call.
    assert_eq!(partners.calls(Vendor::Stability).len(), 5);
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_refused_prompt_is_no_failure_of_the_vendor(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::start_with(&db, Some(&partners)).await;
    // The one answers 200 with a blurred picture, the other 400 `moderation_blocked`.
    partners.fault(Vendor::Stability, Fault::refuse());
    partners.fault(Vendor::OpenAi, Fault::refuse());
    for _ in 0..7 {
        let (_, image) = one(&fleet, Uuid::now_v7()).await;
        assert_eq!(image.source, ImageSource::Template);
    }
    assert_eq!(partners.calls(Vendor::Stability).len(), 7);
    assert_eq!(partners.calls(Vendor::OpenAi).len(), 7);
}
