//! `/app/events/{id}/approve`: everything on one page, and the one button that makes it public.

use super::approve_view::{Findings, render};
use super::event::Draft;
use super::{Trouble, draft, shown_as};
use crate::api::{Api, Call};
use crate::form::Guard;
use crate::pages::Desk;
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::visit::Page;
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

pub(super) async fn answer<A: Api>(desk: &Desk<'_, A>, id: Uuid) -> Result<Page, Page> {
    let mut seat = Seat::take(desk).await?;
    let event = draft(&mut seat, id).await?;
    if desk.visit.is_post() {
        return publish(seat, event).await;
    }
    show(&mut seat, StatusCode::OK, &event, Trouble::default()).await
}

async fn show<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    status: StatusCode,
    event: &Draft,
    trouble: Trouble,
) -> Result<Page, Page> {
    let path = format!("/api/events/{}/preflight", event.id);
    let findings: Findings = seat.get(&path).await?;
    Ok(render(seat, status, event, &findings, trouble))
}

async fn publish<A: Api>(mut seat: Seat<'_, '_, A>, event: Draft) -> Result<Page, Page> {
    let w = seat.words();
    let progress = format!("/app/events/{}/progress", event.id);
    // What goes public is what was on the page, not what another tab made of it meanwhile.
    if seat.visit().typed("version") != event.version.to_string() {
        let trouble = Trouble::told(Notice::new(
            Tone::Careful,
            w.say("make-changed"),
            w.say("make-changed-text"),
        ));
        return show(&mut seat, StatusCode::CONFLICT, &event, trouble).await;
    }
    let path = format!("/api/events/{}/approve", event.id);
    let mut call = Call::post(path, json!({}), w.0);
    if let Some(key) = Guard::sent_key(seat.visit()) {
        call = call.key(key);
    }
    let reply = seat.call(call).await?;
    if reply.is_fine() || reply.code() == "EVENT_ALREADY_APPROVED" {
        return Ok(seat.go(&progress));
    }
    let trouble = Trouble::of(&reply, w);
    show(&mut seat, shown_as(&reply), &event, trouble).await
}
