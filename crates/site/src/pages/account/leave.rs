//! `/app/profile/delete`: the account and everything of it goes, after a password and a typed word.

use super::profile;
use crate::api::{Api, Call};
use crate::pages::confirm::{self, Question};
use crate::pages::message::{self, Saying};
use crate::pages::seat::Seat;
use crate::parts::{Field, Notice};
use crate::problem::Refusal;
use crate::session;
use crate::visit::Page;
use http::{Method, StatusCode};
use serde_json::json;

/// The question, or what its answer came to.
pub(super) async fn answer<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Page, Page> {
    let w = seat.words();
    if !seat.visit().is_post() {
        return Ok(ask(seat, StatusCode::OK, None, &Refusal::default()));
    }
    let mut refusal = Refusal::default();
    if seat.visit().typed("word").trim() != w.say("acc-leave-word") {
        refusal.add("word", w.say("acc-leave-word-wrong"));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(ask(seat, status, None, &refusal));
    }
    // The password is checked where passwords are: by logging in. What that opens goes with the account.
    let email = profile::email(seat).await?;
    let body = json!({ "loginId": email, "password": seat.visit().typed("currentPassword") });
    let call = Call::post("/api/users/login", body, seat.desk.language());
    let proof = seat.desk.api.call(call).await;
    if proof.status == StatusCode::UNAUTHORIZED {
        refusal.add("currentPassword", w.say("acc-leave-password-wrong"));
        return Ok(ask(seat, StatusCode::UNPROCESSABLE_ENTITY, None, &refusal));
    }
    if !proof.is_fine() {
        let notice = seat.refused(&proof);
        return Ok(ask(seat, proof.status, Some(notice), &refusal));
    }
    let call = Call::new(Method::DELETE, "/api/users/me", seat.desk.language());
    let reply = seat.call(call).await?;
    if !reply.is_fine() {
        let notice = seat.refused(&reply);
        return Ok(ask(seat, reply.status, Some(notice), &refusal));
    }
    let mut page = message::show(
        seat.desk,
        Saying {
            status: StatusCode::OK,
            icon: "check",
            heading: w.say("acc-left"),
            text: w.say("acc-left-text"),
            again: None,
            links: vec![("/signup".to_owned(), w.say("login-to-signup"))],
        },
    );
    session::forget(seat.visit(), &mut page);
    Ok(page)
}

fn ask<A: Api>(
    seat: &Seat<'_, '_, A>,
    status: StatusCode,
    notice: Option<Notice>,
    refusal: &Refusal,
) -> Page {
    let w = seat.words();
    let word = w.say("acc-leave-word");
    let question = Question {
        icon: "trash",
        heading: w.say("acc-leave-title"),
        lead: w.say("withdraw-lead"),
        points: ["acc-leave-1", "acc-leave-2", "acc-leave-3", "acc-leave-4"]
            .iter()
            .map(|key| w.say(key))
            .collect(),
        notice,
        action: "/app/profile/delete".to_owned(),
        fields: vec![
            Field {
                name: "currentPassword",
                kind: "password",
                label: w.say("login-password"),
                error: refusal.about("currentPassword"),
                autocomplete: "current-password",
                longest: 200,
                ..Field::default()
            },
            Field {
                name: "word",
                kind: "text",
                label: w.one("acc-leave-type", "word", word.as_str()),
                value: seat.visit().typed("word"),
                error: refusal.about("word"),
                autocomplete: "off",
                longest: 30,
                ..Field::default()
            },
        ],
        send: w.say("acc-leave-send"),
        is_danger: true,
        back: ("/app/profile".to_owned(), w.say("acc-leave-keep")),
        ..Question::default()
    };
    confirm::show(seat, status, &question)
}
