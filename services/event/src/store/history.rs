//! Who changed what, when. Rows are only ever added.

use crate::domain::history::Actor;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;
use sqlx::types::Json;
use uuid::Uuid;

/// One entry of an event's history.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub id: Uuid,
    pub version: i64,
    pub actor: String,
    pub action: String,
    pub changes: Value,
    pub at: DateTime<Utc>,
}

/// Adds an entry.
///
/// # Errors
/// The statement fails.
pub async fn insert_entry(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    version: i64,
    actor: Actor,
    action: &str,
    changes: serde_json::Map<String, Value>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into event_history (id, event_id, version, actor, action, changes, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        Uuid::now_v7(),
        event_id,
        version,
        actor.code(),
        action,
        Json(changes) as _,
        at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A page of an event's history, the newest first.
///
/// # Errors
/// The statement fails.
pub async fn list_entries(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"select id, version, actor, action, changes, created_at as "at" from event_history
           where event_id = $1 and ($2::uuid is null or id < $2)
           order by id desc limit $3"#,
        event_id,
        after,
        limit,
    )
    .fetch_all(db)
    .await
}

/// How many entries there are in all pages.
///
/// # Errors
/// The statement fails.
pub async fn count_entries(db: impl PgExecutor<'_>, event_id: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from event_history where event_id = $1"#,
        event_id
    )
    .fetch_one(db)
    .await
}
