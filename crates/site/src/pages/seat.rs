//! An owner at a page: who is logged in, and what becomes of a form when nobody is any more.

use super::{Desk, login, message};
use crate::api::{Api, Call, Reply};
use crate::form::Guard;
use crate::frame::Frame;
use crate::parts::{Field, Notice, Tone};
use crate::phone;
use crate::problem::Refusal;
use crate::session::Owner;
use crate::visit::{Page, Visit};
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::json;

const AGAIN_ID: &str = "again-id";
const AGAIN_PASSWORD: &str = "again-password";

/// An owner who asks for a page, logged in.
pub(crate) struct Seat<'d, 'a, A> {
    pub desk: &'d Desk<'a, A>,
    owner: Owner,
}

/// The login between a form and its effect, with the form inside.
#[derive(Template)]
#[template(path = "account/again.html")]
struct Again<'a> {
    frame: &'a Frame,
    w: Words,
    action: String,
    notice: Option<Notice>,
    kept: Vec<(String, String)>,
    /// Asked for where the login is over.
    fields: Vec<Field>,
}

impl<'d, 'a, A: Api> Seat<'d, 'a, A> {
    /// Whoever is logged in. A form is taken only from a page of ours; one whose login is over is kept until it is
    /// renewed.
    pub(crate) async fn take(desk: &'d Desk<'a, A>) -> Result<Self, Page> {
        let visit = desk.visit;
        if visit.is_post() && !Guard::of(visit).allows(visit) {
            return Err(if visit.origin == visit.base {
                again(desk, StatusCode::FORBIDDEN, None, false)
            } else {
                message::forged(desk, "/app")
            });
        }
        if visit.is_post() && !visit.typed(AGAIN_PASSWORD).is_empty() {
            return enter(desk).await;
        }
        match Owner::of(desk.site.sessions(), desk.api, visit, desk.language()).await {
            Some(owner) => Ok(Self { desk, owner }),
            None => Err(absent(desk)),
        }
    }

    pub(crate) fn words(&self) -> Words {
        self.desk.words
    }

    pub(crate) fn visit(&self) -> &'d Visit {
        self.desk.visit
    }

    /// Calls as the owner.
    pub(crate) async fn call(&mut self, call: Call) -> Result<Reply, Page> {
        let desk = self.desk;
        let reply = self
            .owner
            .call(desk.site.sessions(), desk.api, desk.visit, call)
            .await;
        if reply.status == StatusCode::UNAUTHORIZED {
            return Err(absent(desk));
        }
        Ok(reply)
    }

    /// What a page cannot do without.
    pub(crate) async fn get<T: DeserializeOwned>(&mut self, path: &str) -> Result<T, Page> {
        let reply = self.call(Call::get(path, self.desk.language())).await?;
        match read(&reply) {
            Some(value) => Ok(value),
            None => Err(self.instead(&reply)),
        }
    }

    /// What a page can be shown without.
    pub(crate) async fn maybe<T: DeserializeOwned>(
        &mut self,
        path: &str,
    ) -> Result<Option<T>, Page> {
        let reply = self.call(Call::get(path, self.desk.language())).await?;
        Ok(read(&reply))
    }

    /// The page for whatever the API answered instead.
    pub(crate) fn instead(&self, reply: &Reply) -> Page {
        let w = self.words();
        let mut page = match reply.status {
            StatusCode::NOT_FOUND => message::show(
                self.desk,
                message::Saying {
                    status: StatusCode::NOT_FOUND,
                    icon: "search",
                    heading: w.say("run-not-found"),
                    text: w.say("run-not-found-text"),
                    again: None,
                    links: vec![("/app/events".to_owned(), w.say("run-to-events"))],
                },
            ),
            _ => message::away(self.desk, reply, None),
        };
        self.owner.keep(self.visit(), &mut page);
        page
    }

    /// A page that says one thing.
    pub(crate) fn say(&self, saying: message::Saying) -> Page {
        let mut page = message::show(self.desk, saying);
        self.owner.keep(self.visit(), &mut page);
        page
    }

    pub(crate) fn frame(&self, title: &str) -> Frame {
        let mut frame = self.desk.frame(title);
        frame.is_owner = true;
        frame
    }

    pub(crate) fn page(&self, status: StatusCode, frame: &Frame, template: &impl Template) -> Page {
        let mut page = self.desk.page(status, frame, template);
        self.owner.keep(self.visit(), &mut page);
        page
    }

    /// Go there, by GET.
    pub(crate) fn go(&self, path: &str) -> Page {
        let mut page = Page::see_other(path);
        self.owner.keep(self.visit(), &mut page);
        page
    }

    /// What a refused or lost call is told as.
    pub(crate) fn refused(&self, reply: &Reply) -> Notice {
        let w = self.words();
        let passing = crate::problem::is_passing(reply);
        let (tone, title) = match passing {
            true => (Tone::Careful, "run-not-done-now"),
            false => (Tone::Bad, "run-not-done"),
        };
        Notice::new(tone, w.say(title), Refusal::of(reply, w).text)
    }
}

/// An answer in the shape that was hoped for.
pub(crate) fn read<T: DeserializeOwned>(reply: &Reply) -> Option<T> {
    reply
        .is_fine()
        .then(|| serde_json::from_value(reply.json.clone()).ok())
        .flatten()
}

/// Nobody is logged in: a page is come back to, a form is kept.
fn absent<A: Api>(desk: &Desk<'_, A>) -> Page {
    if desk.visit.is_post() {
        again(desk, StatusCode::UNAUTHORIZED, None, true)
    } else {
        login::first(desk)
    }
}

async fn enter<'d, 'a, A: Api>(desk: &'d Desk<'a, A>) -> Result<Seat<'d, 'a, A>, Page> {
    let body = json!({
        "loginId": phone::tidy(&desk.visit.typed(AGAIN_ID)),
        "password": desk.visit.typed(AGAIN_PASSWORD),
    });
    let call = Call::post("/api/users/login", body, desk.language());
    let reply = desk.api.call(call).await;
    match Owner::entered(&reply.json["tokens"]).filter(|_| reply.is_fine()) {
        Some(owner) => Ok(Seat { desk, owner }),
        None => {
            let w = desk.words;
            let text = Refusal::of(&reply, w).text;
            let notice = Notice::new(Tone::Bad, w.say("login-refused"), text);
            Err(again(desk, reply.status, Some(notice), true))
        }
    }
}

/// The form behind a login, or behind one more press. Passwords are typed anew.
fn again<A: Api>(
    desk: &Desk<'_, A>,
    status: StatusCode,
    notice: Option<Notice>,
    login: bool,
) -> Page {
    let (w, visit) = (desk.words, desk.visit);
    let kept = form_urlencoded::parse(visit.form.as_bytes())
        .filter(|(name, _)| {
            name != "csrf" && !name.starts_with("again-") && !name.contains("assword")
        })
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let title = w.say(if login {
        "login-ended"
    } else {
        "message-forged"
    });
    let text = w.say(if login {
        "acc-again-text"
    } else {
        "acc-again-forged"
    });
    let frame = desk.frame(&title);
    let fields = vec![
        Field {
            name: AGAIN_ID,
            kind: "text",
            label: w.say("login-id"),
            value: visit.typed(AGAIN_ID),
            autocomplete: "username",
            longest: 254,
            has_focus: true,
            ..Field::default()
        },
        Field {
            name: AGAIN_PASSWORD,
            kind: "password",
            label: w.say("login-password"),
            autocomplete: "current-password",
            longest: 200,
            ..Field::default()
        },
    ];
    let template = Again {
        frame: &frame,
        w,
        action: match visit.query.as_str() {
            "" => visit.path.clone(),
            query => format!("{}?{query}", visit.path),
        },
        notice: Some(notice.unwrap_or_else(|| Notice::new(Tone::Plain, title, text))),
        kept,
        fields: if login { fields } else { Vec::new() },
    };
    desk.page(status, &frame, &template)
}
