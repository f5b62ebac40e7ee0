//! `/app/profile/sessions`: where the owner is logged in, and ending such a login.

use crate::api::{Api, Call};
use crate::frame::Frame;
use crate::pages::seat::Seat;
use crate::parts::{Notice, Tone};
use crate::session;
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::{Method, StatusCode};
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    items: Vec<Session>,
    next_cursor: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    id: String,
    current: bool,
    device: Option<String>,
    created_at: String,
    last_used_at: String,
}

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct Sessions<'a> {
    frame: &'a Frame,
    w: Words,
    notice: Option<Notice>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    id: String,
    device: String,
    is_here: bool,
    since: String,
    used: String,
}

/// The logins.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Page, Page> {
    let after = seat.visit().asked("after").unwrap_or_default();
    let cursor: String = form_urlencoded::byte_serialize(after.as_bytes()).collect();
    let path = match cursor.as_str() {
        "" => "/api/users/me/sessions?limit=50".to_owned(),
        cursor => format!("/api/users/me/sessions?limit=50&cursor={cursor}"),
    };
    let listed: Listed = seat.get(&path).await?;
    let (w, now) = (seat.words(), seat.visit().now);
    let moment =
        |text: &str| times::parse(text).map_or_else(String::new, |t| times::moment(t, now, w.0));
    let frame = seat.frame(&w.say("acc-sessions"));
    let template = Sessions {
        frame: &frame,
        w,
        notice: seat.visit().asked("done").map(|_| {
            Notice::new(
                Tone::Good,
                w.say("acc-session-ended"),
                w.say("acc-session-ended-text"),
            )
        }),
        rows: listed
            .items
            .iter()
            .map(|one| Row {
                id: one.id.clone(),
                device: one
                    .device
                    .clone()
                    .unwrap_or_else(|| w.say("acc-device-unknown")),
                is_here: one.current,
                since: w.one("acc-session-since", "when", moment(&one.created_at)),
                used: w.one("acc-session-used", "when", moment(&one.last_used_at)),
            })
            .collect(),
        next: listed.next_cursor.map(|cursor| {
            let cursor: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
            format!("/app/profile/sessions?after={cursor}")
        }),
    };
    Ok(seat.page(StatusCode::OK, &frame, &template))
}

/// Ends a login; this one as well.
pub(super) async fn end<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let path = format!("/api/users/me/sessions/{id}");
    let call = Call::new(Method::DELETE, path, seat.desk.language());
    let reply = seat.call(call).await?;
    // One that is over already is what was wished.
    if !reply.is_fine() && reply.status != StatusCode::NOT_FOUND {
        return Err(seat.instead(&reply));
    }
    if seat.visit().typed("here") == "1" {
        let mut page = Page::see_other("/login?left=1");
        session::forget(seat.visit(), &mut page);
        return Ok(page);
    }
    Ok(seat.go("/app/profile/sessions?done=1"))
}
