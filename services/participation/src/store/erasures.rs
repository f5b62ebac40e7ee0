use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
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
    key_id: Option<&str>,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into erasures (id, reason, event_id, participants, key_id, created_at) values ($1, $2, $3, $4, $5, $6)",
        Uuid::now_v7(),
        reason.code(),
        event_id,
        participants,
        key_id,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Events that closed at `closed` or before and are not destroyed, the longest closed first.
///
/// # Errors
/// The statement fails.
pub async fn find_due(db: impl PgExecutor<'_>, closed: DateTime<Utc>) -> Result<Vec<Uuid>, Error> {
    Ok(sqlx::query_scalar!(
        "select event_id from event_rules
         where destroyed_at is null and coalesce(closed_at, ends_at) <= $1
         order by coalesce(closed_at, ends_at) limit 100",
        closed
    )
    .fetch_all(db)
    .await?)
}

/// Destroys what is personal of at most `limit` entries of an event. Tag and weight stay: the published list needs them,
/// and without the nonce they belong to nobody. Returns how many that were.
///
/// # Errors
/// The statement fails.
pub async fn destroy_entries(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<u64, Error> {
    let done = sqlx::query!(
        "update participants
         set phone_hash = null, phone_tail_hash = null, sealed = null, phone = null, name = null, nonce = null,
             request_hash = null, destroyed_at = $2
         where id in (select id from participants where event_id = $1 and destroyed_at is null
                      limit $3 for update skip locked)",
        event_id,
        now,
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Says that everything of an event is destroyed, what its winners told for delivery included. `false` if somebody said so
/// before, or something is left.
///
/// # Errors
/// A statement fails.
pub async fn finish_event(
    connection: &mut PgConnection,
    event_id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    sqlx::query!(
        "update claims set delivery = null, code_hash = null where event_id = $1",
        event_id
    )
    .execute(&mut *connection)
    .await?;
    let done = sqlx::query!(
        "update event_rules set destroyed_at = $2
         where event_id = $1 and destroyed_at is null
           and not exists (select from participants where event_id = $1 and destroyed_at is null)",
        event_id,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many entries of an event are destroyed, and the name of the key that was destroyed with them.
///
/// # Errors
/// The statement fails.
pub async fn count_destroyed(
    connection: &mut PgConnection,
    event_id: Uuid,
) -> Result<(i64, Option<String>), Error> {
    let row = sqlx::query!(
        r#"select (select count(*) from participants where event_id = $1 and destroyed_at is not null) as "entries!",
                  (select key_id from event_keys where event_id = $1) as "key_id?""#,
        event_id
    )
    .fetch_one(connection)
    .await?;
    Ok((row.entries, row.key_id))
}

/// One piece of evidence.
#[derive(Debug, Clone)]
pub struct Erasure {
    pub id: Uuid,
    pub reason: String,
    pub participants: i64,
    pub key_id: Option<String>,
    pub at: DateTime<Utc>,
}

/// The evidence of an event's erasures, the newest first.
///
/// # Errors
/// The statement fails.
pub async fn list_erasures(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Erasure>, Error> {
    Ok(sqlx::query_as!(
        Erasure,
        "select id, reason, participants, key_id, created_at as at from erasures
         where event_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
        event_id,
        before,
        limit
    )
    .fetch_all(db)
    .await?)
}

/// How many there are.
///
/// # Errors
/// The statement fails.
pub async fn count_erasures(db: impl PgExecutor<'_>, event_id: Uuid) -> Result<i64, Error> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from erasures where event_id = $1"#,
        event_id
    )
    .fetch_one(db)
    .await?)
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
