//! Runs.

use super::unreadable;
use crate::domain::run;
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::{RunStatus, TakeDown};
use janchi_contracts::event::{EventSnapshot, EventStatus};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// One run as it is stored.
#[derive(Debug, Clone)]
pub struct Distribution {
    pub id: Uuid,
    pub event_id: Uuid,
    pub run: i32,
    pub owner_id: Uuid,
    pub event: EventSnapshot,
    pub status: RunStatus,
    pub recalled_at: Option<DateTime<Utc>>,
    pub recall_told_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

impl Distribution {
    /// The number of the run as it is told.
    pub fn run_number(&self) -> u32 {
        u32::try_from(self.run).unwrap_or_default()
    }

    /// How far taking it down has come.
    pub fn take_down(&self) -> TakeDown {
        let has_failed =
            self.status == RunStatus::Failed && self.event.status == EventStatus::PublishFailed;
        match self.recall_told_at {
            Some(_) => TakeDown::Done,
            None if self.recalled_at.is_some() || has_failed => TakeDown::UnderWay,
            None => TakeDown::NotOrdered,
        }
    }
}

struct Row {
    id: Uuid,
    event_id: Uuid,
    run: i32,
    owner_id: Uuid,
    event: Json<EventSnapshot>,
    status: String,
    recalled_at: Option<DateTime<Utc>>,
    recall_told_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn read(self) -> sqlx::Result<Distribution> {
        Ok(Distribution {
            id: self.id,
            event_id: self.event_id,
            run: self.run,
            owner_id: self.owner_id,
            event: self.event.0,
            status: run::from_code(&self.status).ok_or_else(|| unreadable("run status"))?,
            recalled_at: self.recalled_at,
            recall_told_at: self.recall_told_at,
            updated_at: self.updated_at,
        })
    }
}

/// Begins a run; false if this run of the event exists already.
pub async fn insert_distribution(db: impl PgExecutor<'_>, d: &Distribution) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into distributions (id, event_id, run, owner_id, event, event_version, status, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
         on conflict on constraint distributions_event_run_key do nothing",
        d.id,
        d.event_id,
        d.run,
        d.owner_id,
        Json(&d.event) as _,
        d.event.version,
        run::code(d.status),
        d.updated_at,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The latest run of an event.
pub async fn find_latest(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
) -> sqlx::Result<Option<Distribution>> {
    sqlx::query_as!(
        Row,
        r#"select id, event_id, run, owner_id, event as "event: Json<EventSnapshot>", status, recalled_at,
                  recall_told_at, updated_at
           from distributions where event_id = $1 order by run desc limit 1"#,
        event_id
    )
    .fetch_optional(db)
    .await?
    .map(Row::read)
    .transpose()
}

/// A run, held until the transaction ends: every change of its channels goes through here, one after the other.
pub async fn lock_distribution(
    tx: &mut PgConnection,
    id: Uuid,
) -> sqlx::Result<Option<Distribution>> {
    sqlx::query_as!(
        Row,
        r#"select id, event_id, run, owner_id, event as "event: Json<EventSnapshot>", status, recalled_at,
                  recall_told_at, updated_at
           from distributions where id = $1 for update"#,
        id
    )
    .fetch_optional(tx)
    .await?
    .map(Row::read)
    .transpose()
}

/// The runs of an event that have not been called back, oldest first, before run `before`.
pub async fn list_standing(
    tx: &mut PgConnection,
    event_id: Uuid,
    before: i32,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "select id from distributions where event_id = $1 and run < $2 and recalled_at is null order by run limit 100",
        event_id,
        before
    )
    .fetch_all(tx)
    .await
}

/// Stores where a run stands.
pub async fn update_distribution(db: impl PgExecutor<'_>, d: &Distribution) -> sqlx::Result<()> {
    sqlx::query!(
        "update distributions set status = $2, recalled_at = $3, recall_told_at = $4, updated_at = $5 where id = $1",
        d.id,
        run::code(d.status),
        d.recalled_at,
        d.recall_told_at,
        d.updated_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes over what the owner changed after approval; an older version changes nothing.
pub async fn update_event(db: impl PgExecutor<'_>, event: &EventSnapshot) -> sqlx::Result<()> {
    sqlx::query!(
        "update distributions set event = $2, event_version = $3 where event_id = $1 and event_version < $3",
        event.event_id,
        Json(event) as _,
        event.version
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Remembers that an event is cancelled, for a publish job that comes late.
pub async fn insert_cancelled(
    db: impl PgExecutor<'_>,
    event: &EventSnapshot,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into cancelled_events (event_id, owner_id, created_at) values ($1, $2, $3) on conflict do nothing",
        event.event_id,
        event.owner_id,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether an event is cancelled.
pub async fn is_cancelled(db: impl PgExecutor<'_>, event_id: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select 1 from cancelled_events where event_id = $1) as "exists!""#,
        event_id
    )
    .fetch_one(db)
    .await
}

/// Serialises everything that begins or ends runs of one event until the transaction ends.
pub async fn lock_event(tx: &mut PgConnection, event_id: Uuid) -> sqlx::Result<()> {
    let key = (event_id.as_u128() ^ (event_id.as_u128() >> 64)) as i64;
    sqlx::query!("select pg_advisory_xact_lock($1)", key)
        .execute(tx)
        .await?;
    Ok(())
}
