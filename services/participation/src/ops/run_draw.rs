//! The draw: once per event, from the list that was frozen when it closed, in one transaction.

use crate::domain::rules::Phase;
use crate::domain::winner::Kind;
use crate::error::Error;
use crate::ops::freeze::{FrozenList, freeze};
use crate::ops::open::seed_place;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::draws::{Draw, Outcome};
use anyhow::Context;
use chrono::{DateTime, Utc};
use janchi_contracts::participation::ParticipationEvent;
use janchi_crypto::Keyring;
use janchi_db::idempotency::{self, Claim};
use janchi_draw::{Hash, NO_BEACON, final_key, pick};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;
use uuid::Uuid;

/// More alternates than this are never drawn.
pub const MOST_ALTERNATES: u32 = 100;

/// What the owner asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub owner: Uuid,
    pub event_id: Uuid,
    /// If given, it must be what the rules say.
    pub winner_count: Option<u32>,
    pub alternate_count: Option<u32>,
    /// Idempotency key with the keyed hash of the request.
    pub key: Option<(String, [u8; 32])>,
    pub claims: ClaimTerms,
}

/// How prizes are claimed.
#[derive(Debug, Clone, Copy)]
pub struct ClaimTerms {
    /// From the draw, or from moving up, so long.
    pub time: chrono::Duration,
    /// Whether there is a dealer who tells the winners.
    pub told: bool,
}

/// Draws, or finds the draw that the same request made before. Returns the draw's id.
///
/// # Errors
/// `NotFound`, `EventCancelled`, `EventNotEnded`, `AlreadyDrawn`, `RulesFixed`, `NoParticipants`,
/// `IdempotencyKeyReused`, or something does not answer; then nothing is drawn.
pub async fn run_draw(
    db: &PgPool,
    keyring: &Keyring,
    book: &RuleBook,
    asked: Asked,
    now: DateTime<Utc>,
) -> Result<Uuid, Error> {
    if book
        .owned_event(asked.owner, asked.event_id)
        .await?
        .is_none()
    {
        // Never opened here: either not begun, or over without anyone having asked for it.
        book.refresh(asked.event_id).await?;
        if book
            .owned_event(asked.owner, asked.event_id)
            .await?
            .is_none()
        {
            return Err(Error::EventNotEnded);
        }
    }
    ask_whether_it_ended(db, book, asked.event_id, now).await?;
    let mut tx = db.begin().await?;
    let drawn = draw_in(&mut tx, keyring, &asked, now).await?;
    tx.commit().await?;
    book.forget(asked.event_id, None);
    Ok(drawn)
}

/// The message that the event has ended may still be on its way, and so may a later end: the event service knows. If
/// it does not answer, the clock decides by the rules that are known.
async fn ask_whether_it_ended(
    db: &PgPool,
    book: &RuleBook,
    event_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let rules = store::rules::find_rules(db, event_id)
        .await?
        .ok_or(Error::NotFound)?;
    match rules.phase(now) {
        Phase::Closed | Phase::Cancelled => Ok(()),
        Phase::Open => book.refresh(event_id).await,
        Phase::ClosedByClock => {
            if let Err(error) = book.refresh(event_id).await {
                tracing::warn!(error = %error, event.id = %event_id, "event service not asked, closed by the clock");
            }
            Ok(())
        }
    }
}

async fn draw_in(
    connection: &mut PgConnection,
    keyring: &Keyring,
    asked: &Asked,
    now: DateTime<Utc>,
) -> Result<Uuid, Error> {
    let scope = format!("{} draws", asked.owner);
    if let Some((key, fingerprint)) = &asked.key {
        match idempotency::claim(connection, &scope, key, fingerprint).await? {
            Claim::Fresh => {}
            Claim::Reused => return Err(Error::IdempotencyKeyReused),
            Claim::Replay { ids, .. } => {
                let id = serde_json::from_value(ids["drawId"].clone())
                    .context("read the ids of a replay")?;
                return Ok(id);
            }
        }
    }
    store::draws::lock_drawing(connection, asked.event_id).await?;
    // Under this lock no entry is taken, marked or withdrawn any more.
    let rules = store::rules::lock_rules(connection, asked.event_id)
        .await?
        .ok_or(Error::NotFound)?;
    match rules.phase(now) {
        Phase::Cancelled => return Err(Error::EventCancelled),
        Phase::Open => return Err(Error::EventNotEnded),
        Phase::Closed | Phase::ClosedByClock => {}
    }
    let draw = store::draws::find_draw_of_event(&mut *connection, asked.event_id)
        .await?
        .ok_or(Error::NotFound)?;
    if draw.drawn_at.is_some() {
        return Err(Error::AlreadyDrawn);
    }
    // Another process may have frozen the list while this one asked whether the event has ended.
    let now = draw.frozen_at.map_or(now, |frozen| frozen.max(now));
    if asked
        .winner_count
        .is_some_and(|count| count != rules.winner_count)
    {
        return Err(Error::RulesFixed {
            winner_count: rules.winner_count,
        });
    }
    let list = freeze(connection, &draw, now)
        .await?
        .ok_or(Error::NoParticipants)?;
    let count = list.entries.len();
    let alternates = asked
        .alternate_count
        .unwrap_or(rules.winner_count)
        .min(MOST_ALTERNATES);
    let numbers = Numbers {
        winners: rules.winner_count,
        alternates,
    };
    let by = (asked.owner, asked.claims);
    store_result(connection, keyring, &draw, list, numbers, by, now).await?;
    if let Some((key, _)) = &asked.key {
        idempotency::complete(connection, &scope, key, 201, &json!({"drawId": draw.id})).await?;
    }
    // Last, because the audit log has one writer at a time.
    let detail = json!({"drawId": draw.id, "entries": count, "winners": rules.winner_count});
    let (actor, subject) = (asked.owner.to_string(), asked.event_id.to_string());
    janchi_db::audit::record(connection, &actor, "draw.performed", &subject, detail).await?;
    Ok(draw.id)
}

#[derive(Debug, Clone, Copy)]
struct Numbers {
    winners: u32,
    alternates: u32,
}

async fn store_result(
    connection: &mut PgConnection,
    keyring: &Keyring,
    draw: &Draw,
    list: FrozenList,
    numbers: Numbers,
    (by, claims): (Uuid, ClaimTerms),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let event_id = draw.event_id.to_string();
    let seed = keyring
        .decrypt(&draw.seed, &seed_place(draw.id))
        .context("open the seed of a draw")?;
    let seed = store::fixed(&seed)?;
    let entries = list.entries.len();
    let tags = picked(&event_id, &seed, draw, list, numbers).await?;
    let known = store::draws::find_by_tags(connection, draw.event_id, &tags).await?;
    let known: HashMap<Hash, Uuid> = known.into_iter().collect();
    let picked = tags
        .iter()
        .map(|tag| known.get(tag).copied())
        .collect::<Option<Vec<Uuid>>>()
        .context("find the entries that were drawn")?;
    let (winners, alternates) = picked.split_at(picked.len().min(numbers.winners as usize));

    let outcome = Outcome {
        alternate_count: numbers.alternates,
        by,
        at: now,
    };
    store::draws::finish_draw(connection, draw.id, &outcome).await?;
    store::winners::insert_drawn(
        connection,
        draw.id,
        draw.event_id,
        Kind::Winner,
        winners,
        now,
    )
    .await?;
    store::winners::insert_drawn(
        connection,
        draw.id,
        draw.event_id,
        Kind::Alternate,
        alternates,
        now,
    )
    .await?;
    let claim_by = now + claims.time;
    store::claims::insert_claims(connection, draw.id, draw.event_id, winners, claim_by, now)
        .await?;
    if claims.told {
        store::notices::insert_notices(connection, draw.id, draw.event_id, winners, now).await?;
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let drawn = ParticipationEvent::Drawn {
        event_id: draw.event_id,
        draw_id: draw.id,
        participants: count(entries),
        winners: count(winners.len()),
        at: now,
    };
    janchi_queue::send_event(connection, &drawn).await?;
    Ok(())
}

/// The tags of the picked entries in rank order. A million of them take a while: not on a thread that serves others.
async fn picked(
    event_id: &str,
    seed: &[u8; 32],
    draw: &Draw,
    list: FrozenList,
    numbers: Numbers,
) -> Result<Vec<Hash>, Error> {
    let FrozenList { entries, root } = list;
    let key = final_key(
        seed,
        event_id,
        draw.draw_no,
        &root,
        entries.len() as u64,
        &NO_BEACON,
    );
    let mode = draw.mode;
    tokio::task::spawn_blocking(move || {
        let weights: Vec<u32> = entries.iter().map(|(_, weight)| *weight).collect();
        let places = (numbers.winners as usize).min(entries.len()) + numbers.alternates as usize;
        let picked = pick(mode, &weights, &key, places);
        picked.into_iter().map(|place| entries[place].0).collect()
    })
    .await
    .context("compute a draw")
    .map_err(Error::from)
}
