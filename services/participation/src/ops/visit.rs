//! Marking a visit to the shop, which may count more in the draw.

use crate::error::Error;
use crate::ops::freeze::freeze_if_closed;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::entries::{Entry, Method};
use chrono::{DateTime, Utc};
use janchi_contracts::participation::ParticipationEvent;
use sqlx::PgPool;
use uuid::Uuid;

/// Marks the visit of an entry of this event, once and until it has closed; a second time changes nothing.
///
/// # Errors
/// `NotFound` if the event has no such entry, `EntriesFrozen` once chances are fixed.
pub async fn mark(
    db: &PgPool,
    book: &RuleBook,
    event_id: Uuid,
    participant_id: Uuid,
    method: Method,
    now: DateTime<Utc>,
) -> Result<Entry, Error> {
    freeze_if_closed(db, book, event_id, now).await?;
    let mut tx = db.begin().await?;
    let rules = store::rules::lock_rules(&mut tx, event_id)
        .await?
        .ok_or(Error::NotFound)?;
    let entry = store::entries::find_entry(&mut *tx, participant_id)
        .await?
        .filter(|e| e.event_id == event_id)
        .ok_or(Error::NotFound)?;
    if entry.visited {
        return Ok(entry);
    }
    if rules.frozen_at.is_some() {
        return Err(Error::EntriesFrozen);
    }
    let weight = rules.weight(true);
    if store::entries::set_visited(&mut tx, participant_id, weight).await? {
        store::entries::insert_visit(&mut tx, participant_id, event_id, method, now).await?;
        let visited = ParticipationEvent::Visited {
            event_id,
            participant_id,
            channel: entry.channel,
            at: now,
        };
        janchi_queue::send_event(&mut tx, &visited).await?;
    }
    tx.commit().await?;
    Ok(Entry {
        visited: true,
        weight,
        ..entry
    })
}
