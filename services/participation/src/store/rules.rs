use super::narrow;
use crate::domain::retention::Retention;
use crate::domain::rules::EventRules;
use crate::error::Error;
use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use janchi_contracts::event::{EventSnapshot, EventStatus};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

struct Row {
    event_id: Uuid,
    owner_id: Uuid,
    store_name: String,
    code: String,
    title: String,
    status: String,
    version: i64,
    ends_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    opened_at: DateTime<Utc>,
    prizes: Value,
    winner_count: i32,
    visit_enabled: bool,
    visit_weight: i64,
    visit_secret: Vec<u8>,
    frozen_at: Option<DateTime<Utc>>,
    kept_days: Option<i32>,
    winners_kept_days: Option<i32>,
    taxed_winners_kept_days: Option<i32>,
}

impl Row {
    fn rules(self) -> Result<EventRules, Error> {
        let status = EventStatus::from_code(&self.status)
            .ok_or_else(|| anyhow!("unknown status of an event"))?;
        let days = |days: Option<i32>| days.and_then(|days| u32::try_from(days).ok());
        let retention = match (
            days(self.kept_days),
            days(self.winners_kept_days),
            days(self.taxed_winners_kept_days),
        ) {
            (Some(entrants), Some(winners), Some(taxed)) => {
                Some(Retention::of_days(entrants, winners, taxed))
            }
            _ => None,
        };
        Ok(EventRules {
            event_id: self.event_id,
            owner_id: self.owner_id,
            store_name: self.store_name,
            code: self.code,
            title: self.title,
            status,
            version: self.version,
            ends_at: self.ends_at,
            closed_at: self.closed_at,
            opened_at: self.opened_at,
            prizes: serde_json::from_value(self.prizes).context("read stored prizes")?,
            winner_count: narrow(self.winner_count.into())?,
            visit_enabled: self.visit_enabled,
            visit_weight: narrow(self.visit_weight)?,
            visit_secret: self.visit_secret,
            frozen_at: self.frozen_at,
            retention,
        })
    }
}

/// The rules of an opened event.
///
/// # Errors
/// The statement fails.
pub async fn find_rules(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
) -> Result<Option<EventRules>, Error> {
    sqlx::query_as!(
        Row,
        "select event_id, owner_id, store_name, code, title, status, version, ends_at, closed_at, opened_at, prizes,
                winner_count, visit_enabled, visit_weight, visit_secret, frozen_at, kept_days, winners_kept_days,
                taxed_winners_kept_days
         from event_rules where event_id = $1",
        event_id
    )
    .fetch_optional(db)
    .await?
    .map(Row::rules)
    .transpose()
}

/// The id of an opened event by the code of its public page.
///
/// # Errors
/// The statement fails.
pub async fn find_event_by_code(
    db: impl PgExecutor<'_>,
    code: &str,
) -> Result<Option<Uuid>, Error> {
    Ok(
        sqlx::query_scalar!("select event_id from event_rules where code = $1", code)
            .fetch_optional(db)
            .await?,
    )
}

/// The rules, locked until the transaction ends: no entry is taken, nothing is frozen meanwhile.
///
/// # Errors
/// The statement fails, or another transaction holds the row for too long.
pub async fn lock_rules(
    connection: &mut PgConnection,
    event_id: Uuid,
) -> Result<Option<EventRules>, Error> {
    sqlx::query_as!(
        Row,
        "select event_id, owner_id, store_name, code, title, status, version, ends_at, closed_at, opened_at, prizes,
                winner_count, visit_enabled, visit_weight, visit_secret, frozen_at, kept_days, winners_kept_days,
                taxed_winners_kept_days
         from event_rules where event_id = $1 for update",
        event_id
    )
    .fetch_optional(connection)
    .await?
    .map(Row::rules)
    .transpose()
}

/// Stores an event's rules at its opening. `false` if they were there. Whoever opens the same event at the same moment
/// may meet any of its unique keys first, so none of them is named in the statement.
///
/// # Errors
/// The statement fails.
pub async fn insert_rules(
    connection: &mut PgConnection,
    event: &EventSnapshot,
    visit_secret: &[u8],
    retention: Retention,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let [entrants, winners, taxed] = retention.days();
    let done = sqlx::query!(
        "insert into event_rules (event_id, owner_id, store_id, store_name, code, title, status, version, starts_at,
            ends_at, closed_at, prizes, winner_count, visit_enabled, visit_weight, visit_secret, opened_at, kept_days,
            winners_kept_days, taxed_winners_kept_days)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         on conflict do nothing",
        event.event_id,
        event.owner_id,
        event.store_id,
        event.store_name,
        event.code,
        event.title,
        event.status.code(),
        event.version,
        event.starts_at,
        event.ends_at,
        event.closed_at,
        json!(event.prizes),
        i32::try_from(event.winner_count.max(1)).unwrap_or(i32::MAX),
        event.visit_bonus.enabled,
        i64::from(event.visit_bonus.weight.max(1)),
        visit_secret,
        event.opened_at.unwrap_or(now),
        entrants,
        winners,
        taxed
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes over what may change after the opening: title, status, a later end, the real closing. Prizes, winners and
/// weights never do. Old news (a lower version) changes nothing.
///
/// # Errors
/// The statement fails.
pub async fn update_rules(
    connection: &mut PgConnection,
    event: &EventSnapshot,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update event_rules
         set title = $2, store_name = $3, status = $4, version = $5, ends_at = $6, closed_at = coalesce(closed_at, $7)
         where event_id = $1 and version < $5",
        event.event_id,
        event.title,
        event.store_name,
        event.status.code(),
        event.version,
        event.ends_at,
        event.closed_at
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// From now on nothing about the entries of this event changes.
///
/// # Errors
/// The statement fails.
pub async fn freeze_rules(
    connection: &mut PgConnection,
    event_id: Uuid,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update event_rules set frozen_at = $2, closed_at = coalesce(closed_at, least(ends_at, $2)) where event_id = $1",
        event_id,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}
