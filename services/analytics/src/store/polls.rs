use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

/// Asks for a poll of this event from now on, if none is planned.
pub async fn plan_poll(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into poll_state (event_id, next_poll_at) values ($1, $2) on conflict do nothing",
        event_id,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes up to twenty events whose poll is due and plans their next one, so that no other process takes them too.
pub async fn claim_due(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    next: DateTime<Utc>,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "update poll_state set next_poll_at = $2, last_polled_at = $1
         where event_id in (select event_id from poll_state where next_poll_at <= $1
                            order by next_poll_at limit 20 for update skip locked)
         returning event_id",
        now,
        next
    )
    .fetch_all(db)
    .await
}

/// Ends the polls of an event that is long over.
pub async fn end_polls(db: impl PgExecutor<'_>, event_id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from poll_state where event_id = $1", event_id)
        .execute(db)
        .await?;
    Ok(())
}
