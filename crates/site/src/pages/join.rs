//! `/e/{code}`: the event, and the form to enter it.

use super::join_form::Typed;
use super::join_view::{Trouble, render};
use super::message::{self, Again};
use super::public_event::PublicEvent;
use super::{Desk, keepsake};
use crate::api::{Api, Call, Reply};
use crate::form::Guard;
use crate::parts::{Notice, Tone};
use crate::problem::{Refusal, is_passing};
use crate::visit::Page;
use http::StatusCode;

/// The event and an empty form.
pub(crate) async fn show<A: Api>(desk: &Desk<'_, A>, code: &str) -> Page {
    let reply = find(desk, code).await;
    let Some(event) = read(&reply) else {
        return unknown(desk, &reply);
    };
    // A receipt's cookie is kept under the event's own spelling of its code.
    if event.code != code {
        let query = match desk.visit.query.as_str() {
            "" => String::new(),
            query => format!("?{query}"),
        };
        return Page::see_other(&format!("/e/{}{query}", event.code));
    }
    render(
        desk,
        &event,
        &Typed::of_link(desk.visit),
        Trouble::default(),
    )
}

/// Hands the entry in.
pub(crate) async fn send<A: Api>(desk: &Desk<'_, A>, code: &str) -> Page {
    let typed = Typed::of_form(desk.visit);
    let guard = Guard::of(desk.visit);
    let w = desk.words;
    if !guard.allows(desk.visit) {
        let text = Notice::new(Tone::Bad, w.say("message-forged"), w.say("join-forged"));
        let trouble = Trouble {
            status: StatusCode::FORBIDDEN,
            notice: Some(text),
            ..Trouble::default()
        };
        return again(desk, code, &typed, trouble).await;
    }
    // Nobody sees this field: a program filled it in, or an eager password manager did.
    if !desk.visit.typed("homepage").is_empty() {
        let trouble = Trouble {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            notice: Some(Notice::new(
                Tone::Careful,
                w.say("join-trapped"),
                w.say("join-trapped-text"),
            )),
            ..Trouble::default()
        };
        return again(desk, code, &typed, trouble).await;
    }
    let reply = enter(desk, code, &typed, &guard).await;
    if reply.is_fine() {
        let mut page = Page::see_other(&format!("/e/{code}/receipt"));
        keepsake::keep(desk.visit, &mut page, code, &reply.json);
        return page;
    }
    if reply.status == StatusCode::NOT_FOUND {
        return unknown(desk, &reply);
    }
    let trouble = trouble(desk, code, &reply);
    again(desk, code, &typed, trouble).await
}

async fn enter<A: Api>(desk: &Desk<'_, A>, code: &str, typed: &Typed, guard: &Guard) -> Reply {
    let call =
        |key: &str| Call::post("/api/participations", typed.body(code), desk.language()).key(key);
    let sent = Guard::sent_key(desk.visit).unwrap_or_else(|| guard.key.clone());
    let reply = desk.api.call(call(&sent)).await;
    // The back button brought the form of another entry back: this one is a new try.
    if reply.code() == "IDEMPOTENCY_KEY_REUSED" {
        return desk.api.call(call(&guard.key)).await;
    }
    reply
}

fn trouble<A: Api>(desk: &Desk<'_, A>, code: &str, reply: &Reply) -> Trouble {
    let w = desk.words;
    let refusal = Refusal::of(reply, w);
    let notice = match refusal.code.as_str() {
        "ALREADY_PARTICIPATED" => {
            let notice = Notice::new(
                Tone::Good,
                w.say("join-already"),
                w.say("join-already-text"),
            );
            Some(match keepsake::token(desk.visit, code) {
                Some(_) => notice.link(format!("/e/{code}/receipt"), w.say("join-to-receipt")),
                None => notice,
            })
        }
        "EVENT_NOT_OPEN" => None,
        _ if is_passing(reply) => Some(Notice::new(
            Tone::Careful,
            w.say("join-busy"),
            refusal.text.clone(),
        )),
        _ if refusal.has_fields() => Some(Notice::new(
            Tone::Bad,
            w.say("join-check"),
            w.say("join-check-text"),
        )),
        _ => Some(Notice::new(
            Tone::Bad,
            w.say("join-refused"),
            refusal.text.clone(),
        )),
    };
    Trouble {
        status: reply.status,
        notice,
        same_try: is_passing(reply),
        refusal,
    }
}

/// The form again with what was typed; if even the event cannot be had, a button that sends it all once more.
async fn again<A: Api>(desk: &Desk<'_, A>, code: &str, typed: &Typed, trouble: Trouble) -> Page {
    let reply = find(desk, code).await;
    match read(&reply) {
        Some(event) => render(desk, &event, typed, trouble),
        None if reply.status == StatusCode::NOT_FOUND => unknown(desk, &reply),
        None => {
            let again = Again {
                action: format!("/e/{code}"),
                words: desk.words.say("message-again"),
                fields: typed.fields(),
            };
            message::away(desk, &reply, Some(again))
        }
    }
}

async fn find<A: Api>(desk: &Desk<'_, A>, code: &str) -> Reply {
    let path = format!("/api/public/events/{code}");
    desk.api.call(Call::get(path, desk.language())).await
}

fn read(reply: &Reply) -> Option<PublicEvent> {
    reply
        .is_fine()
        .then(|| serde_json::from_value(reply.json.clone()).ok())
        .flatten()
}

fn unknown<A: Api>(desk: &Desk<'_, A>, reply: &Reply) -> Page {
    let w = desk.words;
    if reply.status != StatusCode::NOT_FOUND {
        return desk.instead(reply);
    }
    message::show(
        desk,
        message::Saying {
            status: StatusCode::NOT_FOUND,
            icon: "search",
            heading: w.say("join-unknown"),
            text: w.say("join-unknown-text"),
            again: None,
            links: vec![("/e".to_owned(), w.say("message-to-code"))],
        },
    )
}
