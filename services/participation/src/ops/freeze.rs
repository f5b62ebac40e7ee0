//! Freezing the list of entries when an event has closed: from then on it is public, and nothing about it changes.

use crate::domain::rules::Phase;
use crate::error::Error;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::draws::{Draw, Listed};
use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use janchi_draw::{Hash, leaf, root};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// The entries in the order of their tags, and what they are published under.
#[derive(Debug, Clone)]
pub struct FrozenList {
    pub entries: Vec<Listed>,
    pub root: Hash,
}

/// Freezes the list of a closed event, whose rules the transaction holds locked, or reads the one that is frozen. None
/// where nobody entered: there is no list then.
///
/// # Errors
/// A statement fails, or the entries are not those that were frozen.
pub async fn freeze(
    connection: &mut PgConnection,
    draw: &Draw,
    now: DateTime<Utc>,
) -> Result<Option<FrozenList>, Error> {
    let entries = store::draws::list_by_tag(&mut *connection, draw.event_id).await?;
    if entries.is_empty() {
        return Ok(None);
    }
    let list = list(draw.event_id, entries).await?;
    match draw.entries_root {
        Some(published) if published == list.root => {}
        Some(_) => return Err(anyhow!("the entries are not those that were frozen").into()),
        None => {
            let now = now.max(draw.committed_at);
            store::rules::freeze_rules(connection, draw.event_id, now).await?;
            let count = list.entries.len();
            store::draws::freeze_draw(connection, draw.id, &list.root, count, now).await?;
            tracing::info!(event.id = %draw.event_id, entries = count, "list of entries frozen");
        }
    }
    Ok(Some(list))
}

/// Hashing a million leaves takes a while: not on a thread that serves others.
async fn list(event_id: Uuid, entries: Vec<Listed>) -> Result<FrozenList, Error> {
    let event_id = event_id.to_string();
    tokio::task::spawn_blocking(move || {
        let leaves: Vec<_> = entries
            .iter()
            .map(|e| leaf(&event_id, &e.tag, e.weight))
            .collect();
        let root = root(&leaves);
        FrozenList { entries, root }
    })
    .await
    .context("hash a list of entries")
    .map_err(Error::from)
}

/// Freezes the list of an event whose time is over, if that has not been done: the news of its end may still be on
/// its way. Whoever changes or shows a list asks this first.
///
/// # Errors
/// A statement fails.
pub async fn freeze_if_closed(
    db: &PgPool,
    book: &RuleBook,
    event_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Some(rules) = store::rules::find_rules(db, event_id).await? else {
        return Ok(());
    };
    let phase = rules.phase(now);
    let closed = matches!(phase, Phase::Closed | Phase::ClosedByClock);
    if rules.frozen_at.is_some() || !closed || !store::entries::has_entries(db, event_id).await? {
        return Ok(());
    }
    // A later end may be on its way too: the event service knows. If it does not answer, the clock decides.
    if phase == Phase::ClosedByClock
        && let Err(error) = book.refresh(event_id).await
    {
        tracing::warn!(error = %error, event.id = %event_id, "event service not asked, closed by the clock");
    }
    let mut tx = db.begin().await?;
    let rules = store::rules::lock_rules(&mut tx, event_id)
        .await?
        .filter(|r| matches!(r.phase(now), Phase::Closed | Phase::ClosedByClock));
    let draw = store::draws::find_draw_of_event(&mut *tx, event_id).await?;
    if let (Some(rules), Some(draw)) = (rules, draw)
        && rules.frozen_at.is_none()
    {
        freeze(&mut tx, &draw, now).await?;
        tx.commit().await?;
        book.forget(event_id, None);
    }
    Ok(())
}
