//! An event of an owner, as a card.

use super::Desk;
use crate::api::Api;
use crate::times;
use crate::words::Words;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) code: String,
    pub(super) objective: String,
    pub(super) status: String,
    pub(super) title: Option<String>,
    pub(super) starts_at: Option<String>,
    pub(super) ends_at: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    pub(super) event_id: String,
    pub(super) participants: i64,
    #[serde(default)]
    pub(super) winners: i64,
}

/// An event as a card.
pub(super) struct Card {
    /// The event's own page.
    pub(super) to: String,
    pub(super) title: String,
    pub(super) objective: String,
    pub(super) status: String,
    pub(super) tone: &'static str,
    pub(super) period: String,
    pub(super) people: Option<String>,
    /// The public page, once there is one.
    pub(super) link: Option<String>,
}

/// The name of a code of the API, such as `status-DRAFT`.
pub(super) fn named(w: Words, family: &str, code: &str) -> String {
    let key = match family {
        "status" => format!("{}{code}", "status-"),
        _ => format!("{}{code}", "objective-"),
    };
    if w.knows(&key) {
        w.say(&key)
    } else {
        code.to_owned()
    }
}

pub(super) fn title(event: &Event, w: Words) -> String {
    event
        .title
        .clone()
        .filter(|title| !title.trim().is_empty())
        .unwrap_or_else(|| w.say("event-untitled"))
}

pub(super) fn card<A: Api>(desk: &Desk<'_, A>, event: &Event, rows: &[Row]) -> Card {
    let (w, now) = (desk.words, desk.visit.now);
    let day = |time: &Option<String>| {
        let time = time.as_deref().and_then(times::parse);
        time.map(|time| times::day(time, now, w.0))
    };
    let row = rows.iter().find(|row| row.event_id == event.id);
    Card {
        to: format!("/app/events/{}", event.id),
        title: title(event, w),
        objective: named(w, "objective", &event.objective),
        status: named(w, "status", &event.status),
        tone: match event.status.as_str() {
            "ONGOING" => "good",
            "PUBLISH_FAILED" => "bad",
            "PUBLISHING" | "SCHEDULED" => "careful",
            _ => "plain",
        },
        period: match (day(&event.starts_at), day(&event.ends_at)) {
            (Some(from), Some(to)) => {
                w.with("join-from-to", &[("from", from.into()), ("to", to.into())])
            }
            (None, Some(to)) => w.one("join-until", "to", to),
            (Some(from), None) => w.one("join-from", "from", from),
            (None, None) => w.say("event-no-period"),
        },
        people: row.map(|row| w.one("people", "n", row.participants as f64)),
        link: matches!(
            event.status.as_str(),
            "SCHEDULED" | "ONGOING" | "ENDED" | "CANCELLED"
        )
        .then(|| format!("/e/{}", event.code)),
    }
}
