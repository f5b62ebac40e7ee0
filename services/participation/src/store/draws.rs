use super::{fixed, narrow};
use crate::error::Error;
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use janchi_contracts::participation::DrawPublic;
use janchi_draw::{Hash, Mode};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A draw as it is stored. The seed is encrypted.
#[derive(Debug, Clone)]
pub struct Draw {
    pub id: Uuid,
    pub event_id: Uuid,
    pub draw_no: u32,
    pub mode: Mode,
    pub seed: Vec<u8>,
    pub commitment: Hash,
    pub rules: Value,
    pub rules_hash: Hash,
    pub committed_at: DateTime<Utc>,
    pub frozen_at: Option<DateTime<Utc>>,
    pub entries_root: Option<Hash>,
    pub entry_count: Option<u64>,
    pub drawn_at: Option<DateTime<Utc>>,
}

impl Draw {
    /// What other services may know of the draw itself.
    pub fn public(&self) -> DrawPublic {
        DrawPublic {
            draw_id: self.id,
            commitment: hex::encode(self.commitment),
            rules_hash: hex::encode(self.rules_hash),
            committed_at: self.committed_at,
            drawn_at: self.drawn_at,
            kept: None,
        }
    }
}

struct Row {
    id: Uuid,
    event_id: Uuid,
    draw_no: i32,
    mode: String,
    seed: Vec<u8>,
    commitment: Vec<u8>,
    rules: Value,
    rules_hash: Vec<u8>,
    committed_at: DateTime<Utc>,
    frozen_at: Option<DateTime<Utc>>,
    entries_root: Option<Vec<u8>>,
    entry_count: Option<i64>,
    drawn_at: Option<DateTime<Utc>>,
}

impl Row {
    fn draw(self) -> Result<Draw, Error> {
        let mode = [Mode::Uniform, Mode::Weighted]
            .into_iter()
            .find(|m| m.code() == self.mode)
            .ok_or_else(|| anyhow!("unknown mode of a draw"))?;
        Ok(Draw {
            id: self.id,
            event_id: self.event_id,
            draw_no: narrow(self.draw_no.into())?,
            mode,
            seed: self.seed,
            commitment: fixed(&self.commitment)?,
            rules: self.rules,
            rules_hash: fixed(&self.rules_hash)?,
            committed_at: self.committed_at,
            frozen_at: self.frozen_at,
            entries_root: self.entries_root.as_deref().map(fixed).transpose()?,
            entry_count: self.entry_count.map(narrow).transpose()?,
            drawn_at: self.drawn_at,
        })
    }
}

/// A draw by its id.
///
/// # Errors
/// The statement fails.
pub async fn find_draw(db: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Draw>, Error> {
    sqlx::query_as!(
        Row,
        "select id, event_id, draw_no, mode, seed, commitment, rules, rules_hash, committed_at, frozen_at, entries_root,
                entry_count, drawn_at
         from draws where id = $1",
        id
    )
    .fetch_optional(db)
    .await?
    .map(Row::draw)
    .transpose()
}

/// The draw of an event.
///
/// # Errors
/// The statement fails.
pub async fn find_draw_of_event(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
) -> Result<Option<Draw>, Error> {
    sqlx::query_as!(
        Row,
        "select id, event_id, draw_no, mode, seed, commitment, rules, rules_hash, committed_at, frozen_at, entries_root,
                entry_count, drawn_at
         from draws where event_id = $1 order by draw_no desc limit 1",
        event_id
    )
    .fetch_optional(db)
    .await?
    .map(Row::draw)
    .transpose()
}

/// What is stored when a seed is committed.
pub struct Committed<'a> {
    pub id: Uuid,
    pub event_id: Uuid,
    pub mode: Mode,
    pub seed: &'a [u8],
    pub commitment: &'a Hash,
    pub rules: &'a Value,
    pub rules_hash: &'a Hash,
    pub at: DateTime<Utc>,
}

/// Stores the commitment of an event's first and only draw.
///
/// # Errors
/// The statement fails.
pub async fn insert_commitment(
    connection: &mut PgConnection,
    draw: &Committed<'_>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into draws (id, event_id, draw_no, mode, seed, commitment, rules, rules_hash, committed_at)
         values ($1, $2, 1, $3, $4, $5, $6, $7, $8)",
        draw.id,
        draw.event_id,
        draw.mode.code(),
        draw.seed,
        draw.commitment.as_slice(),
        draw.rules,
        draw.rules_hash.as_slice(),
        draw.at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces the published rules, which is allowed before the first entry only.
///
/// # Errors
/// The statement fails.
pub async fn amend_rules(
    connection: &mut PgConnection,
    draw_id: Uuid,
    rules: &Value,
    rules_hash: &Hash,
) -> Result<(), Error> {
    sqlx::query!(
        "update draws set rules = $2, rules_hash = $3 where id = $1 and frozen_at is null",
        draw_id,
        rules,
        rules_hash.as_slice()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Waits until nobody else draws this event; held until the transaction ends.
///
/// # Errors
/// The statement fails, or somebody else takes too long.
pub async fn lock_drawing(connection: &mut PgConnection, event_id: Uuid) -> Result<(), Error> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('draw ' || $1::uuid::text, 0))",
        event_id
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

/// Stores what the list is frozen under.
///
/// # Errors
/// The statement fails.
pub async fn freeze_draw(
    connection: &mut PgConnection,
    draw_id: Uuid,
    entries_root: &Hash,
    entry_count: usize,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update draws set frozen_at = $2, entries_root = $3, entry_count = $4 where id = $1 and frozen_at is null",
        draw_id,
        at,
        entries_root.as_slice(),
        i64::try_from(entry_count).unwrap_or(i64::MAX)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Who drew, when, and with how many alternates.
pub struct Outcome {
    pub alternate_count: u32,
    pub by: Uuid,
    pub at: DateTime<Utc>,
}

/// Stores that a frozen list is drawn.
///
/// # Errors
/// The statement fails.
pub async fn finish_draw(
    connection: &mut PgConnection,
    draw_id: Uuid,
    outcome: &Outcome,
) -> Result<(), Error> {
    sqlx::query!(
        "update draws set drawn_at = $2, alternate_count = $3, drawn_by = $4 where id = $1 and drawn_at is null",
        draw_id,
        outcome.at,
        i32::try_from(outcome.alternate_count).unwrap_or(i32::MAX),
        outcome.by
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Tag and weight of every entry of an event, in no order. They come row by row: a million of them as one answer would
/// be held twice.
///
/// # Errors
/// The statement fails.
pub async fn list_entries(
    connection: &mut PgConnection,
    event_id: Uuid,
) -> Result<Vec<(Hash, u32)>, Error> {
    let mut rows = sqlx::query!(
        "select tag, weight from participants where event_id = $1",
        event_id
    )
    .fetch(connection);
    let mut entries = Vec::new();
    while let Some(row) = rows.try_next().await? {
        entries.push((fixed(&row.tag)?, narrow(row.weight)?));
    }
    Ok(entries)
}

/// The entries with these tags, each with its tag.
///
/// # Errors
/// The statement fails.
pub async fn find_by_tags(
    connection: &mut PgConnection,
    event_id: Uuid,
    tags: &[Hash],
) -> Result<Vec<(Hash, Uuid)>, Error> {
    let tags: Vec<&[u8]> = tags.iter().map(|t| t.as_slice()).collect();
    let rows = sqlx::query!(
        "select p.id, p.tag from unnest($2::bytea[]) as t (tag)
         join participants p on p.event_id = $1 and p.tag = t.tag",
        event_id,
        &tags as _
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|r| Ok((fixed(&r.tag)?, r.id)))
        .collect()
}

/// Lets the statements of this transaction take as long as a million entries need.
///
/// # Errors
/// The statement fails.
pub async fn be_patient(connection: &mut PgConnection) -> Result<(), Error> {
    sqlx::query!("select set_config('statement_timeout', '60s', true)")
        .fetch_one(connection)
        .await?;
    Ok(())
}
