//! Pages that say one thing and lead on.

use super::Desk;
use crate::api::{Api, Reply};
use crate::frame::Frame;
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::{StatusCode, header};

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    frame: &'a Frame,
    icon: &'static str,
    heading: String,
    text: String,
    again: Option<Again>,
    links: Vec<(String, String)>,
}

/// A form that could not be sent just now, kept so that nothing has to be typed again.
pub(crate) struct Again {
    pub action: String,
    pub words: String,
    pub fields: Vec<(&'static str, String)>,
}

/// What a page says.
pub(crate) struct Saying {
    pub status: StatusCode,
    pub icon: &'static str,
    pub heading: String,
    pub text: String,
    pub again: Option<Again>,
    pub links: Vec<(String, String)>,
}

pub(crate) fn show<A: Api>(desk: &Desk<'_, A>, saying: Saying) -> Page {
    let mut frame = desk.frame(&saying.heading);
    if saying.again.is_some() {
        frame.guard = frame.guard.with_key_of(desk.visit);
    }
    let mut again = saying.again;
    if let Some(again) = &mut again {
        again.fields.push(("csrf", frame.guard.csrf.clone()));
        again.fields.push(("key", frame.guard.key.clone()));
    }
    let template = Message {
        frame: &frame,
        icon: saying.icon,
        heading: saying.heading,
        text: saying.text,
        again,
        links: saying.links,
    };
    desk.page(saying.status, &frame, &template)
}

fn to_code(words: Words) -> (String, String) {
    ("/e".to_owned(), words.say("message-to-code"))
}

pub(crate) fn not_found<A: Api>(desk: &Desk<'_, A>) -> Page {
    let w = desk.words;
    show(
        desk,
        Saying {
            status: StatusCode::NOT_FOUND,
            icon: "search",
            heading: w.say("message-not-found"),
            text: w.say("message-not-found-text"),
            again: None,
            links: vec![to_code(w)],
        },
    )
}

pub(crate) fn wrong_method<A: Api>(desk: &Desk<'_, A>) -> Page {
    let w = desk.words;
    show(
        desk,
        Saying {
            status: StatusCode::METHOD_NOT_ALLOWED,
            icon: "info",
            heading: w.say("message-method"),
            text: w.say("message-method-text"),
            again: None,
            links: vec![to_code(w)],
        },
    )
}

/// What was sent could not be taken in.
pub(crate) fn refused<A: Api>(desk: &Desk<'_, A>, status: StatusCode) -> Page {
    let w = desk.words;
    let (heading, text) = match status {
        StatusCode::PAYLOAD_TOO_LARGE => ("message-large", "message-large-text"),
        _ => ("message-unread", "message-unread-text"),
    };
    show(
        desk,
        Saying {
            status,
            icon: "info",
            heading: w.say(heading),
            text: w.say(text),
            again: None,
            links: vec![(desk.visit.path.clone(), w.say("message-again"))],
        },
    )
}

/// A service does not answer, or wants fewer of us. What was typed is in the form behind the button.
pub(crate) fn away<A: Api>(desk: &Desk<'_, A>, reply: &Reply, again: Option<Again>) -> Page {
    let w = desk.words;
    let refusal = Refusal::of(reply, w);
    // A 4xx that no page knows is a fault of ours towards the API, not one of the visitor's.
    let status = match reply.status {
        StatusCode::TOO_MANY_REQUESTS => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    let links = match again {
        Some(_) => Vec::new(),
        None => vec![(desk.visit.path.clone(), w.say("message-again"))],
    };
    let mut page = show(
        desk,
        Saying {
            status,
            icon: "clock",
            heading: w.say("message-away"),
            text: refusal.text,
            again,
            links,
        },
    );
    page.put(
        header::RETRY_AFTER,
        &reply.retry_after.unwrap_or(5).to_string(),
    );
    page
}

/// A form that was sent from elsewhere, or without our cookie.
pub(crate) fn forged<A: Api>(desk: &Desk<'_, A>, back: &str) -> Page {
    let w = desk.words;
    show(
        desk,
        Saying {
            status: StatusCode::FORBIDDEN,
            icon: "lock",
            heading: w.say("message-forged"),
            text: w.say("message-forged-text"),
            again: None,
            links: vec![(back.to_owned(), w.say("message-again"))],
        },
    )
}
