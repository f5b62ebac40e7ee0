//! A job in the middle of its work: what is there is shown, cancelled work stops, and another try goes on where the first
//! one broke off.

use crate::fleet::{Fleet, job, text};
use janchi_cache::Cache;
use janchi_contracts::content::{ContentJobEvent, GenerateImages, ImageRef};
use janchi_contracts::reference::{Platform, Style};
use janchi_partners::{Fault, Partners, Vendor};
use janchi_testkit::{eventually, send_job};
use serde_json::Value;
use sqlx::PgPool;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(60);
const STYLES: [Style; 2] = [Style::Simple, Style::Fancy];
const PLATFORMS: [Platform; 2] = [Platform::Naver, Platform::Kakao];

fn redis(fleet: &Fleet) -> Cache {
    Cache::connect(&janchi_testkit::redis_url(), &fleet.namespace).unwrap()
}

async fn hash(fleet: &Fleet, job: &GenerateImages) -> HashMap<String, String> {
    let key = format!("job:{}", job.job_id);
    redis(fleet).get_hash(&key).await.unwrap_or_default()
}

/// The pictures that the job shows so far.
async fn shown(fleet: &Fleet, job: &GenerateImages) -> Vec<ImageRef> {
    let hash = hash(fleet, job).await;
    hash.get("images")
        .map_or_else(Vec::new, |images| serde_json::from_str(images).unwrap())
}

/// Waits until one style is there while the other still waits for its vendor.
async fn one_style_is_there(fleet: &Fleet, job: &GenerateImages) -> Vec<ImageRef> {
    eventually(PATIENCE, || async {
        let images = shown(fleet, job).await;
        (images.len() == PLATFORMS.len()).then_some(images)
    })
    .await
}

async fn count(db: &PgPool) -> (i64, i64, i64) {
    let counted = sqlx::query!(
        r#"select (select count(*) from inbox) as "inbox!", (select count(*) from images) as "images!",
                  (select count(*) from image_sets) as "sets!""#
    );
    let counted = counted.fetch_one(db).await.unwrap();
    (counted.inbox, counted.images, counted.sets)
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn pictures_appear_one_by_one(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::start_with(&db, Some(&partners)).await;
    // One of the two styles gets its background late.
    partners.fault(
        Vendor::Stability,
        Fault::slow(Duration::from_secs(3)).times(1),
    );
    let (owner, began) = (Uuid::now_v7(), Instant::now());
    let job = job(owner, &STYLES, &PLATFORMS);
    send_job(&fleet.namespace, &job).await;
    let first = one_style_is_there(&fleet, &job).await;
    assert_eq!(first[0].style, first[1].style);
    let told = || {
        fleet
            .events
            .named::<ContentJobEvent>("content.job.succeeded")
    };
    if began.elapsed() < Duration::from_secs(3) {
        assert!(told().is_empty());
    }
    let progress: u32 = hash(&fleet, &job).await["progress"].parse().unwrap();
    assert!((40..95).contains(&progress), "{progress}");
    // They can be fetched, and are in the owner's list.
    fleet.fetch(&first[0].url).await.status(200);
    let path = format!("/api/content/images?eventId={}", job.event_id);
    let list = fleet.owner(owner).get(&path).await.status(200);
    let ids: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| text(i, "imageId"))
        .collect();
    assert!(
        first
            .iter()
            .all(|i| ids.contains(&i.image_id.to_string().as_str()))
    );
    let all = eventually(PATIENCE, || async { told().into_iter().next() }).await;
    let ContentJobEvent::Succeeded { result, .. } = all else {
        panic!("{all:?}")
    };
    assert_eq!(result.images.len(), 4);
    assert!(first.iter().all(|i| result.images.contains(i)));
    assert_eq!(shown(&fleet, &job).await.len(), 4);
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_job_cancelled_in_the_middle_stops_and_leaves_nothing(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::start_with(&db, Some(&partners)).await;
    partners.fault(Vendor::Stability, Fault::hang().times(1));
    let owner = Uuid::now_v7();
    let job = job(owner, &STYLES, &PLATFORMS);
    send_job(&fleet.namespace, &job).await;
    one_style_is_there(&fleet, &job).await;
    let key = format!("job:{}", job.job_id);
    let cancelled = [("status", "CANCELLED".to_owned())];
    redis(&fleet).set_hash(&key, &cancelled, PATIENCE).await;
    let gone = || async { (count(&db).await == (1, 0, 0)).then_some(()) };
    eventually(PATIENCE, gone).await;
    // The other style asked nobody else, and nothing says that the job runs.
    assert_eq!(partners.calls(Vendor::OpenAi).len(), 0);
    assert_eq!(hash(&fleet, &job).await["status"], "CANCELLED");
    for name in ["content.job.succeeded", "content.job.failed"] {
        assert!(fleet.events.named::<Value>(name).is_empty());
    }
    let path = format!("/api/content/images?eventId={}", job.event_id);
    fleet
        .owner(owner)
        .get(&path)
        .await
        .problem(404, "NOT_FOUND");
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn another_try_draws_only_what_is_missing(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::start_with(&db, Some(&partners)).await;
    // The second style cannot be kept.
    let trap = "create function trap() returns trigger language plpgsql as $$ begin
            perform pg_sleep(1.5);
            raise exception 'the disk is full';
        end $$;
        create trigger trap before insert on images for each row when (new.style = 'FANCY') execute function trap()";
    sqlx::raw_sql(trap).execute(&db).await.unwrap();
    let job = job(Uuid::now_v7(), &STYLES, &PLATFORMS);
    send_job(&fleet.namespace, &job).await;
    // The first style is there, and the second has failed at least once.
    let midway = || async {
        let failed = sqlx::query_scalar!(r#"select count(*) as "n!" from inbox where attempt = 1"#);
        let there = sqlx::query_scalar!("select id from images order by id");
        let there = there.fetch_all(&db).await.unwrap();
        (failed.fetch_one(&db).await.unwrap() == 1 && there.len() == 2).then_some(there)
    };
    let first = eventually(PATIENCE, midway).await;
    sqlx::raw_sql("drop trigger trap on images")
        .execute(&db)
        .await
        .unwrap();
    let told = || async {
        fleet
            .events
            .named::<ContentJobEvent>("content.job.succeeded")
            .into_iter()
            .next()
    };
    let ContentJobEvent::Succeeded { result, .. } = eventually(PATIENCE, told).await else {
        panic!("not told")
    };
    let ids: Vec<Uuid> = result.images.iter().map(|i| i.image_id).collect();
    assert_eq!(ids.len(), 4);
    assert_eq!(
        ids.iter().filter(|id| first.contains(id)).count(),
        2,
        "the first style is what it was"
    );
    let kept = sqlx::query_scalar!(r#"select count(*) as "n!" from images"#);
    assert_eq!(kept.fetch_one(&db).await.unwrap(), 4);
    assert_eq!(
        partners.calls(Vendor::Stability).len(),
        2,
        "no background was asked for twice"
    );
    assert_eq!(shown(&fleet, &job).await.len(), 4);
}
