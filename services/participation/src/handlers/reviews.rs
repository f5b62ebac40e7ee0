//! What an owner may do with one entry: read its number with a reason, and say whether it is odd.

use crate::error::{Error, Field};
use crate::handlers::winners::parse_reason;
use crate::ops::event_keys::EventKeys;
use crate::ops::read_sealed;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::participants::Listed;
use crate::store::reviews::Verdict;
use axum::extract::State;
use chrono::{DateTime, Utc};
use janchi_runtime::Clock;
use janchi_web::{Json, Owner, Path};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

async fn owned(
    db: &PgPool,
    book: &RuleBook,
    owner: &Owner,
    event_id: Uuid,
    participant_id: Uuid,
) -> Result<Listed, Error> {
    book.owned_event(owner.user_id, event_id)
        .await?
        .ok_or(Error::NotFound)?;
    store::participants::list_by_id(db, event_id, &[participant_id])
        .await?
        .pop()
        .ok_or(Error::NotFound)
}

/// Why a number is read. It is written down, and holds none itself.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "RevealReason")]
pub struct Reveal {
    reason: String,
}

/// Number and name of one entrant, unmasked.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revealed {
    participant_id: Uuid,
    phone_number: String,
    name: Option<String>,
}

pub async fn reveal_number(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(keys): State<EventKeys>,
    owner: Owner,
    Path((event_id, participant_id)): Path<(Uuid, Uuid)>,
    Json(body): Json<Reveal>,
) -> Result<Json<Revealed>, Error> {
    let reason = parse_reason(&body.reason)?;
    let row = owned(&db, &book, &owner, event_id, participant_id).await?;
    let key = keys.of(&db, event_id).await?;
    let personal = read_sealed::open(&key, keys.keyring(), &row)?;
    let phone = personal.phone.ok_or(Error::NotFound)?;
    // Before the number leaves.
    let mut tx = db.begin().await?;
    let detail = serde_json::json!({"participantId": participant_id, "reason": reason});
    let (actor, subject) = (owner.user_id.to_string(), event_id.to_string());
    janchi_db::audit::record(&mut tx, &actor, "participant.revealed", &subject, detail).await?;
    tx.commit().await?;
    let local = phone.local();
    let (front, back) = local.split_at(local.len() - 4);
    Ok(Json(Revealed {
        participant_id,
        phone_number: format!("{}-{}-{back}", &front[..3], &front[3..]),
        name: personal.name,
    }))
}

/// What the owner says of an entry.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Said {
    Genuine,
    Suspicious,
}

/// The owner's word on an entry, and why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewReview {
    verdict: Said,
    reason: String,
}

/// An entry after the owner's word.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reviewed {
    participant_id: Uuid,
    verdict: &'static str,
    suspicious: bool,
    fraud_score: u32,
    at: DateTime<Utc>,
}

pub async fn review_entry(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(clock): State<Clock>,
    owner: Owner,
    Path((event_id, participant_id)): Path<(Uuid, Uuid)>,
    Json(body): Json<NewReview>,
) -> Result<Json<Reviewed>, Error> {
    let reason = parse_reason(&body.reason)?;
    let row = owned(&db, &book, &owner, event_id, participant_id).await?;
    let verdict = match body.verdict {
        Said::Genuine => Verdict::Genuine,
        Said::Suspicious => Verdict::Suspicious,
    };
    let now = clock.now();
    let mut tx = db.begin().await?;
    store::reviews::upsert_review(
        &mut tx,
        event_id,
        participant_id,
        verdict,
        &reason,
        owner.user_id,
        now,
    )
    .await?;
    let detail = serde_json::json!({
        "participantId": participant_id, "verdict": verdict.code(), "reason": reason,
    });
    let (actor, subject) = (owner.user_id.to_string(), event_id.to_string());
    janchi_db::audit::record(&mut tx, &actor, "participant.reviewed", &subject, detail).await?;
    tx.commit().await?;
    Ok(Json(Reviewed {
        participant_id,
        verdict: verdict.code(),
        suspicious: verdict == Verdict::Suspicious,
        fraud_score: row.signals.score(),
        at: now,
    }))
}

/// The fault of a list that is too long or too short.
pub fn wrong_length(field: &'static str) -> Error {
    Field::new(
        field,
        "OUT_OF_RANGE",
        "한 번에 1건에서 500건까지 보낼 수 있어요.",
        "Between 1 and 500 at a time.",
    )
    .into()
}
