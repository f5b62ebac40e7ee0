//! `/app` and `/app/events`: where an owner's events stand.

use super::event_card::{Card, Event, Row, card, named, title};
use super::{Desk, login};
use crate::api::{Api, Call, Reply};
use crate::figures::won;
use crate::frame::Frame;
use crate::parts::{Notice, Tone};
use crate::session::Owner;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::Deserialize;

const STATUSES: [&str; 7] = [
    "DRAFT",
    "PUBLISHING",
    "SCHEDULED",
    "ONGOING",
    "ENDED",
    "PUBLISH_FAILED",
    "CANCELLED",
];
const OBJECTIVES: [&str; 4] = ["NEW_CUSTOMERS", "REVISIT", "SALES", "AWARENESS"];

#[derive(Debug, Clone, Default, Deserialize)]
struct Listed {
    items: Vec<Event>,
    #[serde(rename = "nextCursor")]
    next: Option<String>,
    #[serde(rename = "totalCount")]
    total: i64,
}

#[derive(Debug, Clone, Deserialize)]
struct Overview {
    events: Vec<Row>,
    totals: Totals,
}

#[derive(Debug, Clone, Deserialize)]
struct Totals {
    events: i64,
    ongoing: i64,
    participants: i64,
    visited: i64,
    cost: i64,
}

struct Group {
    title: String,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    frame: &'a Frame,
    w: Words,
    store: String,
    sentence: String,
    notices: Vec<Notice>,
    totals: Vec<(String, String)>,
    groups: Vec<Group>,
    is_empty: bool,
    has_more: bool,
    /// Something is running: from now on it is worth keeping at hand.
    is_live: bool,
}

#[derive(Template)]
#[template(path = "events.html")]
struct Events<'a> {
    frame: &'a Frame,
    w: Words,
    count: String,
    query: String,
    statuses: Vec<(&'static str, String, bool)>,
    objectives: Vec<(&'static str, String, bool)>,
    cards: Vec<Card>,
    is_filtered: bool,
    next: Option<String>,
}

/// The home: one sentence first, then whatever waits, then the rest.
pub(crate) async fn show<A: Api>(desk: &Desk<'_, A>) -> Page {
    let (w, language) = (desk.words, desk.language());
    let sessions = desk.site.sessions();
    let Some(mut owner) = Owner::of(sessions, desk.api, desk.visit, language).await else {
        return login::first(desk);
    };
    // The first call renews the login if that is due; the others use what it found.
    let store = owner
        .call(
            sessions,
            desk.api,
            desk.visit,
            Call::get("/api/users/me/store", language),
        )
        .await;
    if store.status == StatusCode::UNAUTHORIZED {
        return login::first(desk);
    }
    let listing = Call::get("/api/events?limit=20&sort=-createdAt", language);
    let listed = owner.call(sessions, desk.api, desk.visit, listing).await;
    let overview = owner
        .call(
            sessions,
            desk.api,
            desk.visit,
            Call::get("/api/analytics/overview", language),
        )
        .await;
    let Some(list) = read::<Listed>(&listed) else {
        let mut page = desk.instead(&listed);
        owner.keep(desk.visit, &mut page);
        return page;
    };
    let overview: Option<Overview> = read(&overview);
    let mut frame = desk.frame(&w.say("home-title"));
    frame.is_owner = true;
    let template = Home {
        frame: &frame,
        w,
        store: store.json["name"].as_str().unwrap_or_default().to_owned(),
        sentence: sentence(&list, overview.as_ref(), w),
        notices: notices(desk, &store, &list, overview.is_none()),
        totals: overview
            .as_ref()
            .map(|o| totals(&o.totals, w))
            .unwrap_or_default(),
        groups: groups(desk, &list, overview.as_ref()),
        is_empty: list.items.is_empty(),
        has_more: list.next.is_some(),
        is_live: list.items.iter().any(|event| event.status == "ONGOING"),
    };
    let mut page = desk.page(StatusCode::OK, &frame, &template);
    owner.keep(desk.visit, &mut page);
    page
}

/// Every event, searched and filtered.
pub(crate) async fn list<A: Api>(desk: &Desk<'_, A>) -> Page {
    let (w, language) = (desk.words, desk.language());
    let sessions = desk.site.sessions();
    let Some(mut owner) = Owner::of(sessions, desk.api, desk.visit, language).await else {
        return login::first(desk);
    };
    let asked = |name: &str, known: &[&str]| {
        let value = desk.visit.asked(name).unwrap_or_default();
        if known.is_empty() || known.contains(&value.as_str()) {
            value
        } else {
            String::new()
        }
    };
    let (status, objective) = (asked("status", &STATUSES), asked("objective", &OBJECTIVES));
    let (query, cursor) = (asked("q", &[]), asked("cursor", &[]));
    let wish = |cursor: &str| {
        let mut wish = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("status", &*status),
            ("objective", &*objective),
            ("q", query.trim()),
            ("cursor", cursor),
        ] {
            if !value.is_empty() {
                wish.append_pair(name, value);
            }
        }
        wish
    };
    let asks = wish(&cursor)
        .append_pair("limit", "20")
        .append_pair("sort", "-createdAt")
        .finish();
    let call = Call::get(format!("/api/events?{asks}"), language);
    let reply = owner.call(sessions, desk.api, desk.visit, call).await;
    if reply.status == StatusCode::UNAUTHORIZED {
        return login::first(desk);
    }
    let Some(list) = read::<Listed>(&reply) else {
        let mut page = desk.instead(&reply);
        owner.keep(desk.visit, &mut page);
        return page;
    };
    let mut frame = desk.frame(&w.say("events-title"));
    frame.is_owner = true;
    let choices = |codes: &[&'static str], family: &str, chosen: &str| {
        codes
            .iter()
            .map(|code| (*code, named(w, family, code), *code == chosen))
            .collect()
    };
    let template = Events {
        frame: &frame,
        w,
        count: w.one("events-count", "n", list.total as f64),
        statuses: choices(&STATUSES, "status", &status),
        objectives: choices(&OBJECTIVES, "objective", &objective),
        cards: list
            .items
            .iter()
            .map(|event| card(desk, event, &[]))
            .collect(),
        is_filtered: !(status.is_empty() && objective.is_empty() && query.trim().is_empty()),
        next: list
            .next
            .as_deref()
            .map(|cursor| format!("/app/events?{}", wish(cursor).finish())),
        query: query.clone(),
    };
    let mut page = desk.page(StatusCode::OK, &frame, &template);
    owner.keep(desk.visit, &mut page);
    page
}

fn read<T: serde::de::DeserializeOwned>(reply: &Reply) -> Option<T> {
    reply
        .is_fine()
        .then(|| serde_json::from_value(reply.json.clone()).ok())
        .flatten()
}

fn sentence(list: &Listed, overview: Option<&Overview>, w: Words) -> String {
    let Some(totals) = overview.map(|overview| &overview.totals) else {
        return w.one("home-sentence-events", "n", list.total as f64);
    };
    match (list.items.is_empty(), totals.ongoing) {
        (true, _) => w.say("home-sentence-none"),
        (_, 0) => w.one("home-sentence-quiet", "n", totals.participants as f64),
        (_, ongoing) => w.with(
            "home-sentence-running",
            &[
                ("events", (ongoing as f64).into()),
                ("people", (totals.participants as f64).into()),
            ],
        ),
    }
}

fn notices<A: Api>(
    desk: &Desk<'_, A>,
    store: &Reply,
    list: &Listed,
    is_partial: bool,
) -> Vec<Notice> {
    let w = desk.words;
    let mut notices = Vec::new();
    if desk.visit.asked("welcome").is_some() {
        notices.push(Notice::new(
            Tone::Good,
            w.say("home-welcome"),
            w.say("home-welcome-text"),
        ));
    }
    for event in list
        .items
        .iter()
        .filter(|event| event.status == "PUBLISH_FAILED")
    {
        let title = title(event, w);
        notices.push(Notice::new(
            Tone::Bad,
            w.one("home-failed", "event", title),
            w.say("home-failed-text"),
        ));
    }
    if store.json["verification"] == "PENDING_REVIEW" {
        notices.push(Notice::new(
            Tone::Careful,
            w.say("home-pending"),
            w.say("home-pending-text"),
        ));
    }
    if is_partial {
        notices.push(Notice::new(
            Tone::Careful,
            w.say("home-partial"),
            w.say("home-partial-text"),
        ));
    }
    notices
}

fn totals(totals: &Totals, w: Words) -> Vec<(String, String)> {
    vec![
        (
            w.say("home-total-events"),
            w.one("count-events", "n", totals.events as f64),
        ),
        (
            w.say("home-total-people"),
            w.one("people", "n", totals.participants as f64),
        ),
        (
            w.say("home-total-visited"),
            w.one("people", "n", totals.visited as f64),
        ),
        (w.say("home-total-cost"), won(totals.cost, w)),
    ]
}

fn groups<A: Api>(desk: &Desk<'_, A>, list: &Listed, overview: Option<&Overview>) -> Vec<Group> {
    let rows = overview.map_or(&[][..], |overview| &overview.events);
    // Whoever took part is waiting to hear who won.
    let waits = |event: &Event| {
        let row = rows.iter().find(|row| row.event_id == event.id);
        event.status == "ENDED" && row.is_some_and(|row| row.participants > 0 && row.winners == 0)
    };
    [
        ("home-group-failed", &["PUBLISH_FAILED"][..]),
        ("run-group-draw", &["ENDED"]),
        ("home-group-running", &["ONGOING", "PUBLISHING"]),
        ("home-group-scheduled", &["SCHEDULED"]),
        ("home-group-draft", &["DRAFT"]),
        ("home-group-over", &["ENDED", "CANCELLED"]),
    ]
    .into_iter()
    .map(|(key, statuses)| Group {
        title: desk.words.say(key),
        cards: list
            .items
            .iter()
            .filter(|event| statuses.contains(&event.status.as_str()))
            .filter(|event| event.status != "ENDED" || waits(event) == (key == "run-group-draw"))
            .map(|event| card(desk, event, rows))
            .collect(),
    })
    .filter(|group| !group.cards.is_empty())
    .collect()
}
