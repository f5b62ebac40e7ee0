use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// Adds to the hour of an instant.
pub async fn add_to_hour(
    connection: &mut PgConnection,
    event_id: Uuid,
    at: DateTime<Utc>,
    participants: i64,
    visited: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into timeline (event_id, hour, participants, visited) values ($1, date_trunc('hour', $2::timestamptz, 'UTC'), $3, $4)
         on conflict (event_id, hour) do update set participants = timeline.participants + excluded.participants,
             visited = timeline.visited + excluded.visited",
        event_id,
        at,
        participants,
        visited
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The hours of an event in order, at most the last 2,400 (a hundred days).
pub async fn list_hours(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
) -> sqlx::Result<Vec<(DateTime<Utc>, i64, i64)>> {
    let rows = sqlx::query!(
        "select hour, participants, visited from timeline where event_id = $1 and (participants <> 0 or visited <> 0)
         order by hour desc limit 2400",
        event_id
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .rev()
        .map(|row| (row.hour, row.participants, row.visited))
        .collect())
}
