//! An owner's events, page by page.

use crate::domain::event::Event;
use crate::domain::listing::{Order, Position};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use sqlx::types::Json;
use uuid::Uuid;

/// What a list is narrowed to; none narrows nothing. `pattern` is an escaped LIKE pattern.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub owner_id: Uuid,
    pub status: Option<String>,
    pub objective: Option<String>,
    pub pattern: Option<String>,
}

/// An event and its place in the order.
pub struct Listed {
    pub event: Event,
    pub key: DateTime<Utc>,
}

/// A page after `after`, of at most `limit` events.
///
/// # Errors
/// The statement fails.
pub async fn list_events(
    db: impl PgExecutor<'_>,
    filter: &Filter,
    order: Order,
    after: Option<Position>,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    if order.rising {
        return list_rising(db, filter, order.by_start, after, limit).await;
    }
    let rows = sqlx::query!(
        r#"select body as "body!: Json<Event>", key as "key!" from (
               select d.*, case when $5 then coalesce(d.starts_at, '9999-01-01Z') else d.created_at end as key
               from event_documents d) d
           where owner_id = $1
             and ($2::text is null or status = $2)
             and ($3::text is null or objective = $3)
             and ($4::text is null or title ilike $4 or description ilike $4)
             and ($6::timestamptz is null or (key, id) < ($6, $7))
           order by key desc, id desc limit $8"#,
        filter.owner_id,
        filter.status.as_deref(),
        filter.objective.as_deref(),
        filter.pattern.as_deref(),
        order.by_start,
        after.map(|p| p.key),
        after.map(|p| p.id),
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            event: row.body.0,
            key: row.key,
        })
        .collect())
}

async fn list_rising(
    db: impl PgExecutor<'_>,
    filter: &Filter,
    by_start: bool,
    after: Option<Position>,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"select body as "body!: Json<Event>", key as "key!" from (
               select d.*, case when $5 then coalesce(d.starts_at, '9999-01-01Z') else d.created_at end as key
               from event_documents d) d
           where owner_id = $1
             and ($2::text is null or status = $2)
             and ($3::text is null or objective = $3)
             and ($4::text is null or title ilike $4 or description ilike $4)
             and ($6::timestamptz is null or (key, id) > ($6, $7))
           order by key, id limit $8"#,
        filter.owner_id,
        filter.status.as_deref(),
        filter.objective.as_deref(),
        filter.pattern.as_deref(),
        by_start,
        after.map(|p| p.key),
        after.map(|p| p.id),
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            event: row.body.0,
            key: row.key,
        })
        .collect())
}

/// How many events there are in all pages.
///
/// # Errors
/// The statement fails.
pub async fn count_events(db: impl PgExecutor<'_>, filter: &Filter) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from event_documents
           where owner_id = $1
             and ($2::text is null or status = $2)
             and ($3::text is null or objective = $3)
             and ($4::text is null or title ilike $4 or description ilike $4)"#,
        filter.owner_id,
        filter.status.as_deref(),
        filter.objective.as_deref(),
        filter.pattern.as_deref(),
    )
    .fetch_one(db)
    .await
}
