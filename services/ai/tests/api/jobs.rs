//! From the queue to the message that ends a job.

use crate::setup::{Fleet, assert_sound};
use crate::stub::{Act, Stub};
use janchi_contracts::ai::{AiJobEvent, AiResult, Source, Tier};
use janchi_testkit::eventually;
use sqlx::PgPool;
use std::time::Duration;

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_job_without_vendors_is_planned_stored_and_told(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let command = fleet.command();
    let result = fleet.result(&command).await;
    assert_sound(&result);
    assert_eq!(result.source, Source::Planner);
    assert!(!result.sandbox && result.notice.is_some());
    assert!(
        result
            .plans
            .iter()
            .all(|p| p.title.starts_with("다정한카페 "))
    );
    assert!(
        result
            .plans
            .iter()
            .all(|p| p.schedule.starts_at > fleet.clock.now())
    );
    assert_eq!(
        result.plans.iter().map(|p| p.tier).collect::<Vec<_>>(),
        Tier::ALL
    );

    let stored = sqlx::query!("select job_id, owner_id, source, result from recommendations")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(
        (stored.job_id, stored.owner_id, stored.source.as_str()),
        (command.job_id, command.owner_id, "PLANNER")
    );
    assert_eq!(
        serde_json::from_value::<AiResult>(stored.result).unwrap(),
        result
    );
    let forecasts =
        sqlx::query!("select plan_id, cost, participants_expected from forecasts order by cost")
            .fetch_all(&db)
            .await
            .unwrap();
    assert_eq!(forecasts.len(), 3);
    for (row, plan) in forecasts.iter().zip(&result.plans) {
        assert_eq!((row.plan_id, row.cost), (plan.plan_id, plan.forecast.cost));
        assert_eq!(
            row.participants_expected,
            plan.forecast.participants.expected
        );
    }
    let progress = fleet
        .cache
        .get_hash(&format!("job:{}", command.job_id))
        .await
        .unwrap();
    assert_eq!(
        (progress["status"].as_str(), progress["stage"].as_str()),
        ("RUNNING", "FORECAST")
    );
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn the_same_job_sent_twice_has_one_answer(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let command = fleet.command();
    fleet.result(&command).await;
    janchi_testkit::send_job(&fleet.namespace, &command).await;
    // Another job behind it: when that one is done, the second delivery is, too.
    fleet.result(&fleet.command()).await;
    let rows = sqlx::query_scalar!(
        "select count(*) from recommendations where job_id = $1",
        command.job_id
    );
    assert_eq!(rows.fetch_one(&db).await.unwrap(), Some(1));
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn the_owners_budget_is_kept_and_too_little_is_told_kindly(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    for budget in [3_000, 20_000, 150_000, 2_000_000] {
        let result = fleet
            .result(&janchi_contracts::ai::RecommendEvent {
                budget: Some(budget),
                ..fleet.command()
            })
            .await;
        assert_sound(&result);
        assert!(result.plans[2].forecast.cost <= budget, "{budget}");
    }
    let poor = janchi_contracts::ai::RecommendEvent {
        budget: Some(100),
        ..fleet.command()
    };
    match fleet.run(&poor).await {
        AiJobEvent::Failed { code, message, .. } => {
            assert_eq!(code, "BUDGET_TOO_SMALL");
            assert!(message.contains("3,000원"));
        }
        AiJobEvent::Succeeded { .. } => panic!("nothing can be bought for 100 won"),
    }
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn progress_tells_what_is_being_done(db: PgPool) {
    let claude = Stub::claude(Act::Hang).await;
    let fleet = Fleet::with(&db, Some(&claude), None).await;
    let command = fleet.command();
    janchi_testkit::send_job(&fleet.namespace, &command).await;
    let told = |stage: &'static str| {
        let (cache, key) = (fleet.cache.clone(), format!("job:{}", command.job_id));
        move || {
            let (cache, key) = (cache.clone(), key.clone());
            async move {
                let progress = cache.get_hash(&key).await?;
                (progress["stage"] == stage).then(|| progress["progress"].clone())
            }
        }
    };
    let soon = Duration::from_secs(20);
    // As long as the vendor writes, that is the stage, however long it takes.
    assert_eq!(eventually(soon, told("PLANNING")).await, "30");
    eventually(soon, || async { (claude.calls().len() == 1).then_some(()) }).await;
    assert_eq!(told("PLANNING")().await.unwrap(), "30");
    fleet.ended(command.job_id).await;
    assert_eq!(told("FORECAST")().await.unwrap(), "90");
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_cancelled_job_is_not_done(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let command = fleet.command();
    let cancelled = [("status", "CANCELLED".to_owned())];
    fleet
        .cache
        .set_hash(
            &format!("job:{}", command.job_id),
            &cancelled,
            Duration::from_secs(60),
        )
        .await;
    janchi_testkit::send_job(&fleet.namespace, &command).await;
    fleet.result(&fleet.command()).await;
    let progress = fleet
        .cache
        .get_hash(&format!("job:{}", command.job_id))
        .await
        .unwrap();
    assert_eq!(progress["status"], "CANCELLED");
    let told: Vec<AiJobEvent> = fleet.events.named("ai.job.succeeded");
    assert_eq!(told.len(), 1);
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_job_that_waited_past_its_day_starts_in_the_future(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let command = fleet.command();
    fleet.clock.advance(Duration::from_secs(20 * 24 * 3600));
    let result = fleet.result(&command).await;
    assert!(
        result
            .plans
            .iter()
            .all(|p| p.schedule.starts_at > fleet.clock.now())
    );
}
