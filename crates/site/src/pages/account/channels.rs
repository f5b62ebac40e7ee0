//! `/app/channels`: which channels speak for the shop, connecting one, and letting it go.

use crate::api::{Api, Call, Reply};
use crate::figures::coded;
use crate::frame::Frame;
use crate::pages::confirm::{self, Question};
use crate::pages::seat::Seat;
use crate::parts::{Field, Notice, Tone};
use crate::problem::Refusal;
use crate::times;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// Every channel there is.
pub(super) const CODES: [&str; 6] = [
    "URIDONGNE_TV",
    "RINGO_BIZ",
    "GENIE_TV",
    "INSTAGRAM",
    "NAVER",
    "KAKAO",
];

#[derive(Debug, Clone, Deserialize)]
struct Listed {
    items: Vec<Channel>,
    #[serde(default)]
    sandbox: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Channel {
    channel: String,
    mode: String,
    configured: bool,
    connected: bool,
    state: String,
    account_name: Option<String>,
    expires_at: Option<String>,
    #[serde(default)]
    breaker: String,
}

#[derive(Template)]
#[template(path = "account/channels.html")]
struct Channels<'a> {
    frame: &'a Frame,
    w: Words,
    notice: Option<Notice>,
    is_practice: bool,
    rows: Vec<Row>,
}

struct Row {
    code: String,
    name: String,
    state: String,
    tone: &'static str,
    notes: Vec<String>,
    can_disconnect: bool,
    connect: String,
}

/// The channels.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Page, Page> {
    let listed: Listed = seat.get("/api/channels").await?;
    let w = seat.words();
    let notice = match seat.visit().asked("done").as_deref() {
        Some("connected") => Some("acc-connected"),
        Some("disconnected") => Some("acc-disconnected"),
        _ => None,
    };
    let frame = seat.frame(&w.say("acc-channels"));
    let template = Channels {
        frame: &frame,
        w,
        notice: notice.map(|key| Notice::new(Tone::Good, w.say(key), String::new())),
        is_practice: listed.sandbox,
        rows: listed.items.iter().map(|one| row(seat, one)).collect(),
    };
    Ok(seat.page(StatusCode::OK, &frame, &template))
}

fn row<A: Api>(seat: &Seat<'_, '_, A>, one: &Channel) -> Row {
    let w = seat.words();
    let mut notes = Vec::new();
    notes.extend(
        one.account_name
            .as_deref()
            .map(|name| w.one("acc-account", "name", name)),
    );
    if let Some(end) = one.expires_at.as_deref().and_then(times::parse) {
        let when = times::day(end, seat.visit().now, w.0);
        notes.push(w.one("acc-expires", "when", when));
    }
    if one.breaker == "OPEN" {
        notes.push(w.say("run-channel-resting"));
    }
    if one.mode == "ASSISTED" {
        notes.push(w.say("acc-assisted"));
    }
    if !one.configured {
        notes.push(w.say("acc-not-configured"));
    }
    Row {
        code: one.channel.clone(),
        name: coded(w, "run-name-", &one.channel),
        state: coded(w, "acc-state-", &one.state),
        tone: match one.state.as_str() {
            "CONNECTED" => "good",
            "EXPIRES_SOON" => "careful",
            "EXPIRED" => "bad",
            _ => "plain",
        },
        notes,
        // A practice connection is not the owner's to end.
        can_disconnect: one.connected && (one.account_name.is_some() || one.expires_at.is_some()),
        connect: w.say(match one.state.as_str() {
            "NOT_CONNECTED" => "acc-connect",
            _ => "acc-connect-again",
        }),
    }
}

/// What a channel needs: name in the form, message, whether it must be.
fn needs(code: &str) -> Vec<(&'static str, &'static str, bool)> {
    let name = ("accountName", "acc-f-accountName", false);
    match code {
        "INSTAGRAM" => vec![
            name,
            ("accountId", "acc-f-accountId", true),
            ("accessToken", "acc-f-accessToken", true),
        ],
        "NAVER" => vec![
            name,
            ("accountId", "acc-f-cafe", true),
            ("boardId", "acc-f-boardId", true),
            ("accessToken", "acc-f-accessToken", true),
            ("refreshToken", "acc-f-refreshToken", false),
        ],
        "KAKAO" => vec![
            name,
            ("accountId", "acc-f-kakao", true),
            ("optOutNumber", "acc-f-optOutNumber", true),
        ],
        "RINGO_BIZ" => vec![
            name,
            ("businessNumber", "signup-number", true),
            ("phoneNumbers", "acc-f-phoneNumbers", true),
        ],
        _ => vec![name, ("businessNumber", "signup-number", true)],
    }
}

/// The form of one channel.
pub(super) async fn ask<A: Api>(seat: &mut Seat<'_, '_, A>, code: &str) -> Result<Page, Page> {
    Ok(form(seat, code, StatusCode::OK, None, &Refusal::default()))
}

/// Connects it, in the place of an earlier connection.
pub(super) async fn connect<A: Api>(seat: &mut Seat<'_, '_, A>, code: &str) -> Result<Page, Page> {
    let mut body = json!({});
    for (name, ..) in needs(code) {
        let typed = seat.visit().typed(name).trim().to_owned();
        if typed.is_empty() {
            continue;
        }
        body[name] = match name {
            "phoneNumbers" => typed
                .split([',', ' ', '\n'])
                .map(str::trim)
                .filter(|number| !number.is_empty())
                .map(|number| Value::from(number.to_owned()))
                .collect(),
            _ => typed.into(),
        };
    }
    let path = format!("/api/channels/{code}/connection");
    let call = Call::new(Method::PUT, path, seat.desk.language()).body(body);
    let reply: Reply = seat.call(call).await?;
    if reply.is_fine() {
        return Ok(seat.go("/app/channels?done=connected"));
    }
    let refusal = Refusal::of(&reply, seat.words());
    let notice = (!refusal.has_fields()).then(|| seat.refused(&reply));
    Ok(form(seat, code, reply.status, notice, &refusal))
}

fn form<A: Api>(
    seat: &Seat<'_, '_, A>,
    code: &str,
    status: StatusCode,
    notice: Option<Notice>,
    refusal: &Refusal,
) -> Page {
    let w = seat.words();
    let name = coded(w, "run-name-", code);
    let fields = needs(code)
        .into_iter()
        .map(|(field, label, must)| {
            // A key is never put back into a page.
            let is_secret = field.ends_with("Token");
            Field {
                name: field,
                kind: if is_secret { "password" } else { "text" },
                label: w.say(label),
                value: match is_secret {
                    true => String::new(),
                    false => seat.visit().typed(field),
                },
                error: refusal.about(field),
                autocomplete: "off",
                longest: 4000,
                optional: (!must).then(|| w.say("field-optional")),
                ..Field::default()
            }
        })
        .collect();
    let question = Question {
        icon: "phone",
        heading: w.one("acc-connect-title", "channel", name),
        lead: w.say(&format!("{}{code}", "acc-how-")),
        notice,
        action: format!("/app/channels/{code}"),
        fields,
        send: w.say("acc-connect-send"),
        back: ("/app/channels".to_owned(), w.say("run-back")),
        ..Question::default()
    };
    confirm::show(seat, status, &question)
}

/// Asks, then lets a connection go.
pub(super) async fn disconnect<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    code: &str,
) -> Result<Page, Page> {
    let w = seat.words();
    let mut status = StatusCode::OK;
    let mut notice = None;
    if seat.visit().is_post() {
        let path = format!("/api/channels/{code}/connection");
        let call = Call::new(Method::DELETE, path, seat.desk.language());
        let reply = seat.call(call).await?;
        if reply.is_fine() || reply.status == StatusCode::NOT_FOUND {
            return Ok(seat.go("/app/channels?done=disconnected"));
        }
        status = reply.status;
        notice = Some(seat.refused(&reply));
    }
    let question = Question {
        icon: "alert",
        heading: w.one(
            "acc-disconnect-title",
            "channel",
            coded(w, "run-name-", code),
        ),
        points: ["acc-disconnect-1", "acc-disconnect-2"]
            .iter()
            .map(|key| w.say(key))
            .collect(),
        notice,
        action: format!("/app/channels/{code}/disconnect"),
        send: w.say("acc-disconnect-send"),
        is_danger: true,
        back: ("/app/channels".to_owned(), w.say("withdraw-keep")),
        ..Question::default()
    };
    Ok(confirm::show(seat, status, &question))
}
