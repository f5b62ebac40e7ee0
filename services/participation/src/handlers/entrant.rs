use crate::domain::claim::PrizeTax;
use crate::domain::claim::Win;
use crate::domain::prize;
use crate::domain::retention::Retention;
use crate::domain::rules::EventRules;
use crate::domain::visit_code;
use crate::domain::winner::Drawn;
use crate::error::{Error, Field};
use crate::handlers::participations::{nonce, wrong_visit_code};
use crate::ops;
use crate::ops::event_keys::EventKeys;
use crate::ops::freeze::freeze_if_closed;
use crate::ops::frozen::FrozenLists;
use crate::ops::guesses::Guesses;
use crate::ops::open::visit_secret_place;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::entries::Entry;
use anyhow::Context;
use axum::extract::State;
use axum::response::NoContent;
use chrono::{DateTime, Utc};
use janchi_crypto::{Keyring, LookupKey};
use janchi_runtime::Clock;
use janchi_web::{Empty, Entrant, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

/// An entry as its entrant sees it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnEntry {
    participant_id: Uuid,
    entry_number: String,
    event_id: Uuid,
    event_code: String,
    event_title: String,
    store_name: String,
    weight: u32,
    visited: bool,
    entered_at: DateTime<Utc>,
    draw_id: Uuid,
    result: OwnResult,
    #[serde(skip_serializing_if = "Option::is_none")]
    prize: Option<String>,
    /// How the prize is claimed, for a winner.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<OwnClaim>,
    /// When everything personal of this entry is destroyed.
    destroyed_at: DateTime<Utc>,
}

/// The way to a winner's signed page.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OwnClaim {
    /// For `/api/public/wins/{token}`.
    token: String,
    claim_by: DateTime<Utc>,
    /// `DRAWN`, `CONTACTED`, `CLAIMED` or `HANDED_OVER`.
    state: &'static str,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum OwnResult {
    Pending,
    Won,
    Alternate,
    Lost,
}

pub async fn show_own_entry(
    State(db): State<PgPool>,
    State(lookup): State<LookupKey>,
    State(clock): State<Clock>,
    State(retention): State<Retention>,
    State(tax): State<PrizeTax>,
    caller: Entrant,
) -> Result<Json<OwnEntry>, Error> {
    let (entry, _) = own(&db, &caller, retention, clock.now()).await?;
    Ok(Json(own_entry(&db, &lookup, retention, &tax, entry).await?))
}

pub async fn withdraw_entry(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(clock): State<Clock>,
    State(retention): State<Retention>,
    caller: Entrant,
    Empty: Empty,
) -> Result<NoContent, Error> {
    let now = clock.now();
    let (entry, _) = own(&db, &caller, retention, now).await?;
    ops::withdraw::withdraw(&db, &book, &entry, now).await?;
    Ok(NoContent)
}

/// The counter code of a visit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VisitCode {
    visit_code: String,
}

#[expect(clippy::too_many_arguments, reason = "each is one part of the state")]
pub async fn confirm_visit(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(keyring): State<Keyring>,
    State(lookup): State<LookupKey>,
    State(guesses): State<Guesses>,
    State(clock): State<Clock>,
    State(retention): State<Retention>,
    State(tax): State<PrizeTax>,
    caller: Entrant,
    Json(body): Json<VisitCode>,
) -> Result<Json<OwnEntry>, Error> {
    if body.visit_code.len() > 64 {
        return Err(Field::new(
            "visitCode",
            "INVALID",
            "코드를 확인해 주세요.",
            "Please check the code.",
        )
        .into());
    }
    let now = clock.now();
    let (entry, _) = own(&db, &caller, retention, now).await?;
    freeze_if_closed(&db, &book, entry.event_id, now).await?;
    let rules = store::rules::find_rules(&db, entry.event_id)
        .await?
        .ok_or(Error::ReceiptEnded)?;
    if rules.frozen_at.is_some() && !entry.visited {
        return Err(Error::EntriesFrozen);
    }
    let secret = keyring
        .decrypt(&rules.visit_secret, &visit_secret_place(rules.event_id))
        .context("open an event's counter key")?;
    guesses.allow(entry.id, now)?;
    let Some(proof) = visit_code::check(&store::fixed(&secret)?, &body.visit_code, now) else {
        guesses.count(entry.id, now);
        return Err(wrong_visit_code());
    };
    let entry = ops::visit::mark(&db, &book, entry.event_id, entry.id, proof.into(), now).await?;
    Ok(Json(own_entry(&db, &lookup, retention, &tax, entry).await?))
}

/// The way from an entry to the published root: whoever kept the receipt can check it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "InclusionProof")]
pub struct Proof {
    event_id: Uuid,
    nonce: Option<String>,
    tag: String,
    weight: u32,
    index: usize,
    count: u64,
    path: Vec<String>,
    entries_root: String,
}

pub async fn prove_entry(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(lists): State<FrozenLists>,
    State(keys): State<EventKeys>,
    State(clock): State<Clock>,
    State(retention): State<Retention>,
    caller: Entrant,
) -> Result<Json<Proof>, Error> {
    let now = clock.now();
    let (entry, _) = own(&db, &caller, retention, now).await?;
    freeze_if_closed(&db, &book, entry.event_id, now).await?;
    let draw = store::draws::find_draw_of_event(&db, entry.event_id)
        .await?
        .ok_or(Error::ReceiptEnded)?;
    let entries_root = draw.entries_root.ok_or(Error::EntriesNotFrozen)?;
    let proof = lists.prove(&db, &draw, entry.tag).await?;
    let key = keys.of(&db, entry.event_id).await?;
    Ok(Json(Proof {
        event_id: entry.event_id,
        nonce: nonce(&key, &entry)?,
        tag: hex::encode(entry.tag),
        weight: proof.weight,
        index: proof.index,
        count: draw.entry_count.unwrap_or_default(),
        path: proof.path.into_iter().map(hex::encode).collect(),
        entries_root: hex::encode(entries_root),
    }))
}

/// The receipt is good as long as its entry is there and not due to be destroyed, which counts from the real closing.
async fn own(
    db: &PgPool,
    caller: &Entrant,
    retention: Retention,
    now: DateTime<Utc>,
) -> Result<(Entry, EventRules), Error> {
    let entry = store::entries::find_entry(db, caller.participant_id)
        .await?
        .ok_or(Error::ReceiptEnded)?;
    let rules = store::rules::find_rules(db, entry.event_id)
        .await?
        .ok_or(Error::ReceiptEnded)?;
    if retention.ends(&rules, entry.destroy_at) <= now {
        return Err(Error::ReceiptEnded);
    }
    Ok((entry, rules))
}

async fn own_entry(
    db: &PgPool,
    lookup: &LookupKey,
    retention: Retention,
    tax: &PrizeTax,
    entry: Entry,
) -> Result<OwnEntry, Error> {
    let rules = store::rules::find_rules(db, entry.event_id)
        .await?
        .ok_or(Error::ReceiptEnded)?;
    let draw = store::draws::find_draw_of_event(db, entry.event_id)
        .await?
        .ok_or(Error::ReceiptEnded)?;
    let drawn = {
        let mut connection = db.acquire().await?;
        store::winners::list_drawn(&mut connection, draw.id, Some(entry.id))
            .await?
            .pop()
    };
    let result = match &drawn {
        _ if draw.drawn_at.is_none() => OwnResult::Pending,
        Some(drawn) if drawn.is_winner() => OwnResult::Won,
        Some(drawn) if drawn.is_waiting() => OwnResult::Alternate,
        _ => OwnResult::Lost,
    };
    let won = drawn.filter(Drawn::is_winner);
    let ends = retention.ends(&rules, entry.destroy_at);
    let promised = rules.retention.unwrap_or(retention);
    let destroyed_at = won.as_ref().map_or(ends, |drawn| {
        ends - promised.entrants + promised.of(&rules, drawn, tax)
    });
    let prize = won
        .as_ref()
        .and_then(Drawn::place)
        .and_then(|place| prize::of_rank(&rules.prizes, place))
        .map(|prize| prize.name.clone());
    let win = Win {
        draw_id: draw.id,
        participant_id: entry.id,
    };
    let claim = match won {
        Some(drawn) => store::claims::find_claim(db, win)
            .await?
            .map(|claim| OwnClaim {
                token: win.token(lookup),
                claim_by: claim.claim_by,
                state: drawn.state(),
            }),
        None => None,
    };
    Ok(OwnEntry {
        participant_id: entry.id,
        event_id: entry.event_id,
        weight: entry.weight,
        visited: entry.visited,
        entered_at: entry.entered_at,
        draw_id: draw.id,
        result,
        prize,
        claim,
        destroyed_at,
        entry_number: entry.entry_number,
        event_code: rules.code,
        event_title: rules.title,
        store_name: rules.store_name,
    })
}
