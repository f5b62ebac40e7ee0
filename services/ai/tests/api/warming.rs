//! Answers that are there before anybody asks.

use crate::lookup::lookup;
use crate::setup::Fleet;
use crate::stub::{Act, Stub, claude_says, plans};
use chrono::TimeDelta;
use janchi_contracts::ai::{RecommendEvent, Source};
use janchi_contracts::reference::{Code, Objective};
use janchi_testkit::eventually;
use sqlx::PgPool;
use std::time::Duration;

const KEY: &str = "ai:recommendation:CAFE:SEOUL:NEW_CUSTOMERS";
const SOON: Duration = Duration::from_secs(20);

/// Says that plans for this were asked for so often today.
async fn want(db: &PgPool, command: &RecommendEvent, asked: i64) {
    sqlx::query!(
        "insert into topic_demand (day, industry, region, objective, asked) values ($1, $2, $3, $4, $5)",
        command.today,
        command.industry.code(),
        command.region.code(),
        command.objective.code(),
        asked,
    )
    .execute(db)
    .await
    .unwrap();
}

async fn answers(db: &PgPool) -> i64 {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from answers"#);
    count.fetch_one(db).await.unwrap()
}

async fn answered(db: &PgPool, times: i64) {
    eventually(SOON, || async {
        (answers(db).await == times).then_some(())
    })
    .await;
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn what_is_asked_for_often_is_there_before_it_is_asked_for(db: PgPool) {
    let claude = Stub::claude(claude_says(&plans("연말"))).await;
    let fleet = Fleet::warmed(&db, &claude, 1_000).await;
    let rare = RecommendEvent {
        objective: Objective::Revisit,
        ..fleet.command()
    };
    assert!(lookup(&fleet, &rare).await.is_none());
    for _ in 0..3 {
        assert!(lookup(&fleet, &fleet.command()).await.is_none());
    }
    let found = eventually(SOON, || async { lookup(&fleet, &fleet.command()).await }).await;
    assert_eq!(found.source, Source::Cache);
    assert!(found.plans[0].title.starts_with("다정한카페 연말"));
    // Many rounds later there is still one call, and nothing for what was asked for once.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(claude.calls().len(), 1);
    assert!(lookup(&fleet, &rare).await.is_none());
    let call = sqlx::query!("select purpose, cost_micros from vendor_calls");
    let call = call.fetch_one(&db).await.unwrap();
    assert_eq!(call.purpose, "WARMING");
    assert_eq!(call.cost_micros, 900 * 1_500 + 1_500 * 7_500);
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn an_answer_that_is_about_to_end_is_replaced_while_it_is_there(db: PgPool) {
    let claude = Stub::claude(claude_says(&plans("연말"))).await;
    let fleet = Fleet::warmed(&db, &claude, 1_000).await;
    want(&db, &fleet.command(), 9).await;
    answered(&db, 1).await;
    claude.now(claude_says(&plans("겨울")));
    let old = fleet.clock.now() - TimeDelta::hours(23);
    sqlx::query!("update answers set created_at = $1", old)
        .execute(&db)
        .await
        .unwrap();
    answered(&db, 2).await;
    let found = eventually(SOON, || async {
        let found = lookup(&fleet, &fleet.command()).await.unwrap();
        found.plans[0].title.contains("겨울").then_some(found)
    })
    .await;
    assert_eq!(found.source, Source::Cache);
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_day_costs_at_most_its_budget_and_one_call(db: PgPool) {
    let claude = Stub::claude(claude_says(&plans("연말"))).await;
    // A call costs 12.6 won.
    let fleet = Fleet::warmed(&db, &claude, 20).await;
    for objective in Objective::ALL {
        let command = RecommendEvent {
            objective,
            ..fleet.command()
        };
        want(&db, &command, 9).await;
    }
    answered(&db, 2).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(claude.calls().len(), 2);
    // Another day, other money.
    fleet.clock.advance(Duration::from_secs(24 * 3600));
    eventually(SOON, || async { (claude.calls().len() == 4).then_some(()) }).await;
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn one_process_warms_at_a_time(db: PgPool) {
    let claude = Stub::claude(claude_says(&plans("연말"))).await;
    let mut other = db.acquire().await.unwrap();
    let lock = sqlx::query!("select pg_advisory_lock($1)", 0x6a61_6e63_0001_i64);
    lock.fetch_one(&mut *other).await.unwrap();
    let fleet = Fleet::warmed(&db, &claude, 1_000).await;
    want(&db, &fleet.command(), 9).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(claude.calls().len(), 0);
    other.close().await.unwrap();
    answered(&db, 1).await;
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn without_vendors_the_planner_is_ahead_of_whatever_was_wanted_once(db: PgPool) {
    let fleet = Fleet::planning_ahead(&db).await;
    want(&db, &fleet.command(), 1).await;
    let found = eventually(SOON, || async { lookup(&fleet, &fleet.command()).await }).await;
    assert_eq!(found.source, Source::Cache);
    assert!(
        found
            .plans
            .iter()
            .all(|p| p.title.starts_with("다정한카페 "))
    );
    // It costs nothing, and is not made again while it is there.
    let stored = || async { fleet.cache.get_hash(KEY).await.unwrap()["body"].clone() };
    let before = stored().await;
    fleet.cache.delete(KEY).await;
    eventually(SOON, || async { fleet.cache.get_hash(KEY).await }).await;
    assert_eq!(stored().await, before);
    let calls = sqlx::query_scalar!(r#"select count(*) as "calls!" from vendor_calls"#);
    assert_eq!(calls.fetch_one(&db).await.unwrap(), 0);
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_fleet_stops_while_a_vendor_is_silent(db: PgPool) {
    let claude = Stub::claude(Act::Hang).await;
    let fleet = Fleet::warmed(&db, &claude, 1_000).await;
    want(&db, &fleet.command(), 9).await;
    eventually(SOON, || async { (claude.calls().len() == 1).then_some(()) }).await;
    let stopped = tokio::time::timeout(Duration::from_secs(5), fleet.running.stop());
    stopped.await.unwrap().unwrap();
}
