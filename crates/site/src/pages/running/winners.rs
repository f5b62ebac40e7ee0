//! `/app/events/{id}/winners`: from the draw to the prize in the winner's hands.

use super::event::{self, Event, Head};
use crate::api::Api;
use crate::figures::{coded, won};
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

/// A claim that ends within so many days is called near.
const NEAR_DAYS: i64 = 2;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Winners {
    pub(super) items: Vec<Winner>,
    pub(super) next_cursor: Option<String>,
    total_count: i64,
    alternates: Vec<Winner>,
}

/// Somebody who holds or held a place, or waits for one.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Winner {
    rank: i64,
    pub(super) participant_id: String,
    pub(super) entry_number: String,
    name: Option<String>,
    phone_number: Option<String>,
    kind: String,
    pub(super) state: String,
    pub(super) prize: Option<String>,
    reason: Option<String>,
    claim_by: Option<String>,
    message: Option<String>,
    #[serde(default)]
    has_delivery: bool,
    tax: Option<Tax>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tax {
    tax: i64,
    threshold: i64,
    percent: i64,
    source: String,
    checked_on: String,
}

impl Tax {
    /// What the law asks, and where that stands.
    pub(crate) fn told(&self, w: Words) -> String {
        let values = [
            ("threshold", won(self.threshold, w).into()),
            ("percent", (self.percent as f64).into()),
            ("tax", won(self.tax, w).into()),
            ("source", self.source.as_str().into()),
            ("checked", self.checked_on.replace('-', ".").into()),
        ];
        w.with("run-tax", &values)
    }
}

#[derive(Template)]
#[template(path = "running/winners.html")]
struct List<'a> {
    frame: &'a Frame,
    w: Words,
    head: Head,
    notices: Vec<Notice>,
    count: String,
    rows: Vec<Row>,
    waiting: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    path: String,
}

struct Row {
    id: String,
    one: String,
    rank: i64,
    number: String,
    who: String,
    prize: String,
    state: String,
    tone: &'static str,
    is_gone: bool,
    notes: Vec<String>,
    near: Option<String>,
    /// Step, words, whether it is the next one.
    steps: Vec<(&'static str, String, bool)>,
    can_forfeit: bool,
    has_delivery: bool,
}

/// The winners.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let after = seat.visit().asked("after").unwrap_or_default();
    let cursor: String = form_urlencoded::byte_serialize(after.as_bytes()).collect();
    let mut path = format!("/api/events/{id}/winners?limit=50");
    if !cursor.is_empty() {
        path = format!("{path}&cursor={cursor}");
    }
    let winners: Winners = seat.get(&path).await?;
    let w = seat.words();
    let mut notices = done(seat);
    if let Some(tax) = winners.items.iter().find_map(|winner| winner.tax.as_ref()) {
        notices.push(Notice::new(
            Tone::Careful,
            w.say("run-tax-title"),
            tax.told(w),
        ));
    }
    let frame = seat.frame(&w.say("run-winners"));
    let template = List {
        frame: &frame,
        w,
        head: Head::of(seat, &event, "/draw", Some(w.say("run-winners"))),
        notices,
        count: w.one("run-winner-count", "n", winners.total_count as f64),
        rows: winners
            .items
            .iter()
            .map(|winner| row(seat, &event, winner))
            .collect(),
        waiting: winners
            .alternates
            .iter()
            .map(|winner| row(seat, &event, winner))
            .collect(),
        first: (!after.is_empty()).then(|| event.path("/winners")),
        next: winners.next_cursor.map(|cursor| {
            let cursor: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
            event.path(&format!("/winners?after={cursor}"))
        }),
        path: event.path("/winners"),
    };
    Ok(seat.page(StatusCode::OK, &frame, &template))
}

fn done<A: Api>(seat: &Seat<'_, '_, A>) -> Vec<Notice> {
    let (w, visit) = (seat.words(), seat.visit());
    let asked = |name: &str| visit.asked(name).unwrap_or_default();
    let number = grouped(&asked("number"));
    let title = match asked("done").as_str() {
        "contacted" => w.one("run-did-contacted", "number", number),
        "claimed" => w.one("run-did-claimed", "number", number),
        "handed-over" => w.one("run-did-handed-over", "number", number),
        "message" => w.one("run-did-message", "number", number),
        "forfeit" => w.one("run-did-forfeit", "number", number),
        _ => return Vec::new(),
    };
    let up = grouped(&asked("up"));
    let text = match (asked("done").as_str(), up.is_empty()) {
        ("forfeit", false) => w.one("run-did-promoted", "number", up),
        ("forfeit", true) => w.say("run-did-vacant"),
        _ => String::new(),
    };
    vec![Notice::new(Tone::Good, title, text)]
}

fn row<A: Api>(seat: &Seat<'_, '_, A>, event: &Event, winner: &Winner) -> Row {
    let w = seat.words();
    let parts = [&winner.name, &winner.phone_number];
    let who: Vec<&str> = parts
        .into_iter()
        .filter_map(|part| part.as_deref())
        .collect();
    let is_open = matches!(winner.state.as_str(), "DRAWN" | "CONTACTED");
    let mut notes = Vec::new();
    if let Some(reason) = &winner.reason {
        notes.push(w.one("draw-forfeit", "reason", reason.as_str()));
    }
    if winner.kind == "ALTERNATE" && winner.state != "WAITING" {
        notes.push(w.say("run-moved-up"));
    }
    if let Some(message) = &winner.message {
        notes.push(coded(w, "run-message-", message));
    }
    if let Some(tax) = &winner.tax {
        notes.push(w.one("run-tax-row", "tax", won(tax.tax, w)));
    }
    Row {
        id: winner.participant_id.clone(),
        one: super::participants::one_path(event, &winner.participant_id, &winner.entry_number),
        rank: winner.rank,
        number: grouped(&winner.entry_number),
        who: who.join(" · "),
        prize: winner.prize.clone().unwrap_or_default(),
        state: coded(w, "run-won-", &winner.state),
        tone: match winner.state.as_str() {
            "HANDED_OVER" | "CLAIMED" => "good",
            "FORFEITED" | "WAITING" => "plain",
            _ => "careful",
        },
        is_gone: winner.state == "FORFEITED",
        notes,
        near: is_open.then(|| deadline(seat, winner)).flatten(),
        steps: steps(winner, w),
        can_forfeit: !matches!(
            winner.state.as_str(),
            "FORFEITED" | "WAITING" | "HANDED_OVER" | "CLAIMED"
        ),
        has_delivery: winner.has_delivery,
    }
}

/// Until when the prize can be claimed; louder when that is near.
fn deadline<A: Api>(seat: &Seat<'_, '_, A>, winner: &Winner) -> Option<String> {
    let (w, now) = (seat.words(), seat.visit().now);
    let by = times::parse(winner.claim_by.as_deref()?)?;
    let when = times::moment(by, now, w.0);
    let key = if by <= now {
        "run-claim-over"
    } else if times::days_until(by, now) <= NEAR_DAYS {
        "run-claim-near"
    } else {
        "run-claim-by"
    };
    Some(w.one(key, "when", when))
}

fn steps(winner: &Winner, w: Words) -> Vec<(&'static str, String, bool)> {
    let mut steps = Vec::new();
    let mut step = |name, key: &str, next| steps.push((name, w.say(key), next));
    match winner.state.as_str() {
        "DRAWN" => {
            step("contacted", "run-step-contacted", true);
            step("claimed", "run-step-claimed", false);
        }
        "CONTACTED" => step("claimed", "run-step-claimed", true),
        "CLAIMED" => step("handed-over", "run-step-handed-over", true),
        _ => {}
    }
    if winner.message.is_some() && matches!(winner.state.as_str(), "DRAWN" | "CONTACTED") {
        step("message", "run-step-message", false);
    }
    steps
}
