//! Ending an event early, and cancelling it: first what follows, then the deed.

use super::event::{self, Event};
use crate::api::{Api, Call};
use crate::pages::confirm::{self, Question};
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::visit::Page;
use http::StatusCode;
use serde_json::json;

/// How an event stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    End,
    Cancel,
}

/// The question, or what its answer came to.
pub(super) async fn answer<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    id: &str,
    way: Way,
) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    if !seat.visit().is_post() {
        return Ok(ask(seat, &event, way, StatusCode::OK, None));
    }
    let rest = match way {
        Way::End => "end",
        Way::Cancel => "cancel",
    };
    let call = Call::post(
        format!("/api/events/{id}/{rest}"),
        json!({}),
        seat.desk.language(),
    );
    let reply = seat.call(call).await?;
    let done = match way {
        Way::End => "ended",
        Way::Cancel => "cancelled",
    };
    // Pressed twice, or in two tabs: what was wished is so.
    let is_so = matches!(
        (way, event.status.as_str()),
        (Way::End, "ENDED") | (Way::Cancel, "CANCELLED")
    );
    if reply.is_fine() || is_so {
        return Ok(seat.go(&event.path(&format!("?done={done}"))));
    }
    let notice = seat.refused(&reply);
    Ok(ask(seat, &event, way, reply.status, Some(notice)))
}

fn ask<A: Api>(
    seat: &Seat<'_, '_, A>,
    event: &Event,
    way: Way,
    status: StatusCode,
    notice: Option<Notice>,
) -> Page {
    let w = seat.words();
    let fits = match way {
        Way::End => event.is("ONGOING"),
        Way::Cancel => !matches!(event.status.as_str(), "ENDED" | "CANCELLED"),
    };
    let late = || {
        Notice::new(
            Tone::Careful,
            w.say("run-stop-late"),
            w.say("run-stop-late-text"),
        )
    };
    let (name, points, icon): (_, &[&str], _) = match way {
        Way::End => (
            "end",
            &["run-end-1", "run-end-2", "run-end-3", "run-end-4"],
            "clock",
        ),
        Way::Cancel => (
            "cancel",
            &[
                "run-cancel-1",
                "run-cancel-2",
                "run-cancel-3",
                "run-cancel-4",
            ],
            "trash",
        ),
    };
    let question = Question {
        icon,
        heading: w.one(&format!("run-{name}-title"), "event", event.title(w)),
        lead: w.say("withdraw-lead"),
        points: points.iter().map(|key| w.say(key)).collect(),
        notice: notice.or_else(|| (!fits).then(late)),
        action: event.path(&format!("/{name}")),
        send: w.say(&format!("run-{name}-send")),
        is_danger: true,
        back: (event.path(""), w.say("run-stop-keep")),
        ..Question::default()
    };
    confirm::show(seat, status, &question)
}
