//! Visits that a counter noted while it had no network. It sends them until it hears what became of each.

use crate::domain::rules::EventRules;
use crate::error::Error;
use crate::ops::freeze::freeze_if_closed;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::entries::Method;
use crate::store::offline::Noted;
use chrono::{DateTime, TimeDelta, Utc};
use janchi_contracts::participation::ParticipationEvent;
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;
use uuid::Uuid;

/// A counter's clock may be ahead by so much.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// Who was at the counter.
#[derive(Debug, Clone)]
pub enum Visitor {
    Participant(Uuid),
    /// The entry number as it was typed, in its groups.
    Number(String),
}

/// A visit as the counter noted it.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The counter's own id of it.
    pub visit_id: Uuid,
    pub visitor: Visitor,
    pub at: DateTime<Utc>,
}

/// Takes visits in; each has one effect and one answer, however often it is sent.
///
/// # Errors
/// `NotFound` for an unknown event; a statement fails, and then none of them counts.
pub async fn sync(
    db: &PgPool,
    book: &RuleBook,
    (event_id, owner): (Uuid, Uuid),
    visits: &[Visit],
    now: DateTime<Utc>,
) -> Result<Vec<Noted>, Error> {
    freeze_if_closed(db, book, event_id, now).await?;
    let mut tx = db.begin().await?;
    // Held until the commit: two counters that send the same visit come one after the other.
    let rules = store::rules::lock_rules(&mut tx, event_id)
        .await?
        .ok_or(Error::NotFound)?;
    let ids: Vec<Uuid> = visits.iter().map(|v| v.visit_id).collect();
    let mut known: HashMap<Uuid, Noted> = store::offline::find_noted(&mut tx, event_id, &ids)
        .await?
        .into_iter()
        .map(|noted| (noted.visit_id, noted))
        .collect();
    let mut answers = Vec::with_capacity(visits.len());
    for visit in visits {
        if let Some(noted) = known.get(&visit.visit_id) {
            answers.push(noted.clone());
            continue;
        }
        let noted = take(&mut tx, &rules, owner, visit, now).await?;
        store::offline::insert_noted(&mut tx, event_id, &noted, now).await?;
        known.insert(visit.visit_id, noted.clone());
        answers.push(noted);
    }
    tx.commit().await?;
    Ok(answers)
}

async fn take(
    connection: &mut PgConnection,
    rules: &EventRules,
    owner: Uuid,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<Noted, Error> {
    let id = match &visit.visitor {
        Visitor::Participant(id) => Some(*id),
        Visitor::Number(number) => {
            store::offline::find_by_number(&mut *connection, rules.event_id, number).await?
        }
    };
    let entry = match id {
        Some(id) => store::entries::find_entry(&mut *connection, id)
            .await?
            .filter(|e| e.event_id == rules.event_id),
        None => None,
    };
    let closed = rules.closed_at.or(rules.ends_at).unwrap_or(now);
    let during = rules.opened_at <= visit.at && visit.at < closed.max(rules.opened_at);
    let outcome = match &entry {
        None => "UNKNOWN",
        Some(entry) if entry.visited => "ALREADY",
        Some(_) if !during || visit.at > now + AHEAD => "OUTSIDE",
        Some(_) if rules.frozen_at.is_some() => "FROZEN",
        Some(entry) => {
            let (id, event_id) = (entry.id, entry.event_id);
            store::entries::set_visited(&mut *connection, id, rules.weight(true)).await?;
            let method = Method::Offline(owner);
            store::entries::insert_visit(&mut *connection, id, event_id, method, visit.at).await?;
            let visited = ParticipationEvent::Visited {
                event_id,
                participant_id: id,
                channel: entry.channel,
                at: visit.at,
            };
            janchi_queue::send_event(&mut *connection, &visited).await?;
            "MARKED"
        }
    };
    Ok(Noted {
        visit_id: visit.visit_id,
        participant_id: entry.map(|e| e.id),
        outcome: outcome.to_owned(),
        visited_at: visit.at,
    })
}
