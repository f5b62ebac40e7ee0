//! The saga of approval, step by step: written before it is taken, its outcome beside it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;
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
