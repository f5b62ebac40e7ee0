//! What vendors cost, per call and per job.

use crate::domain::cost::{Bill, Purpose, Usage};
use chrono::{DateTime, Utc};
use janchi_contracts::ai::RecommendEvent;
use sqlx::PgExecutor;
use std::time::Duration;
use uuid::Uuid;

/// A call of a vendor.
#[derive(Debug, Clone)]
pub struct VendorCall<'a> {
    pub purpose: Purpose,
    pub vendor: &'a str,
    pub model: &'a str,
    pub prompt: &'a str,
    pub outcome: &'a str,
    pub usage: Usage,
    pub cost_micros: i64,
    pub took: Duration,
}

/// Keeps a call.
pub async fn insert_call(
    db: impl PgExecutor<'_>,
    call: &VendorCall<'_>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into vendor_calls
             (id, purpose, vendor, model, prompt, outcome, input_tokens, output_tokens, cost_micros, milliseconds, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        Uuid::now_v7(),
        call.purpose.code(),
        call.vendor,
        call.model,
        call.prompt,
        call.outcome,
        call.usage.input_tokens,
        call.usage.output_tokens,
        call.cost_micros,
        millis(call.took),
        at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What calls for a purpose cost since then, in millionths of a won.
pub async fn sum_calls(
    db: impl PgExecutor<'_>,
    purpose: Purpose,
    since: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select coalesce(sum(cost_micros), 0)::bigint as "cost!" from vendor_calls
           where purpose = $1 and created_at >= $2"#,
        purpose.code(),
        since,
    )
    .fetch_one(db)
    .await
}

/// Keeps what a job took.
pub async fn insert_job(
    db: impl PgExecutor<'_>,
    command: &RecommendEvent,
    bill: Bill,
    took: Duration,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into job_costs
             (job_id, event_id, owner_id, vendor, attempts, input_tokens, output_tokens, cost_micros, milliseconds, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (job_id) do nothing",
        command.job_id,
        command.event_id,
        command.owner_id,
        bill.vendor,
        bill.attempts,
        bill.usage.input_tokens,
        bill.usage.output_tokens,
        bill.cost_micros,
        millis(took),
        at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets up to `limit` calls of before then; how many there were.
pub async fn delete_calls(
    db: impl PgExecutor<'_>,
    before: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "delete from vendor_calls where id in (select id from vendor_calls where created_at < $1 limit $2)",
        before,
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Forgets up to `limit` jobs' costs of before then; how many there were.
pub async fn delete_jobs(
    db: impl PgExecutor<'_>,
    before: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "delete from job_costs where job_id in (select job_id from job_costs where created_at < $1 limit $2)",
        before,
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

fn millis(took: Duration) -> i64 {
    i64::try_from(took.as_millis()).unwrap_or(i64::MAX)
}
