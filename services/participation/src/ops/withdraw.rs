//! An entrant takes the entry back.

use crate::error::Error;
use crate::ops::freeze::freeze_if_closed;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::entries::Entry;
use crate::store::erasures::Reason;
use chrono::{DateTime, Utc};
use janchi_contracts::participation::ParticipationEvent;
use sqlx::PgPool;

/// Removes the entry with everything personal, until the event has closed. Its receipt ends with it.
///
/// # Errors
/// `ReceiptEnded` if it is gone, `EntriesFrozen` once the list is published under its root.
pub async fn withdraw(
    db: &PgPool,
    book: &RuleBook,
    entry: &Entry,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let participant_id = entry.id;
    freeze_if_closed(db, book, entry.event_id, now).await?;
    let mut tx = db.begin().await?;
    let rules = store::rules::lock_rules(&mut tx, entry.event_id)
        .await?
        .ok_or(Error::ReceiptEnded)?;
    if rules.frozen_at.is_some() {
        return Err(Error::EntriesFrozen);
    }
    // Again, under the lock: a visit may have been marked just now, and others count by what they are told.
    let entry = store::entries::find_entry(&mut *tx, participant_id)
        .await?
        .ok_or(Error::ReceiptEnded)?;
    store::entries::delete_entry(&mut tx, participant_id).await?;
    let event = Some(entry.event_id);
    store::erasures::insert_erasure(&mut tx, Reason::Withdrawn, event, 1, None, now).await?;
    let withdrawn = ParticipationEvent::Withdrawn {
        event_id: entry.event_id,
        entry: entry.note(),
        at: now,
    };
    janchi_queue::send_event(&mut tx, &withdrawn).await?;
    let subject = participant_id.to_string();
    let detail = serde_json::json!({"eventId": entry.event_id, "by": "entrant"});
    janchi_db::audit::record(&mut tx, "entrant", "entry.withdrawn", &subject, detail).await?;
    tx.commit().await?;
    Ok(())
}
