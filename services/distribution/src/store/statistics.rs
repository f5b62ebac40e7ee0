//! The last numbers the platforms told.

use crate::domain::outcome::Insights;
use sqlx::PgExecutor;
use uuid::Uuid;

/// The numbers of one task.
#[derive(Debug, Clone)]
pub struct Remembered {
    pub task_id: Uuid,
    pub impressions: Option<i64>,
    pub clicks: Option<i64>,
    pub spend: Option<i64>,
}

/// What is remembered of a run's channels.
pub async fn list_statistics(
    db: impl PgExecutor<'_>,
    distribution_id: Uuid,
) -> sqlx::Result<Vec<Remembered>> {
    sqlx::query_as!(
        Remembered,
        "select s.task_id, s.impressions, s.clicks, s.spend
         from channel_statistics s join channel_tasks t on t.id = s.task_id
         where t.distribution_id = $1 limit 20",
        distribution_id
    )
    .fetch_all(db)
    .await
}

/// Remembers new numbers; the time is the machine's.
pub async fn upsert_statistics(
    db: impl PgExecutor<'_>,
    task_id: Uuid,
    numbers: Insights,
    source: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into channel_statistics (task_id, impressions, clicks, spend, source, fetched_at)
         values ($1, $2, $3, $4, $5, now())
         on conflict (task_id) do update set impressions = excluded.impressions, clicks = excluded.clicks,
             spend = excluded.spend, source = excluded.source, fetched_at = excluded.fetched_at",
        task_id,
        numbers.impressions,
        numbers.clicks,
        numbers.spend,
        source
    )
    .execute(db)
    .await?;
    Ok(())
}
