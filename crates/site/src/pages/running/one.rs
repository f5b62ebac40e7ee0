//! One entry: what is known of it, the word on whether it is genuine, a visit, the number itself.

use super::event::{self, Event, Head};
use super::participants::{self, Entry, Listed};
use crate::api::{Api, Call};
use crate::figures::coded;
use crate::frame::Frame;
use crate::pages::message::Saying;
use crate::pages::receipt_view::grouped;
use crate::pages::seat::Seat;
use crate::parts::{Field, Notice};
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

/// Number and name, unmasked.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Revealed {
    phone_number: String,
    name: Option<String>,
}

#[derive(Template)]
#[template(path = "running/one.html")]
struct One<'a> {
    frame: &'a Frame,
    w: Words,
    head: Head,
    notices: Vec<Notice>,
    path: String,
    list: String,
    number: String,
    raw_number: &'a str,
    facts: Vec<(String, String)>,
    suspicious: bool,
    reasons: Vec<String>,
    review: Option<String>,
    review_reason: Field,
    can_visit: bool,
    is_known: bool,
    revealed: Option<(String, String)>,
    reveal_reason: Field,
}

/// What a form of this page came to.
#[derive(Default)]
struct Outcome {
    notice: Option<Notice>,
    refusal: Option<Refusal>,
    revealed: Option<Revealed>,
    /// Whose reason was typed.
    is_review: bool,
}

/// The entry.
pub(super) async fn show<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    id: &str,
    one: &str,
) -> Result<Page, Page> {
    let number = seat.visit().asked("n").unwrap_or_default();
    render(seat, id, one, &number, StatusCode::OK, Outcome::default()).await
}

/// The number, for a reason that is written down.
pub(super) async fn reveal<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    id: &str,
    one: &str,
) -> Result<Page, Page> {
    let path = format!("/api/events/{id}/participants/{one}/reveal");
    let body = json!({ "reason": seat.visit().typed("reason").trim() });
    let reply = seat
        .call(Call::post(path, body, seat.desk.language()))
        .await?;
    let number = seat.visit().typed("number");
    let mut outcome = Outcome::default();
    match crate::pages::seat::read::<Revealed>(&reply) {
        Some(revealed) => outcome.revealed = Some(revealed),
        None if reply.status == StatusCode::NOT_FOUND => return Err(seat.instead(&reply)),
        None => {
            let refusal = Refusal::of(&reply, seat.words());
            outcome.notice = (!refusal.has_fields()).then(|| seat.refused(&reply));
            outcome.refusal = Some(refusal);
        }
    }
    render(seat, id, one, &number, reply.status, outcome).await
}

/// The owner's word on an entry: in one tap it is genuine, for a reason it is not.
pub(super) async fn review<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    id: &str,
    one: &str,
) -> Result<Page, Page> {
    let (visit, w) = (seat.visit(), seat.words());
    let verdict = match visit.typed("verdict").as_str() {
        "SUSPICIOUS" => "SUSPICIOUS",
        _ => "GENUINE",
    };
    let typed = visit.typed("reason");
    let reason = match (typed.trim(), verdict) {
        ("", "GENUINE") => w.say("run-review-default"),
        (reason, _) => reason.to_owned(),
    };
    let path = format!("/api/events/{id}/participants/{one}/review");
    let body = json!({ "verdict": verdict, "reason": reason });
    let call = Call::new(Method::PUT, path, seat.desk.language()).body(body);
    let reply = seat.call(call).await?;
    let number = visit.typed("number");
    if reply.is_fine() {
        let done = verdict.to_lowercase();
        return Ok(seat.go(&back(id, &done, &number)));
    }
    if reply.status == StatusCode::NOT_FOUND {
        return Err(seat.instead(&reply));
    }
    let refusal = Refusal::of(&reply, w);
    let outcome = Outcome {
        notice: (!refusal.has_fields()).then(|| seat.refused(&reply)),
        refusal: Some(refusal),
        is_review: true,
        ..Outcome::default()
    };
    render(seat, id, one, &number, reply.status, outcome).await
}

/// Somebody stands in the shop.
pub(super) async fn visit<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    id: &str,
    one: &str,
) -> Result<Page, Page> {
    let path = format!("/api/events/{id}/participants/{one}/visit");
    let reply = seat
        .call(Call::post(path, json!({}), seat.desk.language()))
        .await?;
    let number = seat.visit().typed("number");
    if reply.is_fine() {
        return Ok(seat.go(&back(id, "visit", &number)));
    }
    if reply.status == StatusCode::NOT_FOUND {
        return Err(seat.instead(&reply));
    }
    let outcome = Outcome {
        notice: Some(seat.refused(&reply)),
        ..Outcome::default()
    };
    render(seat, id, one, &number, reply.status, outcome).await
}

fn back(id: &str, done: &str, number: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("done", done)
        .append_pair("number", number);
    format!("/app/events/{id}/participants?{}", query.finish())
}

async fn find<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    id: &str,
    one: &str,
    number: &str,
) -> Result<Option<Entry>, Page> {
    let number: String = number
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(16)
        .collect();
    let path = format!("/api/events/{id}/participants?limit=5&q={number}");
    let listed: Listed = seat.get(&path).await?;
    Ok(listed
        .items
        .into_iter()
        .find(|entry| entry.participant_id == one))
}

async fn render<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    id: &str,
    one: &str,
    number: &str,
    status: StatusCode,
    outcome: Outcome,
) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let Some(entry) = find(seat, id, one, number).await? else {
        return Ok(gone(seat, &event));
    };
    let w = seat.words();
    let wrong = |is_review: bool| {
        let refusal = outcome.refusal.as_ref()?;
        (outcome.is_review == is_review).then(|| refusal.about("reason"))?
    };
    let typed = |is_review: bool| match outcome.is_review == is_review {
        true => seat.visit().typed("reason"),
        false => String::new(),
    };
    let reason = |label: &str, hint: &str, is_review: bool| Field {
        name: "reason",
        kind: "text",
        label: w.say(label),
        hint: Some(w.say(hint)),
        value: typed(is_review),
        error: wrong(is_review),
        autocomplete: "off",
        longest: 200,
        ..Field::default()
    };
    let frame = seat.frame(&grouped(&entry.entry_number));
    let template = One {
        frame: &frame,
        w,
        head: Head::of(seat, &event, "/participants", Some(w.say("run-one"))),
        notices: outcome.notice.clone().into_iter().collect(),
        path: event.path(&format!("/participants/{one}")),
        list: event.path("/participants"),
        number: grouped(&entry.entry_number),
        raw_number: &entry.entry_number,
        facts: facts(seat, &entry),
        suspicious: entry.suspicious,
        reasons: participants::reasons(&entry, w),
        review: entry.review.as_ref().map(|review| {
            let key = match review.verdict.as_str() {
                "GENUINE" => "run-reviewed-genuine",
                _ => "run-reviewed-odd",
            };
            w.one(key, "reason", review.reason.as_str())
        }),
        review_reason: Field {
            id_suffix: "review",
            ..reason("run-review-reason", "run-review-hint", true)
        },
        can_visit: participants::can_visit(&event, &entry),
        is_known: entry.phone_number.is_some(),
        revealed: outcome
            .revealed
            .as_ref()
            .map(|r| (r.phone_number.clone(), r.name.clone().unwrap_or_default())),
        reveal_reason: reason("run-reveal-reason", "run-reveal-hint", false),
    };
    Ok(seat.page(status, &frame, &template))
}

fn facts<A: Api>(seat: &Seat<'_, '_, A>, entry: &Entry) -> Vec<(String, String)> {
    let w = seat.words();
    let yes = |is: bool| w.say(if is { "run-yes" } else { "run-no" });
    let mut facts = vec![
        (w.say("run-phone"), participants::phone(entry, w)),
        (
            w.say("receipt-entered"),
            event::told(seat, Some(&entry.entered_at)),
        ),
        (
            w.say("run-channel"),
            entry
                .channel
                .as_deref()
                .map_or_else(|| w.say("run-unknown"), |c| coded(w, "run-name-", c)),
        ),
        (w.say("run-mark-visited"), yes(entry.visited)),
        (
            w.say("receipt-weight"),
            w.one("receipt-times", "n", entry.weight as f64),
        ),
    ];
    if let Some(name) = entry.name.clone().filter(|name| !name.is_empty()) {
        facts.insert(0, (w.say("signup-name"), name));
    }
    facts
}

/// An entry that was withdrawn, or is of another event.
fn gone<A: Api>(seat: &Seat<'_, '_, A>, event: &Event) -> Page {
    let w = seat.words();
    seat.say(Saying {
        status: StatusCode::NOT_FOUND,
        icon: "search",
        heading: w.say("run-gone"),
        text: w.say("run-gone-text"),
        again: None,
        links: vec![(event.path("/participants"), w.say("run-back-list"))],
    })
}
