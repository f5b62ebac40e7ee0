//! What is done with one winner: contacted, claimed, handed over, told again, or given on to the next.

use super::event::{self, Event};
use crate::api::{Api, Call, Reply};
use crate::frame::Frame;
use crate::pages::confirm::{self, Question};
use crate::pages::message::Saying;
use crate::pages::receipt_view::grouped;
use crate::pages::seat::{Seat, read};
use crate::parts::{Field, Notice};
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

pub(super) const FORFEIT: &str = "forfeit";
const STEPS: [&str; 5] = ["contacted", "claimed", "handed-over", "message", FORFEIT];

pub(super) fn is_step(step: &str) -> bool {
    STEPS.contains(&step)
}

/// Takes a step; giving a place on asks for the reason first.
pub(super) async fn answer<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    id: &str,
    one: &str,
    step: &str,
) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let visit = seat.visit();
    if !visit.is_post() {
        let number = visit.asked("number").unwrap_or_default();
        return Ok(ask(seat, &event, one, &number, StatusCode::OK, None));
    }
    let number = visit.typed("number");
    let body = match step {
        FORFEIT => json!({ "reason": visit.typed("reason").trim() }),
        _ => json!({}),
    };
    let path = format!("/api/events/{id}/winners/{one}/{step}");
    let reply = seat
        .call(Call::post(path, body, seat.desk.language()))
        .await?;
    if reply.is_fine() {
        let up = reply.json["promoted"]["entryNumber"].as_str();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("done", step)
            .append_pair("number", &number);
        if let Some(up) = up {
            query.append_pair("up", up);
        }
        return Ok(seat.go(&event.path(&format!("/winners?{}", query.finish()))));
    }
    match (step, reply.status) {
        (_, StatusCode::NOT_FOUND) => Err(seat.instead(&reply)),
        (FORFEIT, _) => Ok(ask(seat, &event, one, &number, reply.status, Some(&reply))),
        _ => Ok(told(seat, &event, &reply)),
    }
}

fn ask<A: Api>(
    seat: &Seat<'_, '_, A>,
    event: &Event,
    one: &str,
    number: &str,
    status: StatusCode,
    refused: Option<&Reply>,
) -> Page {
    let w = seat.words();
    let refusal = refused.map(|reply| Refusal::of(reply, w));
    let wrong = refusal.as_ref().and_then(|refusal| refusal.about("reason"));
    let notice = refused
        .filter(|_| wrong.is_none())
        .map(|reply| seat.refused(reply));
    let plain: String = number
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == ' ' || *c == '-')
        .take(20)
        .collect();
    let question = Question {
        icon: "alert",
        heading: w.one("run-forfeit-title", "number", grouped(&plain)),
        lead: w.say("withdraw-lead"),
        points: ["run-forfeit-1", "run-forfeit-2", "run-forfeit-3"]
            .iter()
            .map(|key| w.say(key))
            .collect(),
        notice,
        action: event.path(&format!("/winners/{one}/{FORFEIT}")),
        hidden: vec![("number", plain)],
        fields: vec![Field {
            name: "reason",
            kind: "text",
            label: w.say("run-forfeit-reason"),
            hint: Some(w.say("run-forfeit-hint")),
            value: seat.visit().typed("reason"),
            error: wrong,
            autocomplete: "off",
            longest: 200,
            ..Field::default()
        }],
        send: w.say("run-forfeit-send"),
        is_danger: true,
        back: (event.path("/winners"), w.say("run-forfeit-keep")),
    };
    confirm::show(seat, status, &question)
}

/// A step that could not be taken, and the way back to where the winners stand now.
fn told<A: Api>(seat: &Seat<'_, '_, A>, event: &Event, reply: &Reply) -> Page {
    let w = seat.words();
    let notice = seat.refused(reply);
    let frame = seat.frame(&notice.title);
    let template = Refused {
        frame: &frame,
        w,
        notice,
        back: event.path("/winners"),
    };
    seat.page(reply.status, &frame, &template)
}

#[derive(Template)]
#[template(path = "running/refused.html")]
struct Refused<'a> {
    frame: &'a Frame,
    w: Words,
    notice: Notice,
    back: String,
}

/// Where a prize goes. Whoever reads it is written down, so it is read by a press and not by a look.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivery {
    recipient: String,
    phone_number: Option<String>,
    postcode: Option<String>,
    address: String,
    memo: Option<String>,
}

#[derive(Template)]
#[template(path = "running/delivery.html")]
struct Parcel<'a> {
    frame: &'a Frame,
    w: Words,
    facts: Vec<(String, String)>,
    back: String,
}

pub(super) async fn delivery<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    id: &str,
    one: &str,
) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let w = seat.words();
    if !seat.visit().is_post() {
        let question = Question {
            icon: "lock",
            heading: w.say("run-delivery-title"),
            points: vec![w.say("run-delivery-1"), w.say("run-delivery-2")],
            action: event.path(&format!("/winners/{one}/delivery")),
            send: w.say("run-delivery-send"),
            back: (event.path("/winners"), w.say("run-back-list")),
            ..Question::default()
        };
        return Ok(confirm::show(seat, StatusCode::OK, &question));
    }
    let path = format!("/api/events/{id}/winners/{one}/delivery");
    let reply = seat.call(Call::get(path, seat.desk.language())).await?;
    if reply.status == StatusCode::NOT_FOUND {
        return Ok(seat.say(Saying {
            status: StatusCode::NOT_FOUND,
            icon: "store",
            heading: w.say("run-delivery-none"),
            text: w.say("run-delivery-none-text"),
            again: None,
            links: vec![(event.path("/winners"), w.say("run-back-list"))],
        }));
    }
    let Some(delivery) = read::<Delivery>(&reply) else {
        return Err(seat.instead(&reply));
    };
    let mut facts = vec![(w.say("run-delivery-who"), delivery.recipient)];
    for (key, value) in [
        ("run-phone", delivery.phone_number),
        ("run-delivery-postcode", delivery.postcode),
        ("signup-address", Some(delivery.address)),
        ("run-delivery-memo", delivery.memo),
    ] {
        facts.extend(value.filter(|v| !v.is_empty()).map(|v| (w.say(key), v)));
    }
    let frame = seat.frame(&w.say("run-delivery-title"));
    let template = Parcel {
        frame: &frame,
        w,
        facts,
        back: event.path("/winners"),
    };
    Ok(seat.page(StatusCode::OK, &frame, &template))
}
