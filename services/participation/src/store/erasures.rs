use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Why personal data was destroyed.
#[derive(Debug, Clone, Copy)]
pub enum Reason {
    Withdrawn,
    Expired,
    OwnerDeleted,
}

impl Reason {
    const fn code(self) -> &'static str {
        match self {
            Self::Withdrawn => "WITHDRAWN",
            Self::Expired => "EXPIRED",
            Self::OwnerDeleted => "OWNER_DELETED",
        }
    }
}

/// Writes down that so many entries were destroyed.
///
/// # Errors
/// The statement fails.
pub async fn insert_erasure(
    connection: &mut PgConnection,
    reason: Reason,
    event_id: Option<Uuid>,
    participants: i64,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into erasures (id, reason, event_id, participants, created_at) values ($1, $2, $3, $4, $5)",
        Uuid::now_v7(),
        reason.code(),
        event_id,
        participants,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Destroys what is personal of at most `limit` entries that are due. Tag and weight stay: the published list needs
/// them, and without the nonce they belong to nobody. Returns the event of each.
///
/// # Errors
/// The statement fails.
pub async fn destroy_due(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Uuid>, Error> {
    let events = sqlx::query_scalar!(
        "update participants
         set phone_hash = null, phone_tail_hash = null, phone = null, name = null, nonce = null, request_hash = null,
             destroyed_at = $1
         where id in (select id from participants where destroy_at <= $1 and destroyed_at is null
                      order by destroy_at limit $2 for update skip locked)
         returning event_id",
        now,
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(events)
}

/// Keeps an owner from being erased until this transaction ends. `false` for one who has left: nothing of theirs may
/// be stored any more.
///
/// # Errors
/// A statement fails, or an erasure takes too long.
pub async fn hold_owner(connection: &mut PgConnection, owner_id: Uuid) -> Result<bool, Error> {
    sqlx::query!(
        "select pg_advisory_xact_lock_shared(hashtextextended('owner ' || $1::uuid::text, 0))",
        owner_id
    )
    .fetch_one(&mut *connection)
    .await?;
    let here = sqlx::query_scalar!(
        r#"select not exists (select from erased_owners where owner_digest = sha256(uuid_send($1))) as "here!""#,
        owner_id
    )
    .fetch_one(connection)
    .await?;
    Ok(here)
}

/// Deletes everything of an owner's events, remembers that they left, and returns how many entries that were.
///
/// # Errors
/// A statement fails.
pub async fn erase_owner(
    connection: &mut PgConnection,
    owner_id: Uuid,
    at: DateTime<Utc>,
) -> Result<i64, Error> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('owner ' || $1::uuid::text, 0))",
        owner_id
    )
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into erased_owners (owner_digest, erased_at) values (sha256(uuid_send($1)), $2) on conflict do nothing",
        owner_id,
        at
    )
    .execute(&mut *connection)
    .await?;
    let events = sqlx::query_scalar!(
        "select event_id from event_rules where owner_id = $1 for update",
        owner_id
    )
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query!(
        "delete from winner_steps s using draws d where d.id = s.draw_id and d.event_id = any($1)",
        &events
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("delete from winners where event_id = any($1)", &events)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from visits where event_id = any($1)", &events)
        .execute(&mut *connection)
        .await?;
    let entries = sqlx::query!("delete from participants where event_id = any($1)", &events)
        .execute(&mut *connection)
        .await?
        .rows_affected();
    sqlx::query!("delete from draws where event_id = any($1)", &events)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from event_rules where owner_id = $1", owner_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from channel_codes where owner_id = $1", owner_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from erasures where event_id = any($1)", &events)
        .execute(&mut *connection)
        .await?;
    Ok(i64::try_from(entries).unwrap_or(i64::MAX))
}
