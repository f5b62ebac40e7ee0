//! `/wins/{token}`: whether a message about a prize is genuine, and claiming the prize with a code to the phone.

use super::running::Tax;
use super::{Desk, message};
use crate::api::{Api, Call, Reply};
use crate::form::Guard;
use crate::frame::Frame;
use crate::pages::receipt_view::grouped;
use crate::parts::{Field, Notice, Tone};
use crate::phone;
use crate::problem::Refusal;
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

/// A win's page, by the token of its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Win {
    Shown(String),
    Code(String),
    Claim(String),
}

impl Win {
    /// The page of a path's parts, if it is one of these.
    pub fn find(parts: &[&str]) -> Option<Self> {
        let is_token = |text: &str| {
            (1..=160).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
        };
        match parts {
            ["wins", token] if is_token(token) => Some(Self::Shown((*token).to_owned())),
            ["wins", token, "code"] if is_token(token) => Some(Self::Code((*token).to_owned())),
            ["wins", token, "claim"] if is_token(token) => Some(Self::Claim((*token).to_owned())),
            _ => None,
        }
    }

    /// As logs and meters call it.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Shown(_) => "/wins/{token}",
            Self::Code(_) => "/wins/{token}/code",
            Self::Claim(_) => "/wins/{token}/claim",
        }
    }

    /// Whether a form may be sent there.
    pub fn takes_forms(&self) -> bool {
        !self.is_shown()
    }

    /// Whether there is anything to look at.
    pub fn is_shown(&self) -> bool {
        matches!(self, Self::Shown(_))
    }
}

/// A win as its signed page tells it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WinPage {
    store_name: String,
    event_title: String,
    event_code: String,
    draw_id: String,
    entry_number: String,
    prize: Option<String>,
    state: String,
    claim_by: String,
    expired: bool,
    claim_online: bool,
    tax: Option<Tax>,
}

#[derive(Template)]
#[template(path = "win.html")]
struct Shown<'a> {
    frame: &'a Frame,
    w: Words,
    win: &'a WinPage,
    heading: String,
    lead: String,
    number: String,
    notices: Vec<Notice>,
    deadline: String,
    tax: Option<String>,
    /// Whether a code is asked for, or typed in.
    can_claim: bool,
    has_code: bool,
    in_shop: bool,
    code: Field,
    delivery: Vec<Field>,
    has_delivery: bool,
    token: &'a str,
}

/// What a form came to.
#[derive(Default)]
struct Outcome {
    notices: Vec<Notice>,
    refusal: Refusal,
    has_code: bool,
    status: Option<StatusCode>,
}

/// The page.
pub(crate) async fn answer<A: Api>(desk: &Desk<'_, A>, page: Win) -> Page {
    match page {
        Win::Shown(token) => show(desk, &token, Outcome::default()).await,
        Win::Code(token) => send_code(desk, &token).await,
        Win::Claim(token) => claim(desk, &token).await,
    }
}

async fn send_code<A: Api>(desk: &Desk<'_, A>, token: &str) -> Page {
    let w = desk.words;
    if !Guard::of(desk.visit).allows(desk.visit) {
        return message::forged(desk, &format!("/wins/{token}"));
    }
    let path = format!("/api/public/wins/{token}/code");
    let call = Call::post(path, json!({}), desk.language());
    let reply = desk.api.call(call).await;
    // One that was sent a moment ago is still good.
    let has_code = reply.is_fine() || reply.status == StatusCode::TOO_MANY_REQUESTS;
    let notice = match reply.is_fine() {
        true => Notice::new(
            Tone::Good,
            w.say("acc-win-sent"),
            w.say("acc-win-sent-text"),
        ),
        false => refused(&reply, w),
    };
    let outcome = Outcome {
        notices: vec![notice],
        has_code,
        status: (!reply.is_fine()).then_some(reply.status),
        ..Outcome::default()
    };
    show(desk, token, outcome).await
}

async fn claim<A: Api>(desk: &Desk<'_, A>, token: &str) -> Page {
    let (w, visit) = (desk.words, desk.visit);
    if !Guard::of(visit).allows(visit) {
        return message::forged(desk, &format!("/wins/{token}"));
    }
    let typed = |name: &str| visit.typed(name).trim().to_owned();
    let mut body = json!({ "code": typed("code") });
    if ["recipient", "deliveryPhone", "postcode", "address", "memo"]
        .iter()
        .any(|name| !typed(name).is_empty())
    {
        let mut delivery = json!({ "recipient": typed("recipient"), "address": typed("address") });
        for (name, value) in [
            ("phoneNumber", phone::tidy(&typed("deliveryPhone"))),
            ("postcode", typed("postcode")),
            ("memo", typed("memo")),
        ] {
            if !value.is_empty() {
                delivery[name] = value.into();
            }
        }
        body["delivery"] = delivery;
    }
    let path = format!("/api/public/wins/{token}/claim");
    let reply = desk.api.call(Call::post(path, body, desk.language())).await;
    if reply.is_fine() {
        return Page::see_other(&format!("/wins/{token}?claimed=1"));
    }
    let refusal = Refusal::of(&reply, w);
    let notices = match refusal.has_fields() {
        true => vec![Notice::new(
            Tone::Careful,
            w.say("join-check"),
            w.say("join-check-text"),
        )],
        false => vec![refused(&reply, w)],
    };
    let outcome = Outcome {
        notices,
        refusal,
        has_code: true,
        status: Some(reply.status),
    };
    show(desk, token, outcome).await
}

fn refused(reply: &Reply, w: Words) -> Notice {
    let tone = match crate::problem::is_passing(reply) {
        true => Tone::Careful,
        false => Tone::Bad,
    };
    Notice::new(tone, w.say("acc-win-refused"), Refusal::of(reply, w).text)
}

async fn show<A: Api>(desk: &Desk<'_, A>, token: &str, outcome: Outcome) -> Page {
    let path = format!("/api/public/wins/{token}");
    let reply = desk.api.call(Call::get(path, desk.language())).await;
    if reply.status == StatusCode::NOT_FOUND {
        return not_ours(desk);
    }
    let win: Option<WinPage> = serde_json::from_value(reply.json.clone()).ok();
    let Some(win) = win.filter(|_| reply.is_fine()) else {
        return desk.instead(&reply);
    };
    let (w, visit) = (desk.words, desk.visit);
    let mut notices = outcome.notices;
    if visit.asked("claimed").is_some() && matches!(win.state.as_str(), "CLAIMED" | "HANDED_OVER") {
        notices.push(Notice::new(
            Tone::Good,
            w.say("acc-win-done"),
            w.one("acc-win-done-text", "store", win.store_name.as_str()),
        ));
    }
    let frame = desk.frame(&w.say("acc-win-title"));
    let wrong = |field: &str| outcome.refusal.about(field);
    let is_open = matches!(win.state.as_str(), "DRAWN" | "CONTACTED") && !win.expired;
    let delivery = delivery(desk, &wrong);
    let template = Shown {
        frame: &frame,
        w,
        heading: heading(&win, w),
        lead: match win.state.as_str() {
            "FORFEITED" => w.say("acc-win-forfeited-text"),
            _ => w.one("acc-win-genuine", "store", win.store_name.as_str()),
        },
        number: grouped(&win.entry_number),
        notices,
        deadline: times::parse(&win.claim_by)
            .map_or_else(String::new, |by| times::moment(by, visit.now, w.0)),
        tax: win.tax.as_ref().map(|tax| tax.told(w)),
        can_claim: is_open && win.claim_online,
        has_code: outcome.has_code || visit.asked("code").is_some(),
        in_shop: is_open && !win.claim_online,
        code: Field {
            name: "code",
            kind: "text",
            label: w.say("acc-win-code"),
            hint: Some(w.say("acc-win-code-hint")),
            error: wrong("code"),
            autocomplete: "one-time-code",
            inputmode: "numeric",
            longest: 12,
            is_code: true,
            ..Field::default()
        },
        has_delivery: delivery
            .iter()
            .any(|field| !field.value.is_empty() || field.error.is_some()),
        delivery,
        token,
        win: &win,
    };
    let status = outcome.status.unwrap_or(StatusCode::OK);
    desk.page(status, &frame, &template)
}

fn heading(win: &WinPage, w: Words) -> String {
    match (win.state.as_str(), win.expired) {
        ("FORFEITED", _) => w.say("acc-win-forfeited"),
        ("HANDED_OVER", _) => w.say("acc-win-handed"),
        ("CLAIMED", _) => w.say("acc-win-claimed"),
        (_, true) => w.say("acc-win-expired"),
        _ => w.say("receipt-won"),
    }
}

fn delivery<A: Api>(desk: &Desk<'_, A>, wrong: &impl Fn(&str) -> Option<String>) -> Vec<Field> {
    let w = desk.words;
    [
        (
            "recipient",
            "recipient",
            "run-delivery-who",
            "name",
            "text",
            50,
        ),
        (
            "deliveryPhone",
            "phoneNumber",
            "run-phone",
            "tel",
            "tel",
            30,
        ),
        (
            "postcode",
            "postcode",
            "run-delivery-postcode",
            "postal-code",
            "text",
            5,
        ),
        (
            "address",
            "address",
            "signup-address",
            "street-address",
            "text",
            200,
        ),
        ("memo", "memo", "run-delivery-memo", "off", "text", 100),
    ]
    .into_iter()
    .map(|(name, field, label, autocomplete, kind, longest)| Field {
        name,
        kind,
        label: w.say(label),
        value: desk.visit.typed(name),
        error: wrong(&format!("delivery.{field}")),
        autocomplete,
        longest,
        // Needed only where the prize is sent; the API says what is missing then.
        optional: Some(w.say("field-optional")),
        ..Field::default()
    })
    .collect()
}

/// A token that is none of ours: then the message is not genuine either.
fn not_ours<A: Api>(desk: &Desk<'_, A>) -> Page {
    let w = desk.words;
    message::show(
        desk,
        message::Saying {
            status: StatusCode::NOT_FOUND,
            icon: "alert",
            heading: w.say("acc-win-fake"),
            text: w.say("acc-win-fake-text"),
            again: None,
            links: vec![("/e".to_owned(), w.say("message-to-code"))],
        },
    )
}
