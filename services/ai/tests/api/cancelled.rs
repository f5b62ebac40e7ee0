//! A job that is cancelled while a vendor answers.

use crate::setup::Fleet;
use crate::stub::{Act, Stub, claude_says, plans};
use janchi_contracts::ai::{AiJobEvent, RecommendEvent, Source};
use janchi_testkit::{eventually, send_job};
use sqlx::PgPool;
use std::time::{Duration, Instant};

/// Much less than the vendors are waited for.
const AT_ONCE: Duration = Duration::from_secs(4);

/// As the event service tells it.
async fn cancel(fleet: &Fleet, command: &RecommendEvent) {
    let fields = [("status", "CANCELLED".to_owned())];
    let key = format!("job:{}", command.job_id);
    let lives = Duration::from_secs(60);
    // A first connection to Redis may take longer than a command has.
    eventually(AT_ONCE, || async {
        fleet.cache.set_hash(&key, &fields, lives).await;
        let told = fleet.cache.get_hash(&key).await?;
        (told["status"] == "CANCELLED").then_some(())
    })
    .await;
}

async fn status(fleet: &Fleet, command: &RecommendEvent) -> String {
    let key = format!("job:{}", command.job_id);
    fleet.cache.get_hash(&key).await.unwrap()["status"].clone()
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn cancelling_hangs_up_on_the_vendor_and_nothing_is_told_or_kept(db: PgPool) {
    let claude = Stub::claude(Act::Hang).await;
    let openai = Stub::openai(Act::Hang).await;
    let fleet = Fleet::with(&db, Some(&claude), Some(&openai)).await;
    let command = fleet.command();
    send_job(&fleet.namespace, &command).await;
    eventually(AT_ONCE, || async { (claude.open() == 1).then_some(()) }).await;
    let began = Instant::now();
    cancel(&fleet, &command).await;
    eventually(AT_ONCE, || async { (claude.open() == 0).then_some(()) }).await;
    // The message is done with: nothing is left to be tried again.
    eventually(AT_ONCE, || async {
        let settled = sqlx::query_scalar!(r#"select count(*) as "n!" from inbox"#);
        (settled.fetch_one(&db).await.unwrap() == 1).then_some(())
    })
    .await;
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    assert_eq!(status(&fleet, &command).await, "CANCELLED");
    assert!(openai.calls().is_empty(), "the other vendor was asked");
    let charged = sqlx::query!("select vendor, attempts, cost_micros from job_costs");
    let charged = charged.fetch_one(&db).await.unwrap();
    assert_eq!((charged.vendor, charged.cost_micros), (None, 0));

    // Another job behind it is the only one that is told.
    claude.now(claude_says(&plans("연말")));
    let next = fleet.command();
    assert_eq!(fleet.result(&next).await.source, Source::Claude);
    let kept = sqlx::query_scalar!("select job_id from recommendations");
    assert_eq!(kept.fetch_all(&db).await.unwrap(), [next.job_id]);
    assert!(fleet.events.named::<AiJobEvent>("ai.job.failed").is_empty());
    assert_eq!(
        fleet.events.named::<AiJobEvent>("ai.job.succeeded").len(),
        1
    );
    assert_eq!(status(&fleet, &command).await, "CANCELLED");
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn whoever_waits_for_the_same_answer_gets_it_all_the_same(db: PgPool) {
    let claude = Stub::claude(Act::Hang).await;
    let fleet = Fleet::with(&db, Some(&claude), None).await;
    let (first, second) = (fleet.command(), fleet.command());
    send_job(&fleet.namespace, &first).await;
    eventually(AT_ONCE, || async { (claude.open() == 1).then_some(()) }).await;
    send_job(&fleet.namespace, &second).await;
    let waits = || async {
        let key = format!("job:{}", second.job_id);
        let progress = fleet.cache.get_hash(&key).await?;
        (progress["stage"] == "PLANNING").then_some(())
    };
    eventually(AT_ONCE, waits).await;
    assert_eq!(claude.calls().len(), 1, "one asks for both");
    claude.now(claude_says(&plans("연말")));
    cancel(&fleet, &first).await;
    let AiJobEvent::Succeeded { result, .. } = fleet.ended(second.job_id).await else {
        panic!("the other job failed");
    };
    assert_eq!(result.source, Source::Claude);
    assert_eq!(claude.calls().len(), 2);
    assert_eq!(
        fleet.events.named::<AiJobEvent>("ai.job.succeeded").len(),
        1
    );
}
