//! Freezing the list of entries when an event has closed: from then on it is public, and nothing about it changes.

use crate::domain::rules::Phase;
use crate::error::Error;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::draws::Draw;
use crate::store::pieces::Head;
use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use janchi_draw::{Hash, PIECE, leaf, root};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// Bytes of one packed entry: tag and weight.
const PACKED: usize = 36;

/// The entries in the order of their tags, and what they are published under.
#[derive(Debug)]
pub struct FrozenList {
    pub entries: Vec<(Hash, u32)>,
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
    // A million entries are read and hashed here, and nobody can enter any more.
    store::draws::be_patient(&mut *connection).await?;
    let heads = store::pieces::list_heads(&mut *connection, draw.id).await?;
    if let (Some(published), false) = (draw.entries_root, heads.is_empty()) {
        let roots: Vec<Hash> = heads.iter().map(|h| h.root).collect();
        if root(&roots) != published {
            return Err(anyhow!("the entries are not those that were frozen").into());
        }
        let mut entries = Vec::with_capacity(heads.len() * PIECE);
        for no in 0..heads.len() {
            entries.extend(piece(&mut *connection, draw.id, no).await?);
        }
        return Ok(Some(FrozenList {
            entries,
            root: published,
        }));
    }
    let entries = store::draws::list_entries(&mut *connection, draw.event_id).await?;
    if entries.is_empty() {
        return Ok(None);
    }
    let (list, pieces) = cut(draw.event_id, entries).await?;
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
    for (no, (head, bytes)) in pieces.iter().enumerate() {
        store::pieces::insert_piece(connection, draw.id, no, head, bytes).await?;
    }
    Ok(Some(list))
}

type Pieces = Vec<(Head, Vec<u8>)>;

/// Sorting and hashing a million entries takes a while: not on a thread that serves others.
async fn cut(event_id: Uuid, mut entries: Vec<(Hash, u32)>) -> Result<(FrozenList, Pieces), Error> {
    let event_id = event_id.to_string();
    tokio::task::spawn_blocking(move || {
        entries.sort_unstable();
        let pieces: Pieces = entries
            .chunks(PIECE)
            .map(|piece| {
                let leaves = leaves(&event_id, piece);
                let head = Head {
                    root: root(&leaves),
                    first_tag: piece[0].0,
                };
                (head, pack(piece))
            })
            .collect();
        let roots: Vec<Hash> = pieces.iter().map(|(head, _)| head.root).collect();
        let root = root(&roots);
        (FrozenList { entries, root }, pieces)
    })
    .await
    .context("hash a list of entries")
    .map_err(Error::from)
}

/// The leaves of some entries in their order.
pub fn leaves(event_id: &str, entries: &[(Hash, u32)]) -> Vec<Hash> {
    entries
        .iter()
        .map(|(tag, weight)| leaf(event_id, tag, *weight))
        .collect()
}

fn pack(entries: &[(Hash, u32)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.len() * PACKED);
    for (tag, weight) in entries {
        bytes.extend_from_slice(tag);
        bytes.extend_from_slice(&weight.to_be_bytes());
    }
    bytes
}

/// The entries of one piece of a frozen list.
///
/// # Errors
/// The statement fails, or the piece is not there.
pub async fn piece(
    db: impl sqlx::PgExecutor<'_>,
    draw_id: Uuid,
    no: usize,
) -> Result<Vec<(Hash, u32)>, Error> {
    let bytes = store::pieces::find_piece(db, draw_id, no)
        .await?
        .context("find a piece of a frozen list")?;
    bytes
        .chunks_exact(PACKED)
        .map(|entry| {
            let (tag, weight) = entry.split_at(32);
            Ok((
                store::fixed(tag)?,
                u32::from_be_bytes(store::fixed(weight)?),
            ))
        })
        .collect()
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
