//! `/app/events/{id}`: where the event stands, and everything one does with it.

use super::event::{self, Event, Head};
use super::qr;
use crate::api::Api;
use crate::assets;
use crate::figures::{coded, people, won};
use crate::frame::Frame;
use crate::pages::receipt_view::grouped;
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::Deserialize;

/// As much of a dashboard as is counted here.
#[derive(Debug, Clone, Deserialize)]
struct Counted {
    participants: Counts,
}

#[derive(Debug, Clone, Deserialize)]
struct Counts {
    total: i64,
    today: i64,
    visited: i64,
}

/// How the channels are.
#[derive(Debug, Clone, Deserialize)]
struct Distribution {
    channels: Vec<ChannelTask>,
    #[serde(default)]
    sandbox: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChannelTask {
    channel: String,
    status: String,
    external_url: Option<String>,
    spoken_code: Option<String>,
    last_error: Option<String>,
    next_attempt_at: Option<String>,
    #[serde(default)]
    breaker: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Draws {
    items: Vec<Draw>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Draw {
    drawn_at: Option<String>,
}

#[derive(Template)]
#[template(path = "running/detail.html")]
struct Detail<'a> {
    frame: &'a Frame,
    w: Words,
    head: Head,
    script: &'a str,
    stream: String,
    notices: Vec<Notice>,
    counts: Option<Vec<(String, String)>>,
    next: Option<Next>,
    share: Option<Share>,
    channels: Vec<Channel>,
    all_channels: String,
    is_practice: bool,
    facts: Vec<(String, String)>,
    ways: Vec<(String, &'static str, String)>,
    path: String,
}

/// What is best done now.
struct Next {
    title: String,
    text: String,
    to: String,
    words: String,
}

struct Share {
    square: String,
    link: String,
    page: String,
    code: String,
    poster: Option<String>,
}

struct Channel {
    name: String,
    status: String,
    tone: &'static str,
    note: String,
    spoken: Option<String>,
    /// Shown as text and as a link, after it was found to be an address of the web.
    url: Option<String>,
}

/// The event.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let counted: Option<Counted> = seat
        .maybe(&format!("/api/analytics/dashboard/{id}"))
        .await?;
    let distribution: Option<Distribution> =
        seat.maybe(&format!("/api/distributions/{id}")).await?;
    let draws: Option<Draws> = match event.is("ENDED") {
        true => seat.maybe(&format!("/api/events/{id}/draws")).await?,
        false => None,
    };
    let w = seat.words();
    let is_drawn = draws.is_some_and(|draws| draws.items.iter().any(|d| d.drawn_at.is_some()));
    let mut notices = done(seat);
    if counted.is_none() && event.was_public() {
        notices.push(Notice::new(
            Tone::Careful,
            w.say("home-partial"),
            w.say("home-partial-text"),
        ));
    }
    let frame = seat.frame(&event.title(w));
    let template = Detail {
        frame: &frame,
        w,
        head: Head::of(seat, &event, "", None),
        script: &assets::LIVE_SCRIPT.path,
        stream: match event.is("ONGOING") {
            true => event.path("/dashboard/stream"),
            false => String::new(),
        },
        notices,
        counts: counted
            .filter(|_| event.was_public())
            .map(|counted| counts(&counted.participants, w)),
        next: next(&event, is_drawn, w),
        share: share(seat, &event),
        is_practice: distribution.as_ref().is_some_and(|run| run.sandbox),
        channels: distribution
            .map(|run| {
                run.channels
                    .iter()
                    .map(|task| channel(seat, task))
                    .collect()
            })
            .unwrap_or_default(),
        all_channels: event.path("/progress"),
        facts: facts(seat, &event),
        ways: ways(&event, w),
        path: event.path(""),
    };
    Ok(seat.page(StatusCode::OK, &frame, &template))
}

/// What was just done, told once.
fn done<A: Api>(seat: &Seat<'_, '_, A>) -> Vec<Notice> {
    let w = seat.words();
    let key = seat.visit().asked("done").unwrap_or_default();
    let (title, text) = match key.as_str() {
        "ended" => ("run-done-ended", "run-done-ended-text"),
        "cancelled" => ("run-done-cancelled", "run-done-cancelled-text"),
        "saved" => ("run-done-saved", "run-done-saved-text"),
        _ => return Vec::new(),
    };
    vec![Notice::new(Tone::Good, w.say(title), w.say(text))]
}

fn counts(counts: &Counts, w: Words) -> Vec<(String, String)> {
    [
        ("run-count-total", counts.total),
        ("run-count-today", counts.today),
        ("run-count-visited", counts.visited),
    ]
    .into_iter()
    .map(|(key, n)| (w.say(key), people(n, w)))
    .collect()
}

fn next(event: &Event, is_drawn: bool, w: Words) -> Option<Next> {
    let (key, to) = match (event.status.as_str(), is_drawn) {
        ("PUBLISHING", _) => ("publishing", "/progress"),
        ("PUBLISH_FAILED", _) => ("failed", "/progress"),
        ("SCHEDULED", _) => ("scheduled", "/counter/print"),
        ("ONGOING", _) => ("ongoing", "/counter"),
        ("ENDED", false) => ("draw", "/draw"),
        ("ENDED", true) => ("winners", "/winners"),
        _ => return None,
    };
    Some(Next {
        title: coded(w, "run-nexttitle-", key),
        text: coded(w, "run-nexttext-", key),
        to: event.path(to),
        words: coded(w, "run-nextgo-", key),
    })
}

fn share<A: Api>(seat: &Seat<'_, '_, A>, event: &Event) -> Option<Share> {
    if !matches!(event.status.as_str(), "SCHEDULED" | "ONGOING") {
        return None;
    }
    let link = format!("{}/e/{}", seat.visit().base, event.code);
    Some(Share {
        square: qr::drawing(&link, &seat.words().say("run-share-qr")),
        link,
        page: format!("/e/{}", event.code),
        code: grouped(&event.code),
        poster: event
            .images
            .first()
            .map(|image| format!("/app/images/{}/poster", image.image_id)),
    })
}

fn channel<A: Api>(seat: &Seat<'_, '_, A>, task: &ChannelTask) -> Channel {
    let w = seat.words();
    let tone = match task.status.as_str() {
        "PUBLISHED" => "good",
        "FAILED" => "bad",
        "SKIPPED" | "CANCELLED" => "plain",
        _ => "careful",
    };
    let waiting = task.breaker == "OPEN" && !matches!(tone, "good" | "plain");
    let note = match (waiting, &task.last_error, &task.next_attempt_at) {
        (true, ..) => w.say("run-channel-resting"),
        (_, _, Some(at)) => w.one("run-channel-again", "when", event::told(seat, Some(at))),
        (_, Some(error), _) if tone != "good" => error.clone(),
        _ => String::new(),
    };
    Channel {
        name: coded(w, "run-name-", &task.channel),
        status: coded(w, "run-state-", &task.status),
        tone,
        note,
        spoken: task
            .spoken_code
            .as_deref()
            .map(|code| w.one("run-channel-spoken", "code", code)),
        url: task
            .external_url
            .clone()
            .filter(|url| url.starts_with("https://") || url.starts_with("http://")),
    }
}

fn facts<A: Api>(seat: &Seat<'_, '_, A>, event: &Event) -> Vec<(String, String)> {
    let (w, now) = (seat.words(), seat.visit().now);
    let time = |text: &Option<String>| {
        let at = text.as_deref().and_then(times::parse)?;
        Some(times::moment(at, now, w.0))
    };
    let period = match (time(&event.starts_at), time(&event.ends_at)) {
        (Some(from), Some(to)) => {
            w.with("join-from-to", &[("from", from.into()), ("to", to.into())])
        }
        (None, Some(to)) => w.one("join-until", "to", to),
        (Some(from), None) => w.one("join-from", "from", from),
        (None, None) => w.say("event-no-period"),
    };
    let mut facts = vec![(w.say("join-period"), period)];
    for prize in &event.prizes {
        let text = w.with(
            "run-prize",
            &[
                ("name", prize.name.as_str().into()),
                ("count", people(prize.quantity, w).into()),
                ("cost", won(prize.unit_cost, w).into()),
            ],
        );
        facts.push((w.say("join-prizes"), text));
    }
    if let Some(count) = event.winner_count {
        facts.push((w.say("join-winners"), people(count, w)));
    }
    facts.push((
        w.say("run-bonus"),
        match event.bonus() {
            Some(weight) => w.one("run-bonus-on", "weight", weight as f64),
            None => w.say("run-bonus-off"),
        },
    ));
    facts
}

/// What else can be done: address, icon, words.
fn ways(event: &Event, w: Words) -> Vec<(String, &'static str, String)> {
    let mut ways = Vec::new();
    let mut way = |rest: &str, icon, key: &str| ways.push((event.path(rest), icon, w.say(key)));
    if matches!(event.status.as_str(), "SCHEDULED" | "ONGOING") {
        way("/edit", "calendar", "run-way-edit");
    }
    if event.is("ONGOING") {
        way("/end", "clock", "run-way-end");
    }
    if matches!(
        event.status.as_str(),
        "SCHEDULED" | "ONGOING" | "PUBLISHING" | "PUBLISH_FAILED"
    ) {
        way("/cancel", "trash", "run-way-cancel");
    }
    ways
}
