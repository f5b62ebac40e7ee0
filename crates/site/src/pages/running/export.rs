//! `/app/events/{id}/participants/export`: the list as a file, after saying what for.

use super::event::{self, Head};
use crate::api::Api;
use crate::figures::coded;
use crate::frame::Frame;
use crate::pages::seat::Seat;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;

#[derive(Template)]
#[template(path = "running/export.html")]
struct Export<'a> {
    frame: &'a Frame,
    w: Words,
    head: Head,
    action: String,
    list: String,
    purposes: Vec<(&'static str, String)>,
}

/// The question before the file. The form leads to the file itself, by GET.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let w = seat.words();
    let frame = seat.frame(&w.say("run-export"));
    let template = Export {
        frame: &frame,
        w,
        head: Head::of(seat, &event, "/participants", Some(w.say("run-export"))),
        action: event.path("/participants/file"),
        list: event.path("/participants"),
        purposes: ["CONTACT_WINNERS", "CHECK_ENTRIES", "REPORT"]
            .into_iter()
            .map(|code| (code, coded(w, "run-purpose-", code)))
            .collect(),
    };
    Ok(seat.page(StatusCode::OK, &frame, &template))
}
