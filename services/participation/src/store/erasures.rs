use crate::domain::retention::Retention;
use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use std::ops::Range;
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

/// Events of which something is due to be destroyed, the longest closed first.
///
/// # Errors
/// The statement fails.
pub async fn find_due(
    db: impl PgExecutor<'_>,
    usual: Retention,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, Error> {
    let [entrants, winners, taxed] = usual.days();
    Ok(sqlx::query_scalar!(
        "select event_id from event_rules
         where destroyed_at is null and coalesce(closed_at, ends_at) + interval '24 hours' * case destroyed_stage
             when 0 then coalesce(kept_days, $2)
             when 1 then coalesce(winners_kept_days, $3)
             else coalesce(taxed_winners_kept_days, $4) end <= $1
         order by coalesce(closed_at, ends_at) limit 100",
        now,
        entrants,
        winners,
        taxed
    )
    .fetch_all(db)
    .await?)
}

/// The highest entry number of an event above this one.
///
/// # Errors
/// The statement fails.
pub async fn last_number(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    after: i64,
) -> Result<Option<i64>, Error> {
    Ok(sqlx::query_scalar!(
        "select max(entry_no) from participants where event_id = $1 and entry_no > $2",
        event_id,
        after
    )
    .fetch_one(db)
    .await?)
}

/// Destroys what is personal of an event's entries with numbers above the first and up to the second, but for those that
/// are kept. Tag and weight stay: the published list needs them, and without the nonce they belong to nobody. Returns how
/// many that were.
///
/// # Errors
/// The statement fails.
pub async fn destroy_entries(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    numbers: Range<i64>,
    kept: &[Uuid],
    now: DateTime<Utc>,
) -> Result<u64, Error> {
    let done = sqlx::query!(
        "update participants p
         set phone_hash = null, phone_tail_hash = null, sealed = null, phone = null, name = null, nonce = null,
             request_hash = null, destroyed_at = $5
         where event_id = $1 and entry_no > $2 and entry_no <= $3 and destroyed_at is null
           and not exists (select from unnest($4::uuid[]) as k (id) where k.id = p.id)",
        event_id,
        numbers.start,
        numbers.end,
        kept,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// What is sealed of a winner who is kept.
#[derive(Debug)]
pub struct Kept {
    pub participant_id: Uuid,
    pub sealed: Vec<u8>,
    pub phone_hash: Vec<u8>,
    pub phone_tail_hash: Vec<u8>,
    /// What was told for the delivery, and of which draw.
    pub delivery: Option<(Uuid, Vec<u8>)>,
}

/// What is sealed of these entries. One that is destroyed, or made before entries were sealed as one, is not among them.
///
/// # Errors
/// The statement fails.
pub async fn list_kept(
    connection: &mut PgConnection,
    event_id: Uuid,
    kept: &[Uuid],
) -> Result<Vec<Kept>, Error> {
    let rows = sqlx::query!(
        r#"select p.id, p.sealed as "sealed!", c.draw_id as "draw_id?", c.delivery as "delivery?"
           from participants p
           left join claims c on c.participant_id = p.id and c.event_id = p.event_id and c.delivery is not null
           where p.event_id = $1 and p.id = any($2) and p.sealed is not null for update of p"#,
        event_id,
        kept
    )
    .fetch_all(connection)
    .await?;
    let kept = rows.into_iter().map(|r| Kept {
        participant_id: r.id,
        sealed: r.sealed,
        phone_hash: Vec::new(),
        phone_tail_hash: Vec::new(),
        delivery: r.draw_id.zip(r.delivery),
    });
    Ok(kept.collect())
}

/// Puts what is sealed anew in the place of what was.
///
/// # Errors
/// A statement fails.
pub async fn store_kept(connection: &mut PgConnection, kept: &[Kept]) -> Result<(), Error> {
    let ids: Vec<Uuid> = kept.iter().map(|k| k.participant_id).collect();
    let sealed: Vec<&[u8]> = kept.iter().map(|k| k.sealed.as_slice()).collect();
    let hashes: Vec<&[u8]> = kept.iter().map(|k| k.phone_hash.as_slice()).collect();
    let tails: Vec<&[u8]> = kept.iter().map(|k| k.phone_tail_hash.as_slice()).collect();
    sqlx::query!(
        "update participants p set sealed = k.sealed, phone_hash = k.phone_hash, phone_tail_hash = k.phone_tail_hash
         from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[]) as k (id, sealed, phone_hash, phone_tail_hash)
         where p.id = k.id",
        &ids,
        &sealed as _,
        &hashes as _,
        &tails as _
    )
    .execute(&mut *connection)
    .await?;
    let told: Vec<(Uuid, Uuid, &[u8])> = kept
        .iter()
        .filter_map(|k| {
            let (draw_id, sealed) = k.delivery.as_ref()?;
            Some((k.participant_id, *draw_id, sealed.as_slice()))
        })
        .collect();
    let ids: Vec<Uuid> = told.iter().map(|(id, _, _)| *id).collect();
    let draws: Vec<Uuid> = told.iter().map(|(_, draw, _)| *draw).collect();
    let sealed: Vec<&[u8]> = told.iter().map(|(_, _, sealed)| *sealed).collect();
    sqlx::query!(
        "update claims c set delivery = k.delivery
         from unnest($1::uuid[], $2::uuid[], $3::bytea[]) as k (participant_id, draw_id, delivery)
         where c.participant_id = k.participant_id and c.draw_id = k.draw_id",
        &ids,
        &draws,
        &sealed as _
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Says that an event's stage is done: nothing personal is left of anybody but these, what winners told for delivery
/// included. `false` if somebody said so before, or something is left.
///
/// # Errors
/// A statement fails.
pub async fn finish_stage(
    connection: &mut PgConnection,
    event_id: Uuid,
    stage: i16,
    kept: &[Uuid],
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    sqlx::query!(
        "update claims set delivery = null, code_hash = null where event_id = $1 and participant_id <> all($2)",
        event_id,
        kept
    )
    .execute(&mut *connection)
    .await?;
    let done = sqlx::query!(
        "update event_rules
         set destroyed_stage = $2, destroyed_at = case when cardinality($3::uuid[]) = 0 then $4::timestamptz end
         where event_id = $1 and destroyed_at is null and destroyed_stage < $2
           and not exists (
               select from participants p where p.event_id = $1 and p.destroyed_at is null
                  and not exists (select from unnest($3::uuid[]) as k (id) where k.id = p.id))",
        event_id,
        stage,
        kept,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many entries of an event are destroyed on schedule and not certified yet, and the name of its key.
///
/// # Errors
/// The statement fails.
pub async fn count_destroyed(
    connection: &mut PgConnection,
    event_id: Uuid,
) -> Result<(i64, Option<String>), Error> {
    let row = sqlx::query!(
        r#"select (select count(*) from participants where event_id = $1 and destroyed_at is not null)
                      - (select coalesce(sum(participants), 0) from erasures
                         where event_id = $1 and reason = 'EXPIRED')::bigint as "entries!",
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
