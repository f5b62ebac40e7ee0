use super::{fixed, narrow};
use crate::domain::visit_code::Proof;
use crate::error::Error;
use chrono::{DateTime, Utc};
use janchi_contracts::participation::EntryNote;
use janchi_contracts::reference::{Channel, Code};
use janchi_draw::Hash;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// One entry, without what it takes to read its owner's number.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: Uuid,
    pub event_id: Uuid,
    pub entry_number: String,
    pub channel: Option<Channel>,
    /// Number, name and nonce under the event's key; none once it is destroyed, and for entries made before there was one.
    pub sealed: Option<Vec<u8>>,
    /// Of an entry made before nonces were sealed.
    pub nonce: Option<[u8; 16]>,
    pub tag: Hash,
    pub weight: u32,
    pub visited: bool,
    pub request_hash: Option<Vec<u8>>,
    pub entered_at: DateTime<Utc>,
    pub destroy_at: DateTime<Utc>,
}

impl Entry {
    /// The entry as other services may know it.
    pub fn note(&self) -> EntryNote {
        EntryNote {
            participant_id: self.id,
            channel: self.channel,
            visited: self.visited,
            entered_at: self.entered_at,
        }
    }
}

pub(super) struct Row {
    pub id: Uuid,
    pub event_id: Uuid,
    pub entry_number: String,
    pub channel: Option<String>,
    pub sealed: Option<Vec<u8>>,
    pub nonce: Option<Vec<u8>>,
    pub tag: Vec<u8>,
    pub weight: i64,
    pub visited: bool,
    pub request_hash: Option<Vec<u8>>,
    pub entered_at: DateTime<Utc>,
    pub destroy_at: DateTime<Utc>,
}

impl Row {
    pub(super) fn entry(self) -> Result<Entry, Error> {
        Ok(Entry {
            id: self.id,
            event_id: self.event_id,
            entry_number: self.entry_number,
            channel: self.channel.as_deref().and_then(Channel::from_code),
            sealed: self.sealed,
            nonce: self.nonce.as_deref().map(fixed).transpose()?,
            tag: fixed(&self.tag)?,
            weight: narrow(self.weight)?,
            visited: self.visited,
            request_hash: self.request_hash,
            entered_at: self.entered_at,
            destroy_at: self.destroy_at,
        })
    }
}

/// An entry by its id.
///
/// # Errors
/// The statement fails.
pub async fn find_entry(db: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Entry>, Error> {
    sqlx::query_as!(
        Row,
        "select id, event_id, entry_number, channel, sealed, nonce, tag, weight, visited, request_hash, entered_at, destroy_at
         from participants where id = $1",
        id
    )
    .fetch_optional(db)
    .await?
    .map(Row::entry)
    .transpose()
}

/// How a visit was shown.
#[derive(Debug, Clone, Copy)]
pub enum Method {
    CounterCode,
    /// The paper of the day.
    DayCode,
    Owner(Uuid),
    /// The owner's counter, while it had no network.
    Offline(Uuid),
}

impl Method {
    pub const fn code(self) -> &'static str {
        match self {
            Self::CounterCode => "COUNTER_CODE",
            Self::DayCode => "DAY_CODE",
            Self::Owner(_) => "OWNER",
            Self::Offline(_) => "OFFLINE",
        }
    }

    const fn by(self) -> Option<Uuid> {
        match self {
            Self::Owner(owner) | Self::Offline(owner) => Some(owner),
            Self::CounterCode | Self::DayCode => None,
        }
    }
}

impl From<Proof> for Method {
    fn from(proof: Proof) -> Self {
        match proof {
            Proof::Counter => Self::CounterCode,
            Proof::Paper => Self::DayCode,
        }
    }
}

/// Records the visit of an entry that was stored as visited.
///
/// # Errors
/// The statement fails.
pub async fn insert_visit(
    connection: &mut PgConnection,
    participant_id: Uuid,
    event_id: Uuid,
    method: Method,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into visits (participant_id, event_id, method, marked_by, created_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        participant_id,
        event_id,
        method.code(),
        method.by(),
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks an entry as visited. `false` if it was.
///
/// # Errors
/// The statement fails.
pub async fn set_visited(
    connection: &mut PgConnection,
    id: Uuid,
    weight: u32,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update participants set visited = true, weight = $2 where id = $1 and not visited",
        id,
        i64::from(weight)
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes an entry with everything known of it. `false` if it was gone.
///
/// # Errors
/// The statement fails.
pub async fn delete_entry(connection: &mut PgConnection, id: Uuid) -> Result<bool, Error> {
    let done = sqlx::query!("delete from participants where id = $1", id)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether an event has any entry.
///
/// # Errors
/// The statement fails.
pub async fn has_entries(db: impl PgExecutor<'_>, event_id: Uuid) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from participants where event_id = $1) as "found!""#,
        event_id
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}
