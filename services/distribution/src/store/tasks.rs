//! Channel tasks.

use super::unreadable;
use crate::domain::task::{Steps, Task, Work};
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::ChannelStatus;
use janchi_contracts::reference::{Channel, Code};
use sqlx::PgExecutor;
use sqlx::types::Json;
use std::time::Duration;
use uuid::Uuid;

struct Row {
    id: Uuid,
    distribution_id: Uuid,
    channel: String,
    status: String,
    work: Option<String>,
    due_at: Option<DateTime<Utc>>,
    lease_until: Option<DateTime<Utc>>,
    fence: i64,
    attempts: i32,
    tries: i32,
    polls: i32,
    series_started_at: DateTime<Utc>,
    steps: Json<Steps>,
    tracking_code: String,
    spoken_code: Option<String>,
    external_id: Option<String>,
    external_url: Option<String>,
    last_error: Option<String>,
    manual_steps: Json<Vec<String>>,
    budget: i64,
    sandbox: bool,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
}

impl Row {
    fn read(self) -> sqlx::Result<Task> {
        let due = match (self.work, self.due_at) {
            (Some(work), Some(at)) => Some((
                Work::from_code(&work).ok_or_else(|| unreadable("work"))?,
                at,
            )),
            _ => None,
        };
        Ok(Task {
            id: self.id,
            distribution_id: self.distribution_id,
            channel: Channel::from_code(&self.channel).ok_or_else(|| unreadable("channel"))?,
            status: ChannelStatus::from_code(&self.status)
                .ok_or_else(|| unreadable("channel status"))?,
            due,
            lease_until: self.lease_until,
            fence: self.fence,
            attempts: self.attempts,
            tries: self.tries,
            polls: self.polls,
            series_started_at: self.series_started_at,
            steps: self.steps.0,
            tracking_code: self.tracking_code,
            spoken_code: self.spoken_code,
            external_id: self.external_id,
            external_url: self.external_url,
            last_error: self.last_error,
            manual_steps: self.manual_steps.0,
            budget: self.budget,
            sandbox: self.sandbox,
            started_at: self.started_at,
            finished_at: self.finished_at,
        })
    }
}

/// Stores a new task.
pub async fn insert_task(
    db: impl PgExecutor<'_>,
    task: &Task,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (work, due_at) = task.due.unzip();
    sqlx::query!(
        "insert into channel_tasks (id, distribution_id, channel, status, work, due_at, series_started_at, steps,
                                    tracking_code, spoken_code, budget, sandbox, created_at, updated_at,
                                    request_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)",
        task.id,
        task.distribution_id,
        task.channel.code(),
        task.status.code(),
        work.map(Work::code),
        due_at,
        task.series_started_at,
        Json(&task.steps) as _,
        task.tracking_code,
        task.spoken_code,
        task.budget,
        task.sandbox,
        now,
        janchi_runtime::request_id::current()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a spoken code is in use.
pub async fn is_spoken_code_taken(db: impl PgExecutor<'_>, code: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select 1 from channel_tasks where spoken_code = $1) as "exists!""#,
        code
    )
    .fetch_one(db)
    .await
}

/// The tasks of one run in the order they were chosen. At most one per channel.
pub async fn list_tasks(db: impl PgExecutor<'_>, distribution_id: Uuid) -> sqlx::Result<Vec<Task>> {
    sqlx::query_as!(
        Row,
        r#"select id, distribution_id, channel, status, work, due_at, lease_until, fence, attempts, tries, polls,
                  series_started_at, steps as "steps: Json<Steps>", tracking_code, spoken_code, external_id,
                  external_url, last_error, manual_steps as "manual_steps: Json<Vec<String>>", budget, sandbox,
                  started_at, finished_at
           from channel_tasks where distribution_id = $1 order by id limit 20"#,
        distribution_id
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// A task this worker may work on until its lease ends, as long as nobody takes a higher fence.
#[derive(Debug, Clone)]
pub struct Claim {
    pub task_id: Uuid,
    pub distribution_id: Uuid,
    pub fence: i64,
    pub request_id: String,
}

/// Takes up to `limit` due tasks that nobody holds. What a dead worker held is due again when its lease ends.
pub async fn claim_due(
    db: impl PgExecutor<'_>,
    limit: i64,
    lease: Duration,
) -> sqlx::Result<Vec<Claim>> {
    sqlx::query_as!(
        Claim,
        r#"update channel_tasks set lease_until = now() + make_interval(secs => $2), fence = fence + 1
           where id in (
               select id from channel_tasks
               where due_at <= now() and (lease_until is null or lease_until <= now())
               order by due_at limit $1 for update skip locked)
           returning id as "task_id", distribution_id, fence, request_id"#,
        limit,
        lease.as_secs_f64()
    )
    .fetch_all(db)
    .await
}

/// What a task waited for has come: it is due at once, and its series of tries begins now. Whoever holds the run's row
/// may do this without the task's fence, as nobody is at work on a task that waits.
pub async fn end_wait(db: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "update channel_tasks set due_at = now(), series_started_at = now()
         where id = $1 and status = 'QUEUED' and work = 'PUBLISH' and tries = 0",
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Stores what was done at the platform; false when another worker holds the task now.
pub async fn update_steps(
    db: impl PgExecutor<'_>,
    id: Uuid,
    fence: i64,
    steps: &Steps,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update channel_tasks set steps = $3 where id = $1 and fence = $2",
        id,
        fence,
        Json(steps) as _
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores the whole task if nobody took a higher fence since it was read, and takes the next fence itself, so that
/// whoever held it before writes nothing. `lease_until` is stored as it is.
pub async fn save_task(
    db: impl PgExecutor<'_>,
    task: &mut Task,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let (work, due_at) = task.due.unzip();
    let done = sqlx::query!(
        "update channel_tasks set status = $3, work = $4, due_at = $5, lease_until = $6, fence = fence + 1,
                attempts = $7, tries = $8, polls = $9, series_started_at = $10, steps = $11, external_id = $12,
                external_url = $13, last_error = $14, manual_steps = $15, started_at = $16, finished_at = $17,
                updated_at = $18
         where id = $1 and fence = $2",
        task.id,
        task.fence,
        task.status.code(),
        work.map(Work::code),
        due_at,
        task.lease_until,
        task.attempts,
        task.tries,
        task.polls,
        task.series_started_at,
        Json(&task.steps) as _,
        task.external_id,
        task.external_url,
        task.last_error,
        Json(&task.manual_steps) as _,
        task.started_at,
        task.finished_at,
        now
    )
    .execute(db)
    .await?;
    task.fence += 1;
    Ok(done.rows_affected() == 1)
}
