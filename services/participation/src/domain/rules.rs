//! What an event promised its entrants when it opened.

use crate::domain::retention::Retention;
use chrono::{DateTime, Utc};
use janchi_contracts::event::{EventSnapshot, EventStatus, Prize};
use janchi_draw::Mode;
use serde_json::{Value, json};
use uuid::Uuid;

/// The rules of one opened event.
#[derive(Debug, Clone)]
pub struct EventRules {
    pub event_id: Uuid,
    pub owner_id: Uuid,
    pub store_name: String,
    pub code: String,
    pub title: String,
    pub status: EventStatus,
    pub version: i64,
    pub ends_at: Option<DateTime<Utc>>,
    /// When it really closed, if that is known.
    pub closed_at: Option<DateTime<Utc>>,
    pub opened_at: DateTime<Utc>,
    pub prizes: Vec<Prize>,
    pub winner_count: u32,
    pub visit_enabled: bool,
    pub visit_weight: u32,
    /// Key of the counter code, encrypted.
    pub visit_secret: Vec<u8>,
    pub frozen_at: Option<DateTime<Utc>>,
    /// How long what is personal is kept, as it was promised at the opening; none for an event of before.
    pub retention: Option<Retention>,
}

/// Where an event stands for whoever wants to enter it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Open,
    /// Its time is over, but nobody has said so yet: a later end may be on its way.
    ClosedByClock,
    Closed,
    Cancelled,
}

impl EventRules {
    /// The phase at this moment.
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        phase(self.status, self.frozen_at.is_some(), self.ends_at, now)
    }

    /// How many entries an entry counts.
    pub fn weight(&self, visited: bool) -> u32 {
        weight(self.visit_enabled, self.visit_weight, visited)
    }
}

/// The phase of an event that stands like this.
pub fn phase(
    status: EventStatus,
    frozen: bool,
    ends_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Phase {
    match status {
        EventStatus::Cancelled => Phase::Cancelled,
        _ if frozen => Phase::Closed,
        EventStatus::Ongoing => match ends_at {
            Some(end) if end <= now => Phase::ClosedByClock,
            _ => Phase::Open,
        },
        _ => Phase::Closed,
    }
}

/// A visit counts the rule's weight where the event has the bonus; everything else counts one.
pub fn weight(bonus: bool, weight: u32, visited: bool) -> u32 {
    if bonus && visited { weight } else { 1 }
}

/// How the event is drawn: chances differ only where a visit counts more.
pub fn mode(event: &EventSnapshot) -> Mode {
    if event.visit_bonus.enabled {
        Mode::Weighted
    } else {
        Mode::Uniform
    }
}

/// The rules as they are published under their hash. They name the draw, so that rules of one draw do not fit another.
pub fn published(event: &EventSnapshot, draw_id: Uuid) -> Value {
    let prizes: Vec<Value> = event
        .prizes
        .iter()
        .map(|p| json!({"name": p.name, "quantity": p.quantity, "unitCost": p.unit_cost}))
        .collect();
    let visit = if event.visit_bonus.enabled {
        event.visit_bonus.weight.max(1)
    } else {
        1
    };
    json!({
        "version": janchi_draw::VERSION,
        "drawId": draw_id,
        "drawNo": 1,
        "eventId": event.event_id,
        "mode": mode(event).code(),
        "prizes": prizes,
        "winnerCount": event.winner_count,
        "weightRule": {"entry": 1, "visit": visit},
        "closesAt": event.ends_at,
        "beacon": {"id": "none", "round": null},
    })
}

/// The published rules after the end was moved before the first entry: the former end stays readable in them.
pub fn with_later_end(mut rules: Value, ends_at: DateTime<Utc>, at: DateTime<Utc>) -> Value {
    let former = rules.get("closesAt").cloned().unwrap_or(Value::Null);
    if let Some(fields) = rules.as_object_mut() {
        fields.insert("closesAt".to_owned(), json!(ends_at));
        let changes = fields.entry("amended").or_insert_with(|| json!([]));
        if let Some(list) = changes.as_array_mut() {
            list.push(json!({"closesAt": former, "until": at}));
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::{EventRules, Phase, weight, with_later_end};
    use chrono::{DateTime, TimeDelta, Utc};
    use janchi_contracts::event::EventStatus;
    use serde_json::json;

    fn rules(status: EventStatus, ends_at: DateTime<Utc>) -> EventRules {
        EventRules {
            event_id: uuid::Uuid::nil(),
            owner_id: uuid::Uuid::nil(),
            store_name: String::new(),
            code: String::new(),
            title: String::new(),
            status,
            version: 1,
            ends_at: Some(ends_at),
            closed_at: None,
            opened_at: DateTime::<Utc>::default(),
            prizes: vec![],
            winner_count: 1,
            visit_enabled: false,
            visit_weight: 1,
            visit_secret: vec![],
            frozen_at: None,
            retention: None,
        }
    }

    #[test]
    fn an_event_is_open_to_its_last_millisecond() {
        let end = DateTime::<Utc>::from_timestamp(1_800_000_000, 0).unwrap();
        let open = rules(EventStatus::Ongoing, end);
        assert_eq!(open.phase(end - TimeDelta::milliseconds(1)), Phase::Open);
        assert_eq!(open.phase(end), Phase::ClosedByClock);
        assert_eq!(
            rules(EventStatus::Scheduled, end).phase(end - TimeDelta::milliseconds(1)),
            Phase::Closed
        );
        assert_eq!(
            rules(EventStatus::Ended, end).phase(end - TimeDelta::days(1)),
            Phase::Closed
        );
        assert_eq!(
            rules(EventStatus::Cancelled, end).phase(end - TimeDelta::days(1)),
            Phase::Cancelled
        );
        let frozen = EventRules {
            frozen_at: Some(end),
            ..open
        };
        assert_eq!(frozen.phase(end - TimeDelta::days(1)), Phase::Closed);
    }

    #[test]
    fn only_a_visit_with_the_bonus_counts_more() {
        assert_eq!(weight(true, 3, true), 3);
        assert_eq!(weight(true, 3, false), 1);
        assert_eq!(weight(false, 3, true), 1);
    }

    #[test]
    fn a_moved_end_leaves_its_trace() {
        let day = |d: i64| DateTime::<Utc>::from_timestamp(d * 86_400, 0).unwrap();
        let rules = with_later_end(json!({"closesAt": day(1)}), day(2), day(0));
        let rules = with_later_end(rules, day(3), day(0));
        assert_eq!(rules["closesAt"], json!(day(3)));
        assert_eq!(rules["amended"][0]["closesAt"], json!(day(1)));
        assert_eq!(rules["amended"][1]["closesAt"], json!(day(2)));
    }
}
