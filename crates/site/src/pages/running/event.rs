//! An event as its owner's pages need it, and what stands above each of them.

use crate::api::{Api, Call};
use crate::figures::coded;
use crate::pages::creation;
use crate::pages::seat::{Seat, read};
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// An event of the API.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) code: String,
    pub(super) status: String,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) starts_at: Option<String>,
    pub(super) ends_at: Option<String>,
    pub(super) closed_at: Option<String>,
    #[serde(default)]
    pub(super) prizes: Vec<Prize>,
    pub(super) winner_count: Option<i64>,
    pub(super) visit_bonus: Option<Bonus>,
    #[serde(default)]
    pub(super) images: Vec<Image>,
    pub(super) version: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Prize {
    pub(super) name: String,
    pub(super) quantity: i64,
    pub(super) unit_cost: i64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Bonus {
    pub(super) enabled: bool,
    pub(super) weight: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Image {
    pub(super) image_id: String,
}

impl Event {
    pub(super) fn is(&self, status: &str) -> bool {
        self.status == status
    }

    /// Whether customers have, or had, anything to see of it.
    pub(super) fn was_public(&self) -> bool {
        !matches!(
            self.status.as_str(),
            "DRAFT" | "PUBLISHING" | "PUBLISH_FAILED"
        )
    }

    pub(super) fn title(&self, w: Words) -> String {
        self.title
            .clone()
            .filter(|title| !title.trim().is_empty())
            .unwrap_or_else(|| w.say("event-untitled"))
    }

    /// The weight of an entry whose visit is known, where a visit counts.
    pub(super) fn bonus(&self) -> Option<i64> {
        self.visit_bonus
            .filter(|bonus| bonus.enabled)
            .map(|bonus| bonus.weight)
    }

    pub(super) fn path(&self, rest: &str) -> String {
        format!("/app/events/{}{rest}", self.id)
    }
}

/// The owner's event. One that is no more than a draft is shown where it is made.
pub(super) async fn find<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Event, Page> {
    let call = Call::get(format!("/api/events/{id}"), seat.desk.language());
    let reply = seat.call(call).await?;
    match read::<Event>(&reply) {
        Some(event) if event.is("DRAFT") => {
            let step = creation::step(&reply.json).unwrap_or_else(|| event.path("/plan"));
            Err(seat.go(&step))
        }
        Some(event) => Ok(event),
        None => Err(seat.instead(&reply)),
    }
}

/// The head of an event's pages: name, state, and the ways between them.
#[derive(Debug, Template)]
#[template(path = "running/head.html")]
pub(super) struct Head {
    w: Words,
    home: String,
    above: String,
    heading: String,
    status: String,
    tone: &'static str,
    when: String,
    tabs: Vec<Tab>,
}

impl HtmlSafe for Head {}

#[derive(Debug)]
struct Tab {
    to: String,
    name: String,
    is_here: bool,
}

impl Head {
    /// The head of that page; the heading is the event's own title where the page has none.
    pub(super) fn of<A: Api>(
        seat: &Seat<'_, '_, A>,
        event: &Event,
        here: &str,
        heading: Option<String>,
    ) -> Self {
        let w = seat.words();
        let tab = |rest: &str, key: &str| Tab {
            to: event.path(rest),
            name: w.say(key),
            is_here: rest == here,
        };
        let mut tabs = vec![tab("", "run-tab-event")];
        if event.was_public() {
            tabs.push(tab("/dashboard", "run-tab-dashboard"));
            tabs.push(tab("/participants", "run-tab-participants"));
            if matches!(event.status.as_str(), "ONGOING" | "SCHEDULED") {
                tabs.push(tab("/counter", "run-tab-counter"));
            }
            if !event.is("CANCELLED") {
                tabs.push(tab("/draw", "run-tab-draw"));
            }
        }
        tabs.push(tab("/history", "run-tab-history"));
        let title = event.title(w);
        Self {
            w,
            // Above the event itself stands the way to all of them.
            home: match heading {
                Some(_) => event.path(""),
                None => "/app/events".to_owned(),
            },
            above: match heading {
                Some(_) => title.clone(),
                None => w.say("events-title"),
            },
            heading: heading.unwrap_or(title),
            status: coded(w, "status-", &event.status),
            tone: tone(&event.status),
            when: standing(event, seat.visit().now, w),
            tabs,
        }
    }
}

/// How a state is coloured.
pub(super) fn tone(status: &str) -> &'static str {
    match status {
        "ONGOING" => "good",
        "PUBLISH_FAILED" => "bad",
        "PUBLISHING" | "SCHEDULED" => "careful",
        _ => "plain",
    }
}

/// `2일 5시간 뒤에 끝나요`: where an event stands in time.
pub(super) fn standing(event: &Event, now: DateTime<Utc>, w: Words) -> String {
    let time = |text: &Option<String>| text.as_deref().and_then(times::parse);
    let said = |key: &str, time: DateTime<Utc>| w.one(key, "when", times::moment(time, now, w.0));
    match (
        event.status.as_str(),
        time(&event.starts_at),
        time(&event.ends_at),
    ) {
        ("SCHEDULED", Some(start), _) if start > now => {
            w.one("run-starts-in", "left", left(start, now, w))
        }
        ("ONGOING", _, Some(end)) if end > now => w.one("run-ends-in", "left", left(end, now, w)),
        ("ENDED" | "CANCELLED", _, end) => time(&event.closed_at)
            .or(end.filter(|end| *end <= now))
            .map_or_else(String::new, |at| said("run-closed-at", at)),
        _ => String::new(),
    }
}

/// `2일 5시간`, `3시간 20분`, `12분`.
pub(super) fn left(until: DateTime<Utc>, now: DateTime<Utc>, w: Words) -> String {
    let minutes = (until - now).num_minutes().max(0);
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let (key, values) = match (days, hours) {
        (0, 0) => ("run-left-minutes", [("a", rest.max(1)), ("b", 0)]),
        (0, _) => ("run-left-hours", [("a", hours), ("b", rest)]),
        _ => ("run-left-days", [("a", days), ("b", hours)]),
    };
    let values = values.map(|(name, n)| (name, (n as f64).into()));
    w.with(key, &values)
}

/// A time of the API as people say it; nothing for what is none.
pub(super) fn told<A: Api>(seat: &Seat<'_, '_, A>, text: Option<&str>) -> String {
    text.and_then(times::parse).map_or_else(String::new, |at| {
        times::moment(at, seat.visit().now, seat.words().0)
    })
}

#[cfg(test)]
mod tests {
    use super::left;
    use crate::times::parse;
    use crate::words::{Language, Words};

    #[test]
    fn what_is_left_is_said_in_two_units() {
        let now = parse("2026-11-22T03:00:00Z").unwrap();
        let ko = Words(Language::Korean);
        for (until, said) in [
            ("2026-11-24T08:30:00Z", "2일 5시간"),
            ("2026-11-22T06:20:00Z", "3시간 20분"),
            ("2026-11-22T03:12:00Z", "12분"),
            ("2026-11-22T03:00:10Z", "1분"),
        ] {
            assert_eq!(left(parse(until).unwrap(), now, ko), said);
        }
    }
}
