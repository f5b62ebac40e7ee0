//! `/password-resets`: asking for a link, and choosing a new password with it.

use super::Desk;
use super::message::{self, Saying};
use crate::api::{Api, Call};
use crate::form::Guard;
use crate::frame::Frame;
use crate::parts::{Field, Notice, Tone};
use crate::phone;
use crate::problem::Refusal;
use crate::session;
use crate::visit::Page;
use askama::Template;
use http::{Method, StatusCode};
use serde_json::json;

#[derive(Template)]
#[template(path = "form.html")]
struct Form<'a> {
    frame: &'a Frame,
    icon: &'static str,
    heading: String,
    lead: String,
    notice: Option<Notice>,
    action: &'a str,
    fields: Vec<Field>,
    send: String,
    back: (String, String),
}

pub(crate) fn show_ask<A: Api>(desk: &Desk<'_, A>) -> Page {
    render_ask(desk, StatusCode::OK, None, String::new())
}

/// Asks for a link. Whether there is such an account, nobody is told.
pub(crate) async fn ask<A: Api>(desk: &Desk<'_, A>) -> Page {
    let w = desk.words;
    let typed = desk.visit.typed("loginId");
    if !Guard::of(desk.visit).allows(desk.visit) {
        let notice = Notice::new(
            Tone::Bad,
            w.say("message-forged"),
            w.say("message-forged-text"),
        );
        return render_ask(desk, StatusCode::FORBIDDEN, Some(notice), typed);
    }
    let body = json!({ "loginId": phone::tidy(&typed) });
    let call = Call::post("/api/users/password-resets", body, desk.language());
    let reply = desk.api.call(call).await;
    if !reply.is_fine() {
        let notice = Notice::new(
            Tone::Careful,
            w.say("join-busy"),
            Refusal::of(&reply, w).text,
        );
        return render_ask(desk, reply.status, Some(notice), typed);
    }
    message::show(
        desk,
        Saying {
            status: StatusCode::OK,
            icon: "phone",
            heading: w.say("reset-sent"),
            text: w.say("reset-sent-text"),
            again: None,
            links: vec![("/login".to_owned(), w.say("reset-to-login"))],
        },
    )
}

pub(crate) fn show_choose<A: Api>(desk: &Desk<'_, A>) -> Page {
    render_choose(desk, StatusCode::OK, None, None)
}

/// Sets the new password and ends every login.
pub(crate) async fn choose<A: Api>(desk: &Desk<'_, A>, token: &str) -> Page {
    let w = desk.words;
    if !Guard::of(desk.visit).allows(desk.visit) {
        let notice = Notice::new(
            Tone::Bad,
            w.say("message-forged"),
            w.say("message-forged-text"),
        );
        return render_choose(desk, StatusCode::FORBIDDEN, Some(notice), None);
    }
    let path = format!("/api/users/password-resets/{token}");
    let body = json!({ "password": desk.visit.typed("password") });
    let call = Call::new(Method::PUT, path, desk.language()).body(body);
    let reply = desk.api.call(call).await;
    if reply.is_fine() {
        let mut page = Page::see_other("/login?reset=1");
        session::forget(desk.visit, &mut page);
        return page;
    }
    let refusal = Refusal::of(&reply, w);
    if reply.status == StatusCode::NOT_FOUND {
        return message::show(
            desk,
            Saying {
                status: StatusCode::NOT_FOUND,
                icon: "clock",
                heading: w.say("reset-over"),
                text: refusal.text,
                again: None,
                links: vec![("/password-resets".to_owned(), w.say("reset-again"))],
            },
        );
    }
    match refusal.about("password") {
        Some(error) => render_choose(desk, reply.status, None, Some(error)),
        None => {
            let notice = Notice::new(Tone::Careful, w.say("join-busy"), refusal.text);
            render_choose(desk, reply.status, Some(notice), None)
        }
    }
}

fn render_ask<A: Api>(
    desk: &Desk<'_, A>,
    status: StatusCode,
    notice: Option<Notice>,
    typed: String,
) -> Page {
    let w = desk.words;
    let frame = desk.frame(&w.say("reset-title"));
    let template = Form {
        frame: &frame,
        icon: "lock",
        heading: w.say("reset-title"),
        lead: w.say("reset-lead"),
        notice,
        action: "/password-resets",
        fields: vec![Field {
            name: "loginId",
            kind: "text",
            label: w.say("login-id"),
            value: typed,
            autocomplete: "username",
            longest: 254,
            ..Field::default()
        }],
        send: w.say("reset-send"),
        back: ("/login".to_owned(), w.say("reset-to-login")),
    };
    desk.page(status, &frame, &template)
}

fn render_choose<A: Api>(
    desk: &Desk<'_, A>,
    status: StatusCode,
    notice: Option<Notice>,
    error: Option<String>,
) -> Page {
    let w = desk.words;
    let frame = desk.frame(&w.say("reset-new-title"));
    let template = Form {
        frame: &frame,
        icon: "lock",
        heading: w.say("reset-new-title"),
        lead: w.say("reset-new-lead"),
        notice,
        action: &desk.visit.path,
        fields: vec![Field {
            name: "password",
            kind: "password",
            label: w.say("reset-new"),
            hint: Some(w.say("password-hint")),
            error,
            autocomplete: "new-password",
            longest: 72,
            ..Field::default()
        }],
        send: w.say("reset-new-send"),
        back: ("/login".to_owned(), w.say("reset-to-login")),
    };
    desk.page(status, &frame, &template)
}
