//! Events: one document per event, read through the view `event_documents`, written field by field.

use crate::domain::event::Event;
use crate::store::children;
use chrono::{DateTime, Utc};
use janchi_contracts::reference::Code;
use janchi_contracts::user::StoreProfile;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// An event by its id.
///
/// # Errors
/// The statement fails.
pub async fn find_event(db: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<Option<Event>> {
    let body = sqlx::query_scalar!(
        r#"select body as "body!: Json<Event>" from event_documents where id = $1"#,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(body.map(|Json(event)| event))
}

/// An event by its public code, in capital letters.
///
/// # Errors
/// The statement fails.
pub async fn find_event_by_code(
    db: impl PgExecutor<'_>,
    code: &str,
) -> sqlx::Result<Option<Event>> {
    let body = sqlx::query_scalar!(
        r#"select body as "body!: Json<Event>" from event_documents where code = $1"#,
        code
    )
    .fetch_optional(db)
    .await?;
    Ok(body.map(|Json(event)| event))
}

/// Holds the event against every other change until the transaction ends, and reads it as it is then.
///
/// # Errors
/// A statement fails, for example because another change holds the event for too long.
pub async fn lock_event(tx: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Event>> {
    // Two statements: the view's lists would be read as they were before the wait.
    let held = sqlx::query_scalar!("select id from events where id = $1 for update", id)
        .fetch_optional(&mut *tx)
        .await?;
    match held {
        Some(id) => find_event(tx, id).await,
        None => Ok(None),
    }
}

/// Like [`lock_event`], but none when another change holds it.
///
/// # Errors
/// A statement fails.
pub async fn try_lock_event(tx: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Event>> {
    let held = sqlx::query_scalar!(
        "select id from events where id = $1 for update skip locked",
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    match held {
        Some(id) => find_event(tx, id).await,
        None => Ok(None),
    }
}

/// Writes a new event. False when its code is taken: try another.
///
/// # Errors
/// A statement fails.
pub async fn insert_event(tx: &mut PgConnection, event: &Event) -> sqlx::Result<bool> {
    let inserted = sqlx::query!(
        "insert into events (id, code, owner_id, store_id, store_name, industry, region, store_address, status,
             title, visit_enabled, visit_weight, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         on conflict on constraint events_code_key do nothing",
        event.id,
        event.code,
        event.owner_id,
        event.store_id,
        event.store_name,
        event.industry.code(),
        event.region.code(),
        event.store_address,
        event.status.code(),
        event.title,
        event.visit_bonus.enabled,
        small(event.visit_bonus.weight),
        event.version,
        event.created_at,
        event.updated_at,
    )
    .execute(&mut *tx)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "insert into event_objectives (id, event_id, objective, created_at) values ($1, $2, $3, $4)",
        Uuid::now_v7(),
        event.id,
        event.objective.code(),
        event.created_at,
    )
    .execute(tx)
    .await?;
    Ok(true)
}

/// Writes everything that can change. The caller holds the event and has set its new version.
///
/// # Errors
/// A statement fails.
pub async fn update_event(
    tx: &mut PgConnection,
    before: &Event,
    after: &Event,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update events set status = $2, title = $3, description = $4, starts_at = $5, ends_at = $6,
             winner_count = $7, visit_enabled = $8, visit_weight = $9, budget = $10, forecast = $11,
             recommendation = $12, images = $13, images_chosen = $14, images_brief = $15, run = $16,
             approved_at = $17, opened_at = $18, closed_at = $19, version = $20, updated_at = $21
         where id = $1",
        after.id,
        after.status.code(),
        after.title,
        after.description,
        after.starts_at,
        after.ends_at,
        after.winner_count.map(small),
        after.visit_bonus.enabled,
        small(after.visit_bonus.weight),
        after.budget,
        after.forecast.as_ref().map(Json) as _,
        after.recommendation.as_ref().map(Json) as _,
        Json(&after.images) as _,
        after.images_chosen,
        after.images_brief,
        small(after.run),
        after.approved_at,
        after.opened_at,
        after.closed_at,
        after.version,
        after.updated_at,
    )
    .execute(&mut *tx)
    .await?;
    if before.prizes != after.prizes {
        children::replace_prizes(tx, after).await?;
    }
    if before.channels != after.channels {
        children::replace_channels(tx, after).await?;
    }
    Ok(())
}

/// Removes an event with everything that hangs on it.
///
/// # Errors
/// The statement fails.
pub async fn delete_event(tx: &mut PgConnection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from events where id = $1", id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Events whose start or end has come, of everybody or of one owner; the oldest first.
///
/// # Errors
/// The statement fails.
pub async fn list_due(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    owner_id: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"(select id as "id!" from events
             where status = 'SCHEDULED' and starts_at <= $1 and ($2::uuid is null or owner_id = $2)
             order by starts_at limit $3)
           union all
           (select id from events
             where status = 'ONGOING' and ends_at <= $1 and ($2::uuid is null or owner_id = $2)
             order by ends_at limit $3)"#,
        now,
        owner_id,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The shop as the owner's latest event has it: what is known when the user service does not answer.
///
/// # Errors
/// The statement fails.
pub async fn find_last_store(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
) -> sqlx::Result<Option<StoreProfile>> {
    let row = sqlx::query!(
        "select store_id, store_name, industry, region, store_address from events
         where owner_id = $1 order by created_at desc, id desc limit 1",
        owner_id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(|row| {
        Some(StoreProfile {
            store_id: row.store_id,
            owner_id,
            name: row.store_name,
            industry: Code::from_code(&row.industry)?,
            region: Code::from_code(&row.region)?,
            address: row.store_address,
            business_hours: None,
            verification: String::new(),
        })
    }))
}

/// Counts are at most 10,000, runs far fewer: both fit.
pub(super) fn small(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
