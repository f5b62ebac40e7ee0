//! `/app/uploads`: a photo or logo. A form says where to go on, and goes there with the upload's id; a script gets JSON.

use super::message::{self, Saying};
use super::{Desk, login};
use crate::api::{Api, Call};
use crate::form::Guard;
use crate::problem::Refusal;
use crate::session::Owner;
use crate::visit::Page;
use http::{StatusCode, header};

pub(crate) async fn send<A: Api>(desk: &Desk<'_, A>) -> Page {
    let (w, visit) = (desk.words, desk.visit);
    let next = visit.typed("next");
    let back = login::safe_next(&next);
    if !Guard::of(visit).allows(visit) {
        return message::forged(desk, &back);
    }
    let sessions = desk.site.sessions();
    let owner = Owner::of(sessions, desk.api, visit, desk.language()).await;
    let Some(mut owner) = owner else {
        return login::first_for(desk, &back);
    };
    let refuse = |status, heading: &str, text: String| {
        let saying = Saying {
            status,
            icon: "info",
            heading: w.say(heading),
            text,
            again: None,
            links: vec![(back.clone(), w.say("message-again"))],
        };
        message::show(desk, saying)
    };
    let Some(file) = &visit.file else {
        let text = w.say("message-no-file-text");
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "message-no-file", text);
    };
    let kind = match visit.typed("kind").as_str() {
        "LOGO" => "LOGO",
        _ => "PHOTO",
    };
    let fields = [("kind", kind)];
    let call = Call::upload("/api/content/uploads", &fields, file, desk.language());
    let reply = owner.call(sessions, desk.api, visit, call).await;
    if reply.status == StatusCode::UNAUTHORIZED {
        return login::first_for(desk, &back);
    }
    let mut page = if next.is_empty() {
        let mut page = Page::bytes(reply.status, "application/json", Vec::new());
        page.body = reply.json.to_string().into_bytes();
        page.put(header::CACHE_CONTROL, "private, no-store");
        page
    } else if let (true, Some(id)) = (reply.is_fine(), reply.json["uploadId"].as_str()) {
        let join = if back.contains('?') { '&' } else { '?' };
        Page::see_other(&format!("{back}{join}upload={id}&kind={kind}"))
    } else if reply.status.is_server_error() {
        message::away(desk, &reply, None)
    } else {
        refuse(reply.status, "message-unread", Refusal::of(&reply, w).text)
    };
    owner.keep(visit, &mut page);
    page
}
