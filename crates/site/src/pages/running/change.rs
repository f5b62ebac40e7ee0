//! `/app/events/{id}/edit`: what may still be changed once customers see the event.

use super::event::{self, Event, Head};
use crate::api::{Api, Call};
use crate::frame::Frame;
use crate::pages::seat::Seat;
use crate::parts::{Field, Notice, Tone};
use crate::problem::Refusal;
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::{Method, StatusCode};
use serde_json::json;

#[derive(Template)]
#[template(path = "running/change.html")]
struct Change<'a> {
    frame: &'a Frame,
    w: Words,
    head: Head,
    notice: Option<Notice>,
    title: Field,
    description: &'a str,
    description_error: Option<String>,
    ends_at: Option<Field>,
    version: i64,
    path: String,
}

struct Typed {
    title: String,
    description: String,
    ends_at: String,
}

impl Typed {
    fn of(event: &Event) -> Self {
        Self {
            title: event.title.clone().unwrap_or_default(),
            description: event.description.clone().unwrap_or_default(),
            ends_at: event
                .ends_at
                .as_deref()
                .and_then(times::parse)
                .map(times::typed)
                .unwrap_or_default(),
        }
    }
}

/// The form.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let typed = Typed::of(&event);
    Ok(render(seat, &event, StatusCode::OK, &typed, None, None))
}

/// Saves it over the version that was shown, and over no other.
pub(super) async fn send<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let (w, visit) = (seat.words(), seat.visit());
    // A text area sends its lines as the web does.
    let typed = Typed {
        title: visit.typed("title"),
        description: visit.typed("description").replace("\r\n", "\n"),
        ends_at: visit.typed("endsAt"),
    };
    let before = Typed::of(&event);
    let mut body = json!({});
    if typed.title != before.title {
        body["title"] = typed.title.clone().into();
    }
    if typed.description != before.description {
        body["description"] = typed.description.clone().into();
    }
    if !typed.ends_at.is_empty() && typed.ends_at != before.ends_at {
        match times::read_typed(&typed.ends_at) {
            Some(at) => body["endsAt"] = at.to_rfc3339().into(),
            None => {
                let mut refusal = Refusal::default();
                refusal.add("endsAt", w.say("run-edit-time"));
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return Ok(render(seat, &event, status, &typed, None, Some(refusal)));
            }
        }
    }
    let seen: i64 = visit.typed("version").parse().unwrap_or(event.version);
    if body == json!({}) && seen == event.version {
        return Ok(seat.go(&event.path("")));
    }
    let call = Call::new(
        Method::PATCH,
        format!("/api/events/{id}"),
        seat.desk.language(),
    )
    .body(body)
    .over(format!("\"{seen}\""));
    let reply = seat.call(call).await?;
    if reply.is_fine() {
        return Ok(seat.go(&event.path("?done=saved")));
    }
    if reply.status == StatusCode::PRECONDITION_FAILED {
        // What was typed stays in the form, which now knows the newer version.
        let text = w.one("run-edit-newer-text", "title", event.title(w));
        let notice = Notice::new(Tone::Careful, w.say("run-edit-newer"), text);
        return Ok(render(
            seat,
            &event,
            reply.status,
            &typed,
            Some(notice),
            None,
        ));
    }
    let refusal = Refusal::of(&reply, w);
    let notice = (!refusal.has_fields()).then(|| seat.refused(&reply));
    Ok(render(
        seat,
        &event,
        reply.status,
        &typed,
        notice,
        Some(refusal),
    ))
}

fn render<A: Api>(
    seat: &Seat<'_, '_, A>,
    event: &Event,
    status: StatusCode,
    typed: &Typed,
    notice: Option<Notice>,
    refusal: Option<Refusal>,
) -> Page {
    let w = seat.words();
    let wrong = |field: &str| refusal.as_ref().and_then(|refusal| refusal.about(field));
    let frame = seat.frame(&w.say("run-way-edit"));
    let template = Change {
        frame: &frame,
        w,
        head: Head::of(seat, event, "/edit", Some(w.say("run-way-edit"))),
        notice,
        title: Field {
            name: "title",
            kind: "text",
            label: w.say("run-edit-title"),
            value: typed.title.clone(),
            error: wrong("title"),
            longest: 100,
            ..Field::default()
        },
        description: &typed.description,
        description_error: wrong("description"),
        ends_at: matches!(event.status.as_str(), "SCHEDULED" | "ONGOING").then(|| Field {
            name: "endsAt",
            kind: "datetime-local",
            label: w.say("run-edit-end"),
            hint: Some(w.say("run-edit-end-hint")),
            value: typed.ends_at.clone(),
            error: wrong("endsAt"),
            ..Field::default()
        }),
        version: event.version,
        path: event.path(""),
    };
    seat.page(status, &frame, &template)
}
