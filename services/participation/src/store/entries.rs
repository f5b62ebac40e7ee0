use super::{fixed, narrow};
use crate::domain::application::Application;
use crate::error::Error;
use chrono::{DateTime, Utc};
use janchi_contracts::participation::EntryNote;
use janchi_contracts::reference::{Channel, Code};
use janchi_draw::Hash;
use sqlx::{PgConnection, PgExecutor};
use std::collections::HashSet;
use uuid::Uuid;

/// One entry, without what it takes to read its owner's number.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: Uuid,
    pub event_id: Uuid,
    pub entry_number: String,
    pub channel: Option<Channel>,
    /// None once it is destroyed.
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

struct Row {
    id: Uuid,
    event_id: Uuid,
    entry_number: String,
    channel: Option<String>,
    nonce: Option<Vec<u8>>,
    tag: Vec<u8>,
    weight: i64,
    visited: bool,
    request_hash: Option<Vec<u8>>,
    entered_at: DateTime<Utc>,
    destroy_at: DateTime<Utc>,
}

impl Row {
    fn entry(self) -> Result<Entry, Error> {
        Ok(Entry {
            id: self.id,
            event_id: self.event_id,
            entry_number: self.entry_number,
            channel: self.channel.as_deref().and_then(Channel::from_code),
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
        "select id, event_id, entry_number, channel, nonce, tag, weight, visited, request_hash, entered_at, destroy_at
         from participants where id = $1",
        id
    )
    .fetch_optional(db)
    .await?
    .map(Row::entry)
    .transpose()
}

/// The entries that these phones have already, each with its phone's hash. One probe of the index per phone, whatever
/// the planner's statistics say of a table that grew a thousandfold in a minute.
///
/// # Errors
/// The statement fails.
pub async fn find_by_phone(
    connection: &mut PgConnection,
    event_ids: &[Uuid],
    phone_hashes: &[Vec<u8>],
) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
    let rows = sqlx::query!(
        r#"select p.phone_hash as "phone_hash!", p.id as "id!", p.event_id as "event_id!", p.entry_number as "entry_number!",
                  p.channel, p.nonce, p.tag as "tag!", p.weight as "weight!", p.visited as "visited!", p.request_hash,
                  p.entered_at as "entered_at!", p.destroy_at as "destroy_at!"
           from unnest($1::uuid[], $2::bytea[]) as k (event_id, phone_hash)
           cross join lateral (
               select * from participants p where p.event_id = k.event_id and p.phone_hash = k.phone_hash limit 1) p"#,
        event_ids,
        phone_hashes
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|r| {
            let row = Row {
                id: r.id,
                event_id: r.event_id,
                entry_number: r.entry_number,
                channel: r.channel,
                nonce: r.nonce,
                tag: r.tag,
                weight: r.weight,
                visited: r.visited,
                request_hash: r.request_hash,
                entered_at: r.entered_at,
                destroy_at: r.destroy_at,
            };
            Ok((r.phone_hash, row.entry()?))
        })
        .collect()
}

/// One entry with its number and weight, ready to be stored.
pub struct Numbered<'a> {
    pub application: &'a Application,
    pub entry_no: i64,
    pub entry_number: String,
    pub weight: u32,
}

impl Numbered<'_> {
    /// The entry as it is stored.
    pub fn stored(&self) -> Entry {
        let a = self.application;
        Entry {
            id: a.participant_id,
            event_id: a.event_id,
            entry_number: self.entry_number.clone(),
            channel: a.channel.map(|(channel, _)| channel),
            nonce: Some(a.nonce),
            tag: a.tag,
            weight: self.weight,
            visited: a.visited(),
            request_hash: a.request_hash.map(|h| h.to_vec()),
            entered_at: a.entered_at,
            destroy_at: a.destroy_at,
        }
    }
}

/// Stores entries in one statement and returns the ids of those stored. What is missing met an entry number that the
/// event has given already: no phone can be in the way, because the caller looked under the event's lock.
///
/// # Errors
/// The statement fails.
pub async fn insert_entries(
    connection: &mut PgConnection,
    entries: &[Numbered<'_>],
) -> Result<HashSet<Uuid>, Error> {
    fn all<T>(entries: &[Numbered<'_>], of: impl Fn(&Numbered<'_>) -> T) -> Vec<T> {
        entries.iter().map(of).collect()
    }
    let rows = sqlx::query_scalar!(
        "insert into participants (id, event_id, entry_no, entry_number, phone_hash, phone_tail_hash, phone, name, channel,
            channel_given, channel_source, nonce, tag, weight, visited, consent_version, consent_marketing, consented_at,
            request_hash, entered_at, destroy_at)
         select *
         from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bytea[],
            $9::text[], $10::text[], $11::text[], $12::bytea[], $13::bytea[], $14::bigint[], $15::boolean[], $16::text[],
            $17::boolean[], $18::timestamptz[], $19::bytea[], $20::timestamptz[], $21::timestamptz[])
         on conflict (event_id, entry_number) do nothing
         returning id",
        &all(entries, |e| e.application.participant_id),
        &all(entries, |e| e.application.event_id),
        &all(entries, |e| e.entry_no),
        &all(entries, |e| e.entry_number.clone()),
        &all(entries, |e| e.application.phone_hash.to_vec()),
        &all(entries, |e| e.application.phone_tail_hash.to_vec()),
        &all(entries, |e| e.application.phone.clone()),
        &all(entries, |e| e.application.name.clone()) as _,
        &all(entries, |e| e.application.channel.map(|(c, _)| c.code())) as _,
        &all(entries, |e| e.application.channel_given.map(Code::code)) as _,
        &all(entries, |e| e.application.channel.map(|(_, source)| source.code())) as _,
        &all(entries, |e| e.application.nonce.to_vec()),
        &all(entries, |e| e.application.tag.to_vec()),
        &all(entries, |e| i64::from(e.weight)),
        &all(entries, |e| e.application.visited()),
        &all(entries, |e| e.application.consent_version.to_owned()),
        &all(entries, |e| e.application.marketing),
        &all(entries, |e| e.application.entered_at),
        &all(entries, |e| e.application.request_hash.map(|h| h.to_vec())) as _,
        &all(entries, |e| e.application.entered_at),
        &all(entries, |e| e.application.destroy_at)
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().collect())
}

/// How a visit was shown.
#[derive(Debug, Clone, Copy)]
pub enum Method {
    CounterCode,
    Owner(Uuid),
}

impl Method {
    const fn code(self) -> &'static str {
        match self {
            Self::CounterCode => "COUNTER_CODE",
            Self::Owner(_) => "OWNER",
        }
    }
}

/// Records the visits of entries that were stored as visited.
///
/// # Errors
/// The statement fails.
pub async fn insert_visits(
    connection: &mut PgConnection,
    visits: &[(Uuid, Uuid)],
    method: Method,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let participants: Vec<Uuid> = visits.iter().map(|v| v.0).collect();
    let events: Vec<Uuid> = visits.iter().map(|v| v.1).collect();
    let by = match method {
        Method::Owner(owner) => Some(owner),
        Method::CounterCode => None,
    };
    sqlx::query!(
        "insert into visits (participant_id, event_id, method, marked_by, created_at)
         select v.participant_id, v.event_id, $3, $4, $5
         from unnest($1::uuid[], $2::uuid[]) as v (participant_id, event_id)
         on conflict do nothing",
        &participants,
        &events,
        method.code(),
        by,
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
