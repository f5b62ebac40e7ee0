use crate::domain::prize;
use crate::domain::visit_code;
use crate::error::{Error, Field};
use crate::handlers::participations::wrong_visit_code;
use crate::ops;
use crate::ops::freeze::freeze_if_closed;
use crate::ops::open::visit_secret_place;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::entries::{Entry, Method};
use anyhow::Context;
use axum::extract::State;
use axum::response::NoContent;
use chrono::{DateTime, Utc};
use janchi_crypto::Keyring;
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
    /// When everything personal of this entry is destroyed.
    destroyed_at: DateTime<Utc>,
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
    State(clock): State<Clock>,
    caller: Entrant,
) -> Result<Json<OwnEntry>, Error> {
    let entry = own(&db, &caller, clock.now()).await?;
    Ok(Json(own_entry(&db, entry).await?))
}

pub async fn withdraw_entry(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(clock): State<Clock>,
    caller: Entrant,
    Empty: Empty,
) -> Result<NoContent, Error> {
    let now = clock.now();
    let entry = own(&db, &caller, now).await?;
    ops::withdraw::withdraw(&db, &book, &entry, now).await?;
    Ok(NoContent)
}

/// The counter code of a visit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VisitCode {
    visit_code: String,
}

pub async fn confirm_visit(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(keyring): State<Keyring>,
    State(clock): State<Clock>,
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
    let entry = own(&db, &caller, now).await?;
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
    if !visit_code::accepts(&store::fixed(&secret)?, &body.visit_code, now) {
        return Err(wrong_visit_code());
    }
    let entry = ops::visit::mark(
        &db,
        &book,
        entry.event_id,
        entry.id,
        Method::CounterCode,
        now,
    )
    .await?;
    Ok(Json(own_entry(&db, entry).await?))
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
    count: usize,
    path: Vec<String>,
    entries_root: String,
}

pub async fn prove_entry(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(clock): State<Clock>,
    caller: Entrant,
) -> Result<Json<Proof>, Error> {
    let now = clock.now();
    let entry = own(&db, &caller, now).await?;
    freeze_if_closed(&db, &book, entry.event_id, now).await?;
    let draw = store::draws::find_draw_of_event(&db, entry.event_id)
        .await?
        .ok_or(Error::ReceiptEnded)?;
    let entries_root = draw.entries_root.ok_or(Error::EntriesNotFrozen)?;
    let entries = store::draws::list_by_tag(&db, entry.event_id).await?;
    let (event_id, count, own_tag) = (entry.event_id.to_string(), entries.len(), entry.tag);
    // A long list takes a while to hash: not on a thread that serves others.
    let (index, path) = tokio::task::spawn_blocking(move || {
        let index = entries.iter().position(|e| e.tag == own_tag)?;
        let leaves: Vec<_> = entries
            .iter()
            .map(|e| janchi_draw::leaf(&event_id, &e.tag, e.weight))
            .collect();
        Some((index, janchi_draw::inclusion_path(&leaves, index)?))
    })
    .await
    .context("compute a proof")?
    .context("find an entry in its own list")?;
    Ok(Json(Proof {
        event_id: entry.event_id,
        nonce: entry.nonce.map(hex::encode),
        tag: hex::encode(entry.tag),
        weight: entry.weight,
        index,
        count,
        path: path.into_iter().map(hex::encode).collect(),
        entries_root: hex::encode(entries_root),
    }))
}

/// The receipt is good as long as its entry is there and not due to be destroyed.
async fn own(db: &PgPool, caller: &Entrant, now: DateTime<Utc>) -> Result<Entry, Error> {
    store::entries::find_entry(db, caller.participant_id)
        .await?
        .filter(|entry| now < entry.destroy_at)
        .ok_or(Error::ReceiptEnded)
}

async fn own_entry(db: &PgPool, entry: Entry) -> Result<OwnEntry, Error> {
    let rules = store::rules::find_rules(db, entry.event_id)
        .await?
        .ok_or(Error::ReceiptEnded)?;
    let draw = store::draws::find_draw_of_event(db, entry.event_id)
        .await?
        .ok_or(Error::ReceiptEnded)?;
    let mut connection = db.acquire().await?;
    let drawn = store::winners::list_drawn(&mut connection, draw.id, Some(entry.id))
        .await?
        .pop();
    let result = match &drawn {
        _ if draw.drawn_at.is_none() => OwnResult::Pending,
        Some(drawn) if drawn.is_winner() => OwnResult::Won,
        Some(drawn) if drawn.is_waiting() => OwnResult::Alternate,
        _ => OwnResult::Lost,
    };
    let prize = drawn
        .filter(|d| d.is_winner())
        .and_then(|d| d.place())
        .and_then(|place| prize::of_rank(&rules.prizes, place))
        .map(str::to_owned);
    Ok(OwnEntry {
        participant_id: entry.id,
        entry_number: entry.entry_number,
        event_id: entry.event_id,
        event_code: rules.code,
        event_title: rules.title,
        store_name: rules.store_name,
        weight: entry.weight,
        visited: entry.visited,
        entered_at: entry.entered_at,
        draw_id: draw.id,
        result,
        prize,
        destroyed_at: entry.destroy_at,
    })
}
