//! Earlier answers, fitted to another shop.

use crate::setup::{Fleet, assert_sound};
use crate::stub::{Stub, claude_says, plans};
use janchi_contracts::ai::{AiResult, RecommendEvent, RecommendationLookup, Source};
use janchi_testkit::namespace;
use serde_json::json;
use sqlx::PgPool;
use std::time::Duration;

pub async fn lookup(fleet: &Fleet, command: &RecommendEvent) -> Option<AiResult> {
    let body = serde_json::to_value(command).unwrap();
    let answer = fleet
        .peer()
        .post("/internal/recommendations/lookup", body)
        .await
        .status(200);
    serde_json::from_value::<RecommendationLookup>(answer)
        .unwrap()
        .result
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_second_shop_gets_the_first_ones_answer_as_its_own(db: PgPool) {
    let claude = Stub::claude(claude_says(&plans("연말"))).await;
    let fleet = Fleet::with(&db, Some(&claude), None).await;
    let first = RecommendEvent {
        store_name: "비밀의카페".into(),
        note: Some("비밀 메모".into()),
        ..fleet.command()
    };
    assert!(lookup(&fleet, &first).await.is_none());
    assert_eq!(fleet.result(&first).await.source, Source::Claude);

    let second = RecommendEvent {
        store_name: "옆집카페".into(),
        budget: Some(120_000),
        ..fleet.command()
    };
    let result = lookup(&fleet, &second).await.unwrap();
    assert_sound(&result);
    assert_eq!((result.source, result.sandbox), (Source::Cache, true));
    assert!(result.plans[2].forecast.cost <= 120_000);
    assert!(
        result
            .plans
            .iter()
            .all(|p| p.title.starts_with("옆집카페 연말"))
    );
    assert_eq!(claude.calls().len(), 1);

    let key = "ai:recommendation:CAFE:SEOUL:NEW_CUSTOMERS";
    let cached = fleet.cache.get_hash(key).await.unwrap();
    assert!(!cached["body"].contains("비밀") && !cached["body"].contains("옆집"));
    let life: i64 = fleet
        .cache
        .run(|mut redis| {
            let key = fleet.cache.key(key);
            async move { redis::cmd("TTL").arg(key).query_async(&mut redis).await }
        })
        .await
        .unwrap();
    assert!((22 * 3600..=24 * 3600).contains(&life), "{life}");
    assert_eq!(fleet.result(&second).await.source, Source::Cache);
    assert_eq!(claude.calls().len(), 1);
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn the_planners_answer_is_shared_until_a_vendor_is_there(db: PgPool) {
    let namespace = namespace();
    let fleet = Fleet::configured(&db, &namespace, None, None).await;
    fleet.result(&fleet.command()).await;
    assert_eq!(
        lookup(&fleet, &fleet.command()).await.unwrap().source,
        Source::Cache
    );
    fleet.running.stop().await.unwrap();

    let claude = Stub::claude(claude_says(&plans("연말"))).await;
    let fleet = Fleet::configured(&db, &namespace, Some(&claude), None).await;
    assert!(lookup(&fleet, &fleet.command()).await.is_none());
    assert_eq!(fleet.result(&fleet.command()).await.source, Source::Claude);
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn only_services_may_ask_and_nonsense_is_refused(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let body = serde_json::to_value(fleet.command()).unwrap();
    let path = "/internal/recommendations/lookup";
    fleet
        .running
        .client()
        .post(path, body.clone())
        .await
        .problem(401, "UNAUTHORIZED");
    let (_, owner) = fleet.keys.owner();
    fleet
        .running
        .client()
        .bearer(&owner)
        .post(path, body.clone())
        .await
        .problem(401, "UNAUTHORIZED");
    let elsewhere = fleet.keys.peer_token("event", "content");
    fleet
        .running
        .client()
        .bearer(&elsewhere)
        .post(path, body)
        .await
        .problem(401, "UNAUTHORIZED");
    fleet
        .peer()
        .post(path, json!({ "jobId": "x" }))
        .await
        .problem(422, "VALIDATION_FAILED");
    fleet
        .peer()
        .post_raw(path, "application/json", "{")
        .await
        .problem(400, "MALFORMED_JSON");
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn an_entry_that_no_longer_reads_is_a_miss(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let broken = [("body", "{\"version\":0}".to_owned())];
    let key = "ai:recommendation:CAFE:SEOUL:NEW_CUSTOMERS";
    fleet
        .cache
        .set_hash(key, &broken, Duration::from_secs(60))
        .await;
    assert!(lookup(&fleet, &fleet.command()).await.is_none());
    assert_eq!(fleet.result(&fleet.command()).await.source, Source::Planner);
}
