//! Visits that a counter noted without a network.

use crate::error::{Error, Field};
use crate::handlers::reviews::wrong_length;
use crate::ops::offline::{self, Visit, Visitor};
use crate::ops::rule_book::RuleBook;
use axum::extract::State;
use chrono::{DateTime, Utc};
use janchi_runtime::Clock;
use janchi_web::{Json, Owner, Path};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

/// So many visits are taken at a time.
const MOST: usize = 500;

/// A visit as the counter noted it: by whose entry, and when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "OfflineVisit")]
pub struct Noted {
    /// The counter's own id of it: sent twice, it counts once.
    visit_id: Uuid,
    participant_id: Option<Uuid>,
    entry_number: Option<String>,
    visited_at: DateTime<Utc>,
}

/// What a counter noted while it had no network.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfflineVisits {
    visits: Vec<Noted>,
}

/// What became of one visit.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncedVisit {
    visit_id: Uuid,
    participant_id: Option<Uuid>,
    /// `MARKED`, `ALREADY` visited, `UNKNOWN` entry, `OUTSIDE` the event's time, or `FROZEN`: too late.
    outcome: String,
}

/// In the order in which they were sent.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Synced {
    visits: Vec<SyncedVisit>,
}

pub async fn sync_visits(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(clock): State<Clock>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
    Json(body): Json<OfflineVisits>,
) -> Result<Json<Synced>, Error> {
    if !(1..=MOST).contains(&body.visits.len()) {
        return Err(wrong_length("visits"));
    }
    let visits = body
        .visits
        .into_iter()
        .map(parse)
        .collect::<Result<Vec<_>, Error>>()?;
    book.owned_event(owner.user_id, event_id)
        .await?
        .ok_or(Error::NotFound)?;
    let by = (event_id, owner.user_id);
    let done = offline::sync(&db, &book, by, &visits, clock.now()).await?;
    let visits = done
        .into_iter()
        .map(|noted| SyncedVisit {
            visit_id: noted.visit_id,
            participant_id: noted.participant_id,
            outcome: noted.outcome,
        })
        .collect();
    Ok(Json(Synced { visits }))
}

fn parse(noted: Noted) -> Result<Visit, Error> {
    let visitor = match (noted.participant_id, noted.entry_number) {
        (Some(id), None) => Visitor::Participant(id),
        (None, Some(number)) => Visitor::Number(grouped(&number)),
        _ => {
            return Err(Field::new(
                "visits",
                "INVALID",
                "방문마다 응모번호나 참여자 중 하나만 알려 주세요.",
                "Each visit names either an entry number or a participant.",
            )
            .into());
        }
    };
    Ok(Visit {
        visit_id: noted.visit_id,
        visitor,
        at: noted.visited_at,
    })
}

/// An entry number in its two groups, however it was typed.
fn grouped(typed: &str) -> String {
    let plain = crate::domain::entry::plain_number(&typed.chars().take(32).collect::<String>());
    if plain.len() == 8 {
        format!("{}-{}", &plain[..4], &plain[4..])
    } else {
        plain
    }
}
