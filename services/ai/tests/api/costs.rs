//! What vendors cost, counted per call and per job.

use crate::setup::Fleet;
use crate::stub::{Act, Stub, claude_says, openai_says, plans};
use janchi_contracts::ai::Source;
use serde_json::json;
use sqlx::PgPool;

/// Claude declines, after it has written a little.
fn declined() -> Act {
    Act::Say(
        200,
        json!({ "type": "message", "model": "claude-test", "stop_reason": "refusal",
                "content": [], "usage": { "input_tokens": 900, "output_tokens": 10 } }),
    )
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_job_is_charged_with_every_call_also_with_those_in_vain(db: PgPool) {
    let claude = Stub::claude(declined()).await;
    let openai = Stub::openai(openai_says(&plans("겨울"))).await;
    let fleet = Fleet::with(&db, Some(&claude), Some(&openai)).await;
    let (first, second) = (fleet.command(), fleet.command());
    assert_eq!(fleet.result(&first).await.source, Source::OpenAi);
    assert_eq!(fleet.result(&second).await.source, Source::Cache);

    let calls = sqlx::query!(
        "select purpose, vendor, model, prompt, outcome, input_tokens, output_tokens, cost_micros
         from vendor_calls order by id"
    );
    let calls = calls.fetch_all(&db).await.unwrap();
    let told: Vec<_> = calls
        .iter()
        .map(|c| (c.vendor.as_str(), c.outcome.as_str(), c.cost_micros))
        .collect();
    // Tokens times won per million: 900 at 1,500 and 10 at 7,500; 800 at 1,200 and 1,400 at 6,800.
    let (vain, good) = (900 * 1_500 + 10 * 7_500, 800 * 1_200 + 1_400 * 6_800);
    assert_eq!(told, [("claude", "refused", vain), ("openai", "ok", good)]);
    assert!(
        calls
            .iter()
            .all(|c| c.purpose == "PLANS" && c.prompt == "plans.v1")
    );
    assert_eq!((calls[0].input_tokens, calls[0].output_tokens), (900, 10));
    assert_eq!(calls[1].model, "gpt-test");

    let job = |id: uuid::Uuid| {
        let query = sqlx::query!(
            "select owner_id, vendor, attempts, input_tokens, output_tokens, cost_micros, milliseconds
             from job_costs where job_id = $1",
            id
        );
        query.fetch_one(&db)
    };
    let charged = job(first.job_id).await.unwrap();
    assert_eq!(charged.vendor.as_deref(), Some("openai"));
    assert_eq!((charged.attempts, charged.cost_micros), (2, vain + good));
    assert_eq!(
        (charged.input_tokens, charged.output_tokens),
        (1_700, 1_410)
    );
    assert_eq!(charged.owner_id, first.owner_id);
    assert!(charged.milliseconds >= 0);
    let free = job(second.job_id).await.unwrap();
    assert_eq!((free.vendor, free.attempts, free.cost_micros), (None, 0, 0));
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn an_answer_that_breaks_our_rules_is_paid_for_and_named(db: PgPool) {
    let claude = Stub::claude(claude_says("그럼요! 세 가지를 추천할게요.")).await;
    let fleet = Fleet::with(&db, Some(&claude), None).await;
    assert_eq!(fleet.result(&fleet.command()).await.source, Source::Planner);
    let ask = json!({ "text": "매출 올리기", "today": "2026-11-24" });
    fleet
        .peer()
        .post("/internal/intents", ask)
        .await
        .status(200);
    let calls = sqlx::query!("select purpose, outcome, cost_micros from vendor_calls order by id");
    let calls = calls.fetch_all(&db).await.unwrap();
    let told: Vec<_> = calls
        .iter()
        .map(|c| (c.purpose.as_str(), c.outcome.as_str(), c.cost_micros))
        .collect();
    let cost = 900 * 1_500 + 1_500 * 7_500;
    assert_eq!(
        told,
        [("PLANS", "invalid", cost), ("INTENT", "invalid", cost)]
    );
    let job = sqlx::query!("select vendor, attempts, cost_micros from job_costs");
    let job = job.fetch_one(&db).await.unwrap();
    assert_eq!((job.vendor, job.attempts, job.cost_micros), (None, 1, cost));
}
