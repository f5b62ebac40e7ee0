//! What became of a job that failed for good, seen and mended by an operator.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use ai_service::{Config, Warming};
use chrono::Utc;
use janchi_contracts::ai::{AiJobEvent, RecommendEvent};
use janchi_contracts::reference::{Industry, Objective, Region};
use janchi_runtime::{Clock, seoul};
use janchi_testkit::{Events, Keys, Running, amqp_url, eventually, namespace, shared_settings};
use secrecy::ExposeSecret;
use sqlx::PgPool;
use std::process::Command;
use std::time::Duration;
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(30);

fn config(db: &PgPool, namespace: &str) -> Config {
    Config {
        shared: shared_settings(db, &Keys::new(), namespace),
        anthropic_url: None,
        anthropic_key: None,
        anthropic_model: ai_service::ANTHROPIC_MODEL.to_owned(),
        anthropic_price: ai_service::ANTHROPIC_PRICE,
        openai_url: None,
        openai_key: None,
        openai_model: ai_service::OPENAI_MODEL.to_owned(),
        openai_price: ai_service::OPENAI_PRICE,
        datalab_url: None,
        datalab_key_id: None,
        datalab_key: None,
        sandbox: false,
        answer_deadline: ai_service::ANSWER_DEADLINE,
        warming: Warming {
            budget: 0,
            every: ai_service::WARMING_EVERY,
        },
        retention_days: ai_service::RETENTION_DAYS,
    }
}

fn admin(namespace: &str, words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_janchi"))
        .args(["admin", "dead-letters"])
        .args(words)
        .env("AMQP_URL", amqp_url().expose_secret())
        .env("NAMESPACE", namespace)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_recommendation_that_failed_three_times_is_listed_and_replayed(db: PgPool) {
    let namespace = namespace();
    let config = config(&db, &namespace);
    let _running = Running::start(|listeners, shutdown| async move {
        ai_service::assemble(config, Clock::system(), shutdown)?
            .serve(listeners)
            .await
    })
    .await;
    let events = Events::listen(&namespace, &["ai.job.*"]).await;
    let rename = |from: &str, to: &str| format!("alter table {from} rename to {to}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(rename("recommendations", "gone")))
        .execute(&db)
        .await
        .unwrap();
    let job_id = Uuid::now_v7();
    let job = RecommendEvent {
        job_id,
        event_id: Uuid::now_v7(),
        owner_id: Uuid::now_v7(),
        store_name: "다정한카페".to_owned(),
        industry: Industry::Cafe,
        region: Region::Seoul,
        objective: Objective::Sales,
        budget: None,
        note: None,
        today: seoul::day(Utc::now()),
    };
    janchi_testkit::send_job(&namespace, &job).await;
    let listed = eventually(SOON, || async {
        let listed = admin(&namespace, &["list", "--queue", "ai.recommendation"]);
        listed.contains("\n1 dead letters").then_some(listed)
    })
    .await;
    assert!(
        listed.contains("attempt 3") && !listed.contains("다정한카페"),
        "{listed}"
    );
    let failed = events.next::<AiJobEvent>("ai.job.failed", |_| true).await;
    assert!(matches!(failed, AiJobEvent::Failed { code, .. } if code == "RECOMMENDATION_FAILED"));

    sqlx::raw_sql(sqlx::AssertSqlSafe(rename("gone", "recommendations")))
        .execute(&db)
        .await
        .unwrap();
    let said = admin(&namespace, &["replay", "ai.recommendation"]);
    assert_eq!(said.trim(), "1 put back into ai.recommendation");
    let done = events
        .next::<AiJobEvent>("ai.job.succeeded", |_| true)
        .await;
    assert!(matches!(done, AiJobEvent::Succeeded { job_id: done, .. } if done == job_id));
    assert_eq!(admin(&namespace, &["list"]).trim(), "0 dead letters");
}
