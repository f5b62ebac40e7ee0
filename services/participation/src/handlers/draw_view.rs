//! Draws as their owner sees them.

use crate::domain::prize;
use crate::domain::rules::EventRules;
use crate::domain::winner::{Drawn, Kind};
use crate::error::Error;
use crate::ops::event_keys::EventKeys;
use crate::ops::open::seed_place;
use crate::ops::read_sealed;
use crate::store;
use crate::store::draws::Draw;
use crate::store::participants::Listed;
use anyhow::Context;
use chrono::{DateTime, Utc};
use janchi_crypto::Keyring;
use janchi_draw::Mode;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::PgPool;
use std::collections::HashMap;
use uuid::Uuid;

/// A draw. Until it is done, seed, root and places are not there.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DrawView {
    draw_id: Uuid,
    event_id: Uuid,
    draw_no: u32,
    algorithm: &'static str,
    mode: Mode,
    winner_count: u32,
    winners: Vec<Place>,
    alternates: Vec<Place>,
    participant_count: Option<u64>,
    commitment: String,
    committed_at: DateTime<Utc>,
    rules_hash: String,
    seed: Option<String>,
    entries_root: Option<String>,
    frozen_at: Option<DateTime<Utc>>,
    drawn_at: Option<DateTime<Utc>>,
}

/// A place as it was drawn.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DrawnPlace")]
pub struct Place {
    rank: u32,
    #[serde(flatten)]
    person: Person,
    #[serde(skip_serializing_if = "Option::is_none")]
    prize: Option<String>,
}

/// Who was drawn; number masked.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DrawnPerson")]
pub struct Person {
    pub participant_id: Uuid,
    pub entry_number: String,
    pub name: Option<String>,
    pub phone_number: Option<String>,
    pub tag: String,
}

/// The seed in hex, once it may be known.
///
/// # Errors
/// It does not open.
pub fn published_seed(keyring: &Keyring, draw: &Draw) -> Result<Option<String>, Error> {
    if draw.drawn_at.is_none() {
        return Ok(None);
    }
    let seed = keyring
        .decrypt(&draw.seed, &seed_place(draw.id))
        .context("open the seed of a draw")?;
    Ok(Some(hex::encode(seed)))
}

/// Everybody drawn with what the owner may see of them.
///
/// # Errors
/// A statement fails, or something sealed does not open.
pub async fn people(
    db: &PgPool,
    keys: &EventKeys,
    draw: &Draw,
) -> Result<Vec<(Drawn, Person)>, Error> {
    let key = keys.of(db, draw.event_id).await?;
    let mut connection = db.acquire().await?;
    let drawn = store::winners::list_drawn(&mut connection, draw.id, None).await?;
    let ids: Vec<Uuid> = drawn.iter().map(|d| d.participant_id).collect();
    let rows = store::participants::list_by_id(&mut *connection, draw.event_id, &ids).await?;
    let rows: HashMap<Uuid, Listed> = rows.into_iter().map(|row| (row.id, row)).collect();
    drawn
        .into_iter()
        .map(|drawn| {
            let row = rows
                .get(&drawn.participant_id)
                .context("find a drawn entry")?;
            let personal = read_sealed::open(&key, keys.keyring(), row)?;
            let phone_number = personal.masked_phone();
            let person = Person {
                participant_id: drawn.participant_id,
                entry_number: row.entry_number.clone(),
                name: personal.name,
                phone_number,
                tag: hex::encode(&drawn.tag),
            };
            Ok((drawn, person))
        })
        .collect()
}

/// A draw with its places.
///
/// # Errors
/// A statement fails, or something sealed does not open.
pub async fn draw_view(
    db: &PgPool,
    keys: &EventKeys,
    rules: &EventRules,
    draw: &Draw,
) -> Result<DrawView, Error> {
    let (mut winners, mut alternates) = (Vec::new(), Vec::new());
    for (drawn, person) in people(db, keys, draw).await? {
        match drawn.kind {
            Kind::Winner => {
                let prize = prize::of_rank(&rules.prizes, drawn.rank).map(|p| p.name.clone());
                winners.push(Place {
                    rank: drawn.rank,
                    person,
                    prize,
                });
            }
            Kind::Alternate => alternates.push(Place {
                rank: drawn.rank,
                person,
                prize: None,
            }),
        }
    }
    Ok(DrawView {
        draw_id: draw.id,
        event_id: draw.event_id,
        draw_no: draw.draw_no,
        algorithm: janchi_draw::VERSION,
        mode: draw.mode,
        winner_count: rules.winner_count,
        winners,
        alternates,
        participant_count: draw.entry_count,
        commitment: hex::encode(draw.commitment),
        committed_at: draw.committed_at,
        rules_hash: hex::encode(draw.rules_hash),
        seed: published_seed(keys.keyring(), draw)?,
        entries_root: draw.entries_root.map(hex::encode),
        frozen_at: draw.frozen_at,
        drawn_at: draw.drawn_at,
    })
}
