//! What happened to each channel.

use crate::domain::task::Task;
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::ChannelStatus;
use janchi_contracts::reference::Code;
use sqlx::PgExecutor;
use uuid::Uuid;

/// Adds a line: what `actor` (`runner`, `platform`, `owner`) made of the task that was `before`.
pub async fn insert_log(
    db: impl PgExecutor<'_>,
    task: &Task,
    before: Option<ChannelStatus>,
    actor: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into distribution_logs (id, distribution_id, task_id, channel, actor, status_before, status_after,
                                        attempt, message, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        Uuid::now_v7(),
        task.distribution_id,
        task.id,
        task.channel.code(),
        actor,
        before.map(ChannelStatus::code),
        task.status.code(),
        task.attempts,
        task.last_error,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
