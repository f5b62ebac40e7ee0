//! `/app/events/{id}/by-hand`: every word of the event by hand, with or without a plan before.

use super::details::{Details, Fields};
use super::event::Draft;
use super::trail::{At, Input, Trail};
use super::{Trouble, dates, draft, money, shown_as};
use crate::api::{Api, Call};
use crate::frame::Frame;
use crate::pages::Desk;
use crate::pages::seat::Seat;
use crate::parts::Notice;
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

/// Characters of a description that the API takes.
const DESCRIPTION: u16 = 2000;

#[derive(Template)]
#[template(path = "creation/edit.html")]
struct Edit<'a> {
    frame: &'a Frame,
    w: Words,
    script: &'a str,
    trail: Trail,
    path: String,
    version: i64,
    notice: Option<Notice>,
    fields: Fields,
    description: Input,
    winners: Input,
    has_bonus: bool,
    weight: Input,
    back: String,
}

/// What stands in the fields that a plan has not.
struct More {
    description: String,
    winners: String,
    has_bonus: bool,
    weight: String,
}

impl More {
    fn of_event(draft: &Draft) -> Self {
        Self {
            description: draft.description.clone().unwrap_or_default(),
            winners: draft
                .winner_count
                .map(|n| n.to_string())
                .unwrap_or_default(),
            has_bonus: draft.visit_bonus.enabled,
            weight: draft.visit_bonus.weight.to_string(),
        }
    }

    fn typed(visit: &crate::visit::Visit) -> Self {
        Self {
            description: visit.typed("description"),
            winners: visit.typed("winnerCount"),
            has_bonus: visit.typed("bonus") == "yes",
            weight: visit.typed("weight"),
        }
    }

    fn changes(
        &self,
        known: &Self,
        changes: &mut serde_json::Map<String, Value>,
        refusal: &mut Refusal,
        w: Words,
    ) {
        let same_text = self.description.replace("\r\n", "\n").trim() == known.description.trim();
        if !same_text {
            let text = Some(self.description.trim()).filter(|text| !text.is_empty());
            changes.insert("description".to_owned(), json!(text));
        }
        if self.winners.trim() != known.winners {
            match self.winners.trim() {
                // As many as there are prizes.
                "" => {
                    changes.insert("winnerCount".to_owned(), Value::Null);
                }
                typed => match money::read_count(typed) {
                    Some(count) => {
                        changes.insert("winnerCount".to_owned(), json!(count));
                    }
                    None => refusal.add("winnerCount", w.say("make-count-wrong")),
                },
            }
        }
        if self.has_bonus != known.has_bonus || self.weight.trim() != known.weight {
            match money::read_count(&self.weight) {
                Some(weight) => {
                    let bonus = json!({"enabled": self.has_bonus, "weight": weight});
                    changes.insert("visitBonus".to_owned(), bonus);
                }
                None => refusal.add("visitBonus.weight", w.say("make-count-wrong")),
            }
        }
    }
}

pub(super) async fn answer<A: Api>(desk: &Desk<'_, A>, id: Uuid) -> Result<Page, Page> {
    let mut seat = Seat::take(desk).await?;
    let event = draft(&mut seat, id).await?;
    if desk.visit.is_post() {
        return send(seat, event).await;
    }
    let (details, more) = (Details::of_event(&event), More::of_event(&event));
    Ok(render(
        &seat,
        StatusCode::OK,
        &event,
        &details,
        &more,
        Trouble::default(),
    ))
}

async fn send<A: Api>(mut seat: Seat<'_, '_, A>, event: Draft) -> Result<Page, Page> {
    let w = seat.words();
    let (details, more) = (Details::typed(seat.visit()), More::typed(seat.visit()));
    let mut refusal = Refusal::default();
    let known = Details::of_event(&event);
    let (from, to) = (event.starts_at.as_deref(), event.ends_at.as_deref());
    let mut changes = details.changes(&known, from, to, &mut refusal, w);
    more.changes(&More::of_event(&event), &mut changes, &mut refusal, w);
    if refusal.has_fields() {
        let (status, trouble) = (StatusCode::UNPROCESSABLE_ENTITY, Trouble::ours(refusal, w));
        return Ok(render(&seat, status, &event, &details, &more, trouble));
    }
    let back = next(&event);
    if changes.is_empty() {
        return Ok(seat.go(&back));
    }
    let version: i64 = seat
        .visit()
        .typed("version")
        .parse()
        .unwrap_or(event.version);
    let path = format!("/api/events/{}", event.id);
    let call = Call::new(Method::PATCH, path, w.0).body(Value::Object(changes));
    let reply = seat.call(call.over(format!("\"{version}\""))).await?;
    if !reply.is_fine() {
        let trouble = Trouble::of(&reply, w);
        return Ok(render(
            &seat,
            shown_as(&reply),
            &event,
            &details,
            &more,
            trouble,
        ));
    }
    if event.images.is_empty() {
        // The next page shows them come, or asks again where this was lost.
        let ask = json!({"eventId": event.id});
        seat.call(Call::post("/api/content/images", ask, w.0))
            .await?;
    }
    Ok(seat.go(&back))
}

/// The step after it: pictures where there are none, else the last look.
fn next(event: &Draft) -> String {
    let step = match (event.images.is_empty(), event.channels.is_empty()) {
        (true, _) => "pictures",
        (_, true) => "channels",
        _ => "approve",
    };
    format!("/app/events/{}/{step}", event.id)
}

fn render<A: Api>(
    seat: &Seat<'_, '_, A>,
    status: StatusCode,
    event: &Draft,
    details: &Details,
    more: &More,
    trouble: Trouble,
) -> Page {
    let w = seat.words();
    let frame = seat.frame(&w.say("make-edit-title"));
    let refusal = &trouble.refusal;
    let template = Edit {
        w,
        script: &crate::assets::CREATION_SCRIPT.path,
        trail: Trail::new(At::Plan, Some(event), w),
        path: format!("/app/events/{}/by-hand", event.id),
        version: event.version,
        fields: details.fields("e", &dates::today(seat.visit().now), Some(refusal), w),
        description: Input {
            id: "e-description".to_owned(),
            name: "description",
            label: w.say("make-description"),
            hint: Some(w.say("make-description-hint")),
            value: more.description.clone(),
            error: refusal.about("description"),
            kind: "area",
            longest: DESCRIPTION,
            ..Input::default()
        },
        winners: Input {
            id: "e-winnerCount".to_owned(),
            name: "winnerCount",
            label: w.say("make-winners"),
            hint: Some(w.say("make-winners-hint")),
            value: more.winners.clone(),
            error: refusal.about("winnerCount"),
            inputmode: "numeric",
            longest: 10,
            ..Input::default()
        },
        has_bonus: more.has_bonus,
        weight: Input {
            id: "e-weight".to_owned(),
            name: "weight",
            label: w.say("make-weight"),
            value: more.weight.clone(),
            error: refusal.about("visitBonus.weight"),
            inputmode: "numeric",
            longest: 3,
            ..Input::default()
        },
        back: next(event),
        notice: trouble.notice.clone(),
        frame: &frame,
    };
    seat.page(status, &frame, &template)
}
