//! Jobs: the database knows how a job ended, Redis only how far it is.

use crate::domain::job::{Job, JobKind, JobStatus};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use std::time::Duration;
use uuid::Uuid;

/// How long a job's progress is remembered in Redis.
pub const PROGRESS_LIVES: Duration = Duration::from_secs(3600);

/// The Redis hash with a job's progress.
pub fn progress_key(id: Uuid) -> String {
    format!("job:{id}")
}

/// A job by its id.
///
/// # Errors
/// The statement fails.
pub async fn find_job(db: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<Option<Job>> {
    sqlx::query_as!(
        Job,
        r#"select id, owner_id, event_id, kind as "kind: JobKind", status as "status: JobStatus", progress, stage,
               request, result, error_code, error_message, created_at, updated_at
           from jobs where id = $1"#,
        id
    )
    .fetch_optional(db)
    .await
}

/// Holds a job against every other change until the transaction ends.
///
/// # Errors
/// The statement fails.
pub async fn lock_job(tx: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Job>> {
    sqlx::query_as!(
        Job,
        r#"select id, owner_id, event_id, kind as "kind: JobKind", status as "status: JobStatus", progress, stage,
               request, result, error_code, error_message, created_at, updated_at
           from jobs where id = $1 for update"#,
        id
    )
    .fetch_optional(tx)
    .await
}

/// The job of this kind that is waiting or at work for an event: there is at most one.
///
/// # Errors
/// The statement fails.
pub async fn lock_live_job(
    tx: &mut PgConnection,
    event_id: Uuid,
    kind: JobKind,
) -> sqlx::Result<Option<Job>> {
    sqlx::query_as!(
        Job,
        r#"select id, owner_id, event_id, kind as "kind: JobKind", status as "status: JobStatus", progress, stage,
               request, result, error_code, error_message, created_at, updated_at
           from jobs where event_id = $1 and kind = $2 and status in ('QUEUED', 'RUNNING') for update"#,
        event_id,
        kind as JobKind,
    )
    .fetch_optional(tx)
    .await
}

/// Writes a new job.
///
/// # Errors
/// The statement fails.
pub async fn insert_job(db: impl PgExecutor<'_>, job: &Job) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into jobs (id, owner_id, event_id, kind, status, progress, stage, request, result, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        job.id,
        job.owner_id,
        job.event_id,
        job.kind as JobKind,
        job.status as JobStatus,
        job.progress,
        job.stage,
        job.request,
        job.result,
        job.created_at,
        job.updated_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes how a job ended. The caller holds it.
///
/// # Errors
/// The statement fails.
pub async fn update_job(db: impl PgExecutor<'_>, job: &Job) -> sqlx::Result<()> {
    sqlx::query!(
        "update jobs set status = $2, progress = $3, stage = $4, result = $5, error_code = $6, error_message = $7,
             updated_at = $8
         where id = $1",
        job.id,
        job.status as JobStatus,
        job.progress,
        job.stage,
        job.result,
        job.error_code,
        job.error_message,
        job.updated_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Live jobs that began before `oldest`.
///
/// # Errors
/// The statement fails.
pub async fn list_stuck_jobs(
    db: impl PgExecutor<'_>,
    oldest: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "select id from jobs where status in ('QUEUED', 'RUNNING') and created_at < $1 order by created_at limit $2",
        oldest,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The ids of all jobs of an event.
///
/// # Errors
/// The statement fails.
pub async fn list_job_ids_of_event(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("select id from jobs where event_id = $1", event_id)
        .fetch_all(db)
        .await
}

/// A page of an event's jobs, the newest first; of one kind if it is named.
///
/// # Errors
/// The statement fails.
pub async fn list_jobs(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    kind: Option<JobKind>,
    before: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Job>> {
    sqlx::query_as!(
        Job,
        r#"select id, owner_id, event_id, kind as "kind: JobKind", status as "status: JobStatus", progress, stage,
               request, result, error_code, error_message, created_at, updated_at
           from jobs where event_id = $1 and ($2::text is null or kind = $2) and ($3::uuid is null or id < $3)
           order by id desc limit $4"#,
        event_id,
        kind as Option<JobKind>,
        before,
        limit,
    )
    .fetch_all(db)
    .await
}

/// How many jobs there are in all pages.
///
/// # Errors
/// The statement fails.
pub async fn count_jobs(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    kind: Option<JobKind>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from jobs where event_id = $1 and ($2::text is null or kind = $2)"#,
        event_id,
        kind as Option<JobKind>,
    )
    .fetch_one(db)
    .await
}
