//! The saga of approval, step by step: written before it is taken, its outcome beside it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;
use std::time::Duration;
use uuid::Uuid;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    Pending,
    Done,
    Failed,
    /// What the step had brought up was taken down.
    Compensated,
}

impl StepState {
    const fn code(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Done => "DONE",
            Self::Failed => "FAILED",
            Self::Compensated => "COMPENSATED",
        }
    }
}

/// Bringing the event to its channels.
pub const DISTRIBUTE: &str = "DISTRIBUTE";
/// Opening it to customers, now or at its start.
pub const PUBLISH: &str = "PUBLISH";
/// Taking down what was up, after a failure or a cancellation.
pub const TAKE_DOWN: &str = "TAKE_DOWN";

/// Records a step of a run, or its new state.
///
/// # Errors
/// The statement fails.
pub async fn record_step(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    run: u32,
    step: &str,
    state: StepState,
    detail: Value,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into saga_steps (id, event_id, run, step, state, detail, created_at, updated_at)
         select $1, e.id, $3, $4, $5, $6, $7, $7 from events e where e.id = $2
         on conflict on constraint saga_steps_step_key
         do update set state = excluded.state, detail = excluded.detail, updated_at = excluded.updated_at",
        Uuid::now_v7(),
        event_id,
        i32::try_from(run).unwrap_or(i32::MAX),
        step,
        state.code(),
        detail,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What was noted beside a step.
///
/// # Errors
/// The statement fails.
pub async fn find_step_detail(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    run: u32,
    step: &str,
) -> sqlx::Result<Option<Value>> {
    sqlx::query_scalar!(
        "select detail from saga_steps where event_id = $1 and run = $2 and step = $3",
        event_id,
        i32::try_from(run).unwrap_or(i32::MAX),
        step,
    )
    .fetch_optional(db)
    .await
}

/// Records that what distribution had brought up, or was still bringing up, is down. A run that had failed stays failed.
///
/// # Errors
/// The statement fails.
pub async fn compensate_distribution(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    run: u32,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update saga_steps set state = 'COMPENSATED', updated_at = $3
         where event_id = $1 and run = $2 and step = 'DISTRIBUTE' and state in ('PENDING', 'DONE')",
        event_id,
        i32::try_from(run).unwrap_or(i32::MAX),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An event that waits for distribution: to be brought up, or to be taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub event_id: Uuid,
    pub run: i32,
}

/// How long one waits before it is asked after.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Before the first time.
    pub first: Duration,
    /// Later waits grow by half of all the time so far, up to this.
    pub longest: Duration,
}

/// Takes up to `limit` events that have waited long enough, the longest first, and notes that they are asked after now:
/// another process takes others.
///
/// # Errors
/// The statement fails.
pub async fn claim_waiting(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    patience: Patience,
    limit: i64,
) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as!(
        Waiting,
        "update saga_steps set updated_at = $1
         where id in (
             select s.id from saga_steps s join events e on e.id = s.event_id and e.run = s.run
             where s.state = 'PENDING' and s.step in ('DISTRIBUTE', 'TAKE_DOWN')
                 and s.updated_at <= $1::timestamptz - make_interval(secs => $2)
                 and s.updated_at + least(make_interval(secs => $3), (s.updated_at - s.created_at) / 2) <= $1
                 and (s.step = 'DISTRIBUTE' and e.status = 'PUBLISHING'
                     or s.step = 'TAKE_DOWN' and e.status in ('CANCELLED', 'PUBLISH_FAILED'))
             order by s.updated_at limit $4 for update of s skip locked)
         returning event_id, run",
        now,
        patience.first.as_secs_f64(),
        patience.longest.as_secs_f64(),
        limit,
    )
    .fetch_all(db)
    .await
}
