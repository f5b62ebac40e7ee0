//! `/app/events/new`: the goal, on one of four cards or in one sentence.

use super::event::Listed;
use super::trail::{At, Input, Trail};
use super::wish::{USUAL, Wanted, Wish};
use super::{Trouble, dates, shown_as};
use crate::api::{Api, Call};
use crate::figures::won;
use crate::form::Guard;
use crate::frame::Frame;
use crate::pages::Desk;
use crate::pages::seat::Seat;
use crate::parts::Notice;
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde_json::{Value, json};

/// The goals, with the icons of their cards.
const OBJECTIVES: [(&str, &str); 4] = [
    ("NEW_CUSTOMERS", "people"),
    ("REVISIT", "star"),
    ("SALES", "gift"),
    ("AWARENESS", "search"),
];
/// Characters of a sentence that the API takes.
const SENTENCE: u16 = 500;

struct Goal {
    code: &'static str,
    icon: &'static str,
    name: String,
    text: String,
    example: String,
}

#[derive(Template)]
#[template(path = "creation/new.html")]
struct New<'a> {
    frame: &'a Frame,
    w: Words,
    script: &'a str,
    trail: Trail,
    notice: Option<Notice>,
    /// Where a draft that was begun goes on.
    begun: Option<(String, String)>,
    goals: Vec<Goal>,
    budgets: Vec<(String, String, bool)>,
    other_budget: Input,
    starts_on: Input,
    ends_on: Input,
    text: Input,
    is_open: bool,
}

pub(super) async fn answer<A: Api>(desk: &Desk<'_, A>) -> Result<Page, Page> {
    let mut seat = Seat::take(desk).await?;
    if desk.visit.is_post() {
        return send(seat).await;
    }
    let drafts: Option<Listed<Value>> = seat
        .maybe("/api/events?status=DRAFT&limit=1&sort=-createdAt")
        .await?;
    let begun = drafts.and_then(|list| list.items.into_iter().next());
    let wish = Wish::default();
    Ok(render(
        &seat,
        StatusCode::OK,
        &wish,
        begun.as_ref(),
        Trouble::default(),
    ))
}

/// Begins a draft and asks for plans, which are made while the next page is shown.
async fn send<A: Api>(mut seat: Seat<'_, '_, A>) -> Result<Page, Page> {
    let (w, visit) = (seat.words(), seat.visit());
    let wish = Wish::typed(visit);
    let today = dates::today(visit.now);
    let mut refusal = Refusal::default();
    let mut wanted = wish.read(&today, &mut refusal, w);
    let mut objective = wish.objective.clone();
    let known = OBJECTIVES.iter().any(|(code, _)| *code == objective);
    if !known && wish.text.trim().is_empty() {
        refusal.add("text", w.say("make-text-missing"));
    }
    if refusal.has_fields() {
        let trouble = Trouble::ours(refusal, w);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(render(&seat, status, &wish, None, trouble));
    }
    if !wish.text.trim().is_empty() {
        let call = Call::post("/api/ai/intents", json!({"text": wish.text}), w.0);
        let reply = seat.call(call).await?;
        if reply.is_fine() {
            wanted.fill(&reply.json, &today);
            if !known {
                objective = reply.json["objective"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
            }
        } else if known {
            // The goal is clear without the sentence, which goes along as it is.
            wanted.note = Some(wish.text.trim().to_owned());
        } else {
            let trouble = Trouble::of(&reply, w);
            return Ok(render(&seat, shown_as(&reply), &wish, None, trouble));
        }
    }
    begin(seat, &wish, &objective, &wanted).await
}

async fn begin<A: Api>(
    mut seat: Seat<'_, '_, A>,
    wish: &Wish,
    objective: &str,
    wanted: &Wanted,
) -> Result<Page, Page> {
    let w = seat.words();
    let mut call = Call::post("/api/events", json!({"objective": objective}), w.0);
    if let Some(key) = Guard::sent_key(seat.visit()) {
        call = call.key(key);
    }
    let reply = seat.call(call).await?;
    if reply.code() == "IDEMPOTENCY_KEY_REUSED" {
        // The back button and another goal: a new draft is meant, under the new key of this page.
        let trouble = Trouble::told(Notice::new(
            crate::parts::Tone::Careful,
            w.say("make-begun-twice"),
            w.say("make-begun-twice-text"),
        ));
        return Ok(render(&seat, StatusCode::CONFLICT, wish, None, trouble));
    }
    let Some(id) = reply.json["id"].as_str().filter(|_| reply.is_fine()) else {
        let trouble = Trouble::of(&reply, w);
        return Ok(render(&seat, shown_as(&reply), wish, None, trouble));
    };
    let path = format!("/app/events/{id}/plan");
    let is_draft = reply.json["status"] == "DRAFT";
    let is_filled = !reply.json["recommendation"].is_null();
    if !is_draft || is_filled {
        // A form that was sent again after its draft had gone on: nothing is asked for twice.
        return Ok(seat.go(&path));
    }
    let mut changes = serde_json::Map::new();
    for (name, value) in [
        ("startsAt", wanted.starts_at.clone().map(Value::from)),
        ("endsAt", wanted.ends_at.clone().map(Value::from)),
        ("budget", wanted.budget.map(Value::from)),
    ] {
        if let Some(value) = value {
            changes.insert(name.to_owned(), value);
        }
    }
    if !changes.is_empty() {
        let path = format!("/api/events/{id}");
        let call = Call::new(http::Method::PATCH, path, w.0).body(Value::Object(changes));
        // Wishes are no conditions: what cannot be kept is chosen with the plan.
        seat.call(call.over("*")).await?;
    }
    let mut ask = json!({"eventId": id});
    if let Some(budget) = wanted.budget {
        ask["budget"] = budget.into();
    }
    if let Some(note) = &wanted.note {
        ask["note"] = note.as_str().into();
    }
    let reply = seat
        .call(Call::post("/api/ai/recommendations", ask, w.0))
        .await?;
    if reply.is_fine() {
        return Ok(seat.go(&path));
    }
    // The draft is there; the next page asks again, with what was wished.
    let note = wanted.note.as_deref().unwrap_or_default();
    let note: String = form_urlencoded::byte_serialize(note.as_bytes()).collect();
    Ok(seat.go(&format!("{path}?note={note}")))
}

fn render<A: Api>(
    seat: &Seat<'_, '_, A>,
    status: StatusCode,
    wish: &Wish,
    begun: Option<&Value>,
    trouble: Trouble,
) -> Page {
    let w = seat.words();
    let mut frame = seat.frame(&w.say("make-new-title"));
    if trouble.same_try {
        frame.guard = frame.guard.with_key_of(seat.visit());
    }
    let today = dates::today(seat.visit().now);
    let about = |name: &str| trouble.refusal.about(name);
    let day = |name: &'static str, key: &str, value: &str, error: &str| Input {
        id: format!("f-{name}"),
        name,
        label: w.say(key),
        value: value.to_owned(),
        error: about(error),
        kind: "date",
        least: today.clone(),
        ..Input::default()
    };
    let chosen = wish.budget.clone();
    let mut budgets = vec![(String::new(), w.say("make-budget-any"), chosen.is_empty())];
    budgets.extend(USUAL.map(|amount| {
        let code = amount.to_string();
        let is_chosen = code == chosen;
        (code, won(amount, w), is_chosen)
    }));
    let template = New {
        w,
        script: &crate::assets::CREATION_SCRIPT.path,
        trail: Trail::new(At::Goal, None, w),
        begun: begun.and_then(|event| {
            let title = event["title"].as_str().map(str::to_owned);
            let title = title.unwrap_or_else(|| {
                let code = event["objective"].as_str().unwrap_or_default();
                crate::figures::coded(w, "objective-", code)
            });
            Some((super::step(event)?, w.one("make-begun", "title", title)))
        }),
        goals: OBJECTIVES
            .iter()
            .map(|&(code, icon)| Goal {
                code,
                icon,
                name: w.say(&format!("{}{code}", "make-goal-")),
                text: w.say(&format!("{}{code}", "make-why-")),
                example: w.say(&format!("{}{code}", "make-example-")),
            })
            .collect(),
        budgets,
        other_budget: Input {
            id: "f-otherBudget".to_owned(),
            name: "otherBudget",
            label: w.say("make-budget-other"),
            hint: Some(w.say("make-budget-hint")),
            value: wish.other_budget.clone(),
            error: about("budget"),
            longest: 20,
            ..Input::default()
        },
        starts_on: day("startsOn", "make-starts-on", &wish.starts_on, "startsAt"),
        ends_on: day("endsOn", "make-ends-on", &wish.ends_on, "endsAt"),
        text: Input {
            id: "f-text".to_owned(),
            name: "text",
            label: w.say("make-text"),
            hint: Some(w.say("make-text-hint")),
            value: wish.text.clone(),
            error: about("text"),
            kind: "area",
            longest: SENTENCE,
            ..Input::default()
        },
        is_open: !(chosen.is_empty()
            && wish.other_budget.is_empty()
            && wish.starts_on.is_empty()
            && wish.ends_on.is_empty()),
        notice: trouble.notice,
        frame: &frame,
    };
    seat.page(status, &frame, &template)
}
