//! Reading frozen lists: a proof for one entry, or all of it in pieces. What a proof needs of a list of a million is kept
//! in memory: the roots of 245 pieces.

use crate::error::Error;
use crate::ops::freeze::{freeze, leaves, piece};
use crate::store;
use crate::store::draws::Draw;
use crate::store::pieces::Head;
use anyhow::Context;
use janchi_draw::{Hash, PIECE, inclusion_path_by_pieces};
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The heads of so many lists are kept.
const KEPT: usize = 1000;

/// The heads of frozen lists, which never change. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct FrozenLists(Arc<Mutex<HashMap<Uuid, Arc<Vec<Head>>>>>);

/// The way of one entry to the published root.
#[derive(Debug)]
pub struct Proof {
    pub index: usize,
    pub path: Vec<Hash>,
    pub weight: u32,
}

impl FrozenLists {
    /// The heads of a frozen draw's pieces; none of a list that is not frozen.
    ///
    /// # Errors
    /// A statement fails.
    pub async fn heads(&self, db: &PgPool, draw: &Draw) -> Result<Arc<Vec<Head>>, Error> {
        if draw.frozen_at.is_none() {
            return Ok(Arc::default());
        }
        if let Some(known) = self.lock().get(&draw.id) {
            return Ok(known.clone());
        }
        let mut heads = store::pieces::list_heads(db, draw.id).await?;
        if heads.is_empty() {
            // Frozen before lists were kept: cut now, under its root.
            let mut tx = db.begin().await?;
            store::rules::lock_rules(&mut tx, draw.event_id).await?;
            freeze(&mut tx, draw, draw.committed_at).await?;
            tx.commit().await?;
            heads = store::pieces::list_heads(db, draw.id).await?;
        }
        let heads = Arc::new(heads);
        let mut known = self.lock();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(draw.id, heads.clone());
        Ok(heads)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Arc<Vec<Head>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The proof of the entry with this tag.
    ///
    /// # Errors
    /// A statement fails, or the list has no such entry.
    pub async fn prove(&self, db: &PgPool, draw: &Draw, tag: Hash) -> Result<Proof, Error> {
        let heads = self.heads(db, draw).await?;
        let no = heads
            .partition_point(|head| head.first_tag <= tag)
            .checked_sub(1)
            .context("find an entry in its own list")?;
        let entries = piece(db, draw.id, no).await?;
        let event_id = draw.event_id.to_string();
        // Four thousand hashes take a millisecond: not on a thread that serves others.
        let proof = tokio::task::spawn_blocking(move || {
            let within = entries.binary_search_by_key(&tag, |(tag, _)| *tag).ok()?;
            let roots: Vec<Hash> = heads.iter().map(|head| head.root).collect();
            Some(Proof {
                index: no * PIECE + within,
                path: inclusion_path_by_pieces(&leaves(&event_id, &entries), within, &roots, no)?,
                weight: entries[within].1,
            })
        })
        .await
        .context("compute a proof")?
        .context("find an entry in its own list")?;
        Ok(proof)
    }
}
