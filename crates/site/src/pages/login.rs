//! `/login` and `/logout`.

use super::{Desk, message};
use crate::api::{Api, Call};
use crate::form::Guard;
use crate::frame::Frame;
use crate::parts::{Field, Notice, Tone};
use crate::phone;
use crate::problem::{Refusal, is_passing};
use crate::session::{self, Owner};
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::{StatusCode, header};
use serde_json::json;

#[derive(Template)]
#[template(path = "login.html")]
struct Login<'a> {
    frame: &'a Frame,
    w: Words,
    notice: Option<Notice>,
    next: &'a str,
    login_id: Field,
    password: Field,
}

/// The form; whoever is logged in goes on.
pub(crate) async fn show<A: Api>(desk: &Desk<'_, A>) -> Page {
    let w = desk.words;
    let next = safe_next(&desk.visit.asked("next").unwrap_or_default());
    let owner = Owner::of(desk.site.sessions(), desk.api, desk.visit, desk.language()).await;
    if let Some(owner) = owner
        && desk.visit.asked("ended").is_none()
    {
        let mut page = Page::see_other(&next);
        owner.keep(desk.visit, &mut page);
        return page;
    }
    let asked = |name: &str| desk.visit.asked(name).is_some();
    let notice = if asked("reset") {
        Some(Notice::new(
            Tone::Good,
            w.say("login-reset"),
            w.say("login-reset-text"),
        ))
    } else if asked("left") {
        Some(Notice::new(
            Tone::Good,
            w.say("login-left"),
            w.say("login-left-text"),
        ))
    } else if asked("ended") {
        Some(Notice::new(
            Tone::Plain,
            w.say("login-ended"),
            w.say("login-ended-text"),
        ))
    } else {
        None
    };
    render(desk, StatusCode::OK, notice, &next, String::new())
}

/// Logs in.
pub(crate) async fn send<A: Api>(desk: &Desk<'_, A>) -> Page {
    let w = desk.words;
    let (login_id, next) = (
        desk.visit.typed("loginId"),
        safe_next(&desk.visit.typed("next")),
    );
    if !Guard::of(desk.visit).allows(desk.visit) {
        let notice = Notice::new(
            Tone::Bad,
            w.say("message-forged"),
            w.say("message-forged-text"),
        );
        return render(desk, StatusCode::FORBIDDEN, Some(notice), &next, login_id);
    }
    let body =
        json!({ "loginId": phone::tidy(&login_id), "password": desk.visit.typed("password") });
    let reply = desk
        .api
        .call(Call::post("/api/users/login", body, desk.language()))
        .await;
    if reply.is_fine() {
        let mut page = Page::see_other(&next);
        session::enter(desk.visit, &mut page, &reply.json["tokens"]);
        return page;
    }
    let refusal = Refusal::of(&reply, w);
    let (tone, title) = match refusal.code.as_str() {
        "LOGIN_THROTTLED" => (Tone::Careful, "login-throttled"),
        _ if is_passing(&reply) => (Tone::Careful, "join-busy"),
        _ => (Tone::Bad, "login-refused"),
    };
    let notice = Notice::new(tone, w.say(title), refusal.text)
        .link("/password-resets", w.say("login-forgotten"));
    let mut page = render(desk, reply.status, Some(notice), &next, login_id);
    if let Some(wait) = reply.retry_after {
        page.put(header::RETRY_AFTER, &wait.to_string());
    }
    page
}

/// Logs out.
pub(crate) async fn leave<A: Api>(desk: &Desk<'_, A>) -> Page {
    if !Guard::of(desk.visit).allows(desk.visit) {
        return message::forged(desk, "/app");
    }
    let sessions = desk.site.sessions();
    if let Some(mut owner) = Owner::of(sessions, desk.api, desk.visit, desk.language()).await {
        owner
            .leave(sessions, desk.api, desk.visit, desk.language())
            .await;
    }
    let mut page = Page::see_other("/login?left=1");
    session::forget(desk.visit, &mut page);
    page
}

/// The way to the login for a page that needs one, and back.
pub(crate) fn first<A: Api>(desk: &Desk<'_, A>) -> Page {
    let next = match desk.visit.query.as_str() {
        "" => desk.visit.path.clone(),
        query => format!("{}?{query}", desk.visit.path),
    };
    first_for(desk, &next)
}

/// The same, with another page of ours to go to afterwards.
pub(crate) fn first_for<A: Api>(desk: &Desk<'_, A>, next: &str) -> Page {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let had_one = desk.visit.cookies.contains("refresh=");
    let ended = if had_one { "&ended=1" } else { "" };
    let mut page = Page::see_other(&format!("/login?next={next}{ended}"));
    session::forget(desk.visit, &mut page);
    page
}

/// Where to go afterwards: to a page of ours, never to another host.
pub(crate) fn safe_next(next: &str) -> String {
    let ours = next.starts_with("/app")
        && next.bytes().all(|b| b.is_ascii_graphic())
        && !next.contains('\\')
        && !next.contains("//");
    if ours { next } else { "/app" }.to_owned()
}

fn render<A: Api>(
    desk: &Desk<'_, A>,
    status: StatusCode,
    notice: Option<Notice>,
    next: &str,
    typed: String,
) -> Page {
    let w = desk.words;
    let frame = desk.frame(&w.say("login-title"));
    let is_second_try = !typed.is_empty();
    let template = Login {
        frame: &frame,
        w,
        notice,
        next,
        login_id: Field {
            name: "loginId",
            kind: "text",
            label: w.say("login-id"),
            value: typed,
            autocomplete: "username",
            longest: 254,
            has_focus: !is_second_try,
            ..Field::default()
        },
        password: Field {
            name: "password",
            kind: "password",
            label: w.say("login-password"),
            autocomplete: "current-password",
            longest: 200,
            has_focus: is_second_try,
            ..Field::default()
        },
    };
    desk.page(status, &frame, &template)
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn a_login_leads_to_our_own_pages() {
        assert_eq!(
            safe_next("/app/events?status=ONGOING"),
            "/app/events?status=ONGOING"
        );
        for other in [
            "",
            "https://evil.example",
            "//evil.example",
            "/app//evil",
            "/app\\evil",
            "/app\r\nX: y",
            "/login",
        ] {
            assert_eq!(safe_next(other), "/app", "{other}");
        }
    }
}
