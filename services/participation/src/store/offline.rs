use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A visit noted at a counter, and what came of it.
#[derive(Debug, Clone)]
pub struct Noted {
    pub visit_id: Uuid,
    pub participant_id: Option<Uuid>,
    pub outcome: String,
    pub visited_at: DateTime<Utc>,
}

/// Those of these visits that were sent before.
///
/// # Errors
/// The statement fails.
pub async fn find_noted(
    connection: &mut PgConnection,
    event_id: Uuid,
    visit_ids: &[Uuid],
) -> Result<Vec<Noted>, Error> {
    Ok(sqlx::query_as!(
        Noted,
        "select visit_id, participant_id, outcome, visited_at from offline_visits
         where event_id = $1 and visit_id = any($2)",
        event_id,
        visit_ids
    )
    .fetch_all(connection)
    .await?)
}

/// Writes a visit down with what came of it.
///
/// # Errors
/// The statement fails.
pub async fn insert_noted(
    connection: &mut PgConnection,
    event_id: Uuid,
    noted: &Noted,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into offline_visits (event_id, visit_id, participant_id, outcome, visited_at, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        event_id,
        noted.visit_id,
        noted.participant_id,
        noted.outcome,
        noted.visited_at,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The entry with this number, typed with or without its group mark.
///
/// # Errors
/// The statement fails.
pub async fn find_by_number(
    connection: &mut PgConnection,
    event_id: Uuid,
    number: &str,
) -> Result<Option<Uuid>, Error> {
    Ok(sqlx::query_scalar!(
        "select id from participants where event_id = $1 and entry_number = $2",
        event_id,
        number
    )
    .fetch_optional(connection)
    .await?)
}
