//! `/app/events/{id}/participants`: who takes part, masked, a page at a time.

use super::event::{self, Event, Head};
use crate::api::Api;
use crate::figures::coded;
use crate::frame::Frame;
use crate::pages::receipt_view::grouped;
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::visit::{Page, Visit};
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::Deserialize;

pub(super) const CHANNELS: [&str; 6] = [
    "URIDONGNE_TV",
    "RINGO_BIZ",
    "GENIE_TV",
    "INSTAGRAM",
    "NAVER",
    "KAKAO",
];

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    pub(super) items: Vec<Entry>,
    next_cursor: Option<String>,
    total_count: i64,
}

/// An entry as the API lists it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) participant_id: String,
    pub(super) entry_number: String,
    pub(super) name: Option<String>,
    pub(super) phone_number: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) visited: bool,
    pub(super) weight: i64,
    pub(super) winner: bool,
    pub(super) entered_at: String,
    #[serde(default)]
    pub(super) fraud_reasons: Vec<Reason>,
    #[serde(default)]
    pub(super) suspicious: bool,
    pub(super) review: Option<Review>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Reason {
    pub(super) code: String,
    pub(super) text: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Review {
    pub(super) verdict: String,
    pub(super) reason: String,
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    pub(super) query: String,
    channel: String,
    only: String,
}

impl Wish {
    fn of(visit: &Visit) -> Self {
        let asked = |name: &str| visit.asked(name).unwrap_or_default();
        let known = |value: String, known: &[&str]| match known.contains(&value.as_str()) {
            true => value,
            false => String::new(),
        };
        Self {
            query: asked("q").trim().chars().take(50).collect(),
            channel: known(asked("channel"), &CHANNELS),
            only: known(asked("only"), &["visited", "suspicious", "winner"]),
        }
    }

    /// As the API is asked.
    fn call(&self, id: &str, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("limit", "50");
        for (name, value) in [
            ("q", self.query.as_str()),
            ("channel", self.channel.as_str()),
            ("cursor", cursor),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if !self.only.is_empty() {
            query.append_pair(&self.only, "true");
        }
        format!("/api/events/{id}/participants?{}", query.finish())
    }

    /// As our own page is asked.
    fn link(&self, event: &Event, after: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("q", self.query.as_str()),
            ("channel", self.channel.as_str()),
            ("only", self.only.as_str()),
            ("after", after),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        event.path(&format!("/participants?{}", query.finish()))
    }

    fn is_empty(&self) -> bool {
        self.query.is_empty() && self.channel.is_empty() && self.only.is_empty()
    }
}

#[derive(Template)]
#[template(path = "running/participants.html")]
struct Participants<'a> {
    frame: &'a Frame,
    w: Words,
    head: Head,
    path: String,
    notice: Option<Notice>,
    count: String,
    wish: &'a Wish,
    channels: Vec<(&'static str, String, bool)>,
    only: Vec<(&'static str, String, bool)>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    id: String,
    to: String,
    number: String,
    name: String,
    phone: String,
    when: String,
    from: String,
    weight: String,
    visited: bool,
    winner: bool,
    suspicious: bool,
    overruled: bool,
    reasons: Vec<String>,
    can_visit: bool,
}

/// The list.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let wish = Wish::of(seat.visit());
    let after = seat.visit().asked("after").unwrap_or_default();
    let listed: Listed = seat.get(&wish.call(id, &after)).await?;
    let w = seat.words();
    let frame = seat.frame(&w.say("run-tab-participants"));
    let template = Participants {
        frame: &frame,
        w,
        head: Head::of(
            seat,
            &event,
            "/participants",
            Some(w.say("run-tab-participants")),
        ),
        path: event.path("/participants"),
        notice: done(seat),
        count: match wish.is_empty() {
            true => w.one("run-all-people", "n", listed.total_count as f64),
            false => w.one("run-found-people", "n", listed.total_count as f64),
        },
        channels: CHANNELS
            .iter()
            .map(|code| (*code, coded(w, "run-name-", code), *code == wish.channel))
            .collect(),
        only: ["visited", "suspicious", "winner"]
            .into_iter()
            .map(|code| (code, coded(w, "run-only-", code), code == wish.only))
            .collect(),
        rows: listed
            .items
            .iter()
            .map(|entry| row(seat, &event, entry))
            .collect(),
        first: (!after.is_empty()).then(|| wish.link(&event, "")),
        next: listed
            .next_cursor
            .as_deref()
            .map(|cursor| wish.link(&event, cursor)),
        wish: &wish,
    };
    Ok(seat.page(StatusCode::OK, &frame, &template))
}

fn done<A: Api>(seat: &Seat<'_, '_, A>) -> Option<Notice> {
    let w = seat.words();
    let number = seat.visit().asked("number").unwrap_or_default();
    let key = match seat.visit().asked("done")?.as_str() {
        "visit" => "run-done-visit",
        "genuine" => "run-done-genuine",
        "suspicious" => "run-done-suspicious",
        _ => return None,
    };
    let title = w.one(key, "number", grouped(&number));
    Some(Notice::new(Tone::Good, title, String::new()))
}

fn row<A: Api>(seat: &Seat<'_, '_, A>, event: &Event, entry: &Entry) -> Row {
    let w = seat.words();
    Row {
        to: one_path(event, &entry.participant_id, &entry.entry_number),
        id: entry.participant_id.clone(),
        number: grouped(&entry.entry_number),
        name: entry.name.clone().unwrap_or_default(),
        phone: phone(entry, w),
        when: event::told(seat, Some(&entry.entered_at)),
        from: entry
            .channel
            .as_deref()
            .map_or_else(|| w.say("run-unknown"), |code| coded(w, "run-name-", code)),
        weight: w.one("receipt-times", "n", entry.weight as f64),
        visited: entry.visited,
        winner: entry.winner,
        suspicious: entry.suspicious,
        overruled: !entry.suspicious && entry.review.is_some(),
        reasons: reasons(entry, w),
        can_visit: can_visit(event, entry),
    }
}

/// The address of one entry's page.
pub(super) fn one_path(event: &Event, id: &str, number: &str) -> String {
    let number: String = form_urlencoded::byte_serialize(number.as_bytes()).collect();
    event.path(&format!("/participants/{id}?n={number}"))
}

/// The masked number; a word for one that is destroyed.
pub(super) fn phone(entry: &Entry, w: Words) -> String {
    entry
        .phone_number
        .clone()
        .unwrap_or_else(|| w.say("run-number-gone"))
}

/// Why an entry looks odd, in the page's language.
pub(super) fn reasons(entry: &Entry, w: Words) -> Vec<String> {
    entry
        .fraud_reasons
        .iter()
        .map(|reason| {
            let said = coded(w, "run-odd-", &reason.code);
            if said == reason.code {
                reason.text.clone()
            } else {
                said
            }
        })
        .collect()
}

pub(super) fn can_visit(event: &Event, entry: &Entry) -> bool {
    event.is("ONGOING") && event.bonus().is_some() && !entry.visited
}
