//! Redis is gone: slower, and never wrong.

use crate::lookup::lookup;
use crate::setup::{Fleet, assert_sound};
use janchi_contracts::ai::{AiResult, RecommendEvent, Source};
use janchi_partners::{Fault, Partners, Vendor};
use janchi_testkit::{Client, eventually};
use serde_json::json;
use sqlx::PgPool;
use std::time::{Duration, Instant};

/// The job's result, which is there within the ten seconds a job has.
async fn planned(fleet: &Fleet, command: &RecommendEvent) -> AiResult {
    let began = Instant::now();
    let result = fleet.result(command).await;
    let took = began.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert_sound(&result);
    result
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn every_source_but_the_cache_answers(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::without_redis(&db, &partners).await;
    let admin = Client::new(&fleet.running.admin);
    eventually(Duration::from_secs(20), || async {
        let ready = admin.get("/readyz").await.json();
        (ready["dependencies"]["ai.recommendation"] == "up").then_some(())
    })
    .await;
    assert!(lookup(&fleet, &fleet.command()).await.is_none());
    let first = fleet.command();
    assert_eq!(planned(&fleet, &first).await.source, Source::Claude);
    // Nothing was kept there: Claude is asked again.
    assert_eq!(
        planned(&fleet, &fleet.command()).await.source,
        Source::Claude
    );
    partners.fault(Vendor::Anthropic, Fault::dead());
    assert_eq!(
        planned(&fleet, &fleet.command()).await.source,
        Source::OpenAi
    );
    partners.fault(Vendor::OpenAi, Fault::dead());
    let earlier = planned(&fleet, &fleet.command()).await;
    assert_eq!(earlier.source, Source::Cache);
    assert!(earlier.notice.unwrap().contains("만든 추천"));
    let elsewhere = RecommendEvent {
        industry: janchi_contracts::reference::Industry::Pet,
        ..fleet.command()
    };
    assert_eq!(planned(&fleet, &elsewhere).await.source, Source::Planner);
    // The same message again has no second effect, whatever Redis could have said.
    janchi_testkit::send_job(&fleet.namespace, &first).await;
    planned(&fleet, &fleet.command()).await;
    let rows = sqlx::query_scalar!(
        "select count(*) from recommendations where job_id = $1",
        first.job_id
    );
    assert_eq!(rows.fetch_one(&db).await.unwrap(), Some(1));
    let ask = json!({ "text": "이번 주말 치킨 손님 늘리고 싶어, 20만 원", "today": "2026-11-24" });
    let intent = fleet
        .peer()
        .post("/internal/intents", ask)
        .await
        .status(200);
    assert_eq!(
        (&intent["source"], &intent["budget"]),
        (&json!("PLANNER"), &json!(200_000))
    );
}
