//! The questions of a sign-up.

use super::Desk;
use super::signup_answers::Answers;
use crate::api::{Api, Call};
use crate::parts::{Choice, Field, Notice, Tone};
use crate::problem::Refusal;
use crate::visit::Visit;
use crate::words::{Language, Words};
use serde_json::Value;

/// One of the three steps, as the page marks it.
pub(super) struct StepMark {
    pub(super) number: u8,
    pub(super) name: String,
    pub(super) is_done: bool,
    pub(super) is_now: bool,
}

pub(super) fn marks(step: u8, w: Words) -> Vec<StepMark> {
    ["signup-step-1", "signup-step-2", "signup-step-3"]
        .into_iter()
        .zip(1..)
        .map(|(key, number)| StepMark {
            number,
            name: w.say(key),
            is_done: number < step,
            is_now: number == step,
        })
        .collect()
}

/// The tax office did not answer: signing up goes on, and the check is made later.
pub(super) fn pending(step: u8, answers: &Answers, w: Words) -> Option<Notice> {
    match (step, answers.get("standing").as_str()) {
        (2, "PENDING_REVIEW") => Some(Notice::new(
            Tone::Careful,
            w.say("signup-pending"),
            w.say("signup-pending-text"),
        )),
        (2, "VERIFIED") => Some(Notice::new(
            Tone::Good,
            w.say("signup-verified"),
            String::new(),
        )),
        _ => None,
    }
}

pub(super) fn number(answers: &Answers, refusal: &Refusal, w: Words) -> Field {
    Field {
        name: "businessNumber",
        kind: "text",
        label: w.say("signup-number"),
        hint: Some(w.say("signup-number-hint")),
        value: answers.get("businessNumber"),
        error: refusal
            .about("businessNumber")
            .or_else(|| refusal.about("store.businessNumber")),
        autocomplete: "off",
        inputmode: "numeric",
        longest: 20,
        is_code: true,
        ..Field::default()
    }
}

pub(super) fn shop(answers: &Answers, refusal: &Refusal, w: Words) -> [Field; 4] {
    let field =
        |name: &'static str, api: &str, label: &str, autocomplete, is_optional: bool| Field {
            name,
            kind: "text",
            label: w.say(label),
            value: answers.get(name),
            error: refusal.about(name).or_else(|| refusal.about(api)),
            autocomplete,
            longest: 100,
            optional: is_optional.then(|| w.say("field-optional")),
            ..Field::default()
        };
    let mut phone = field(
        "storePhone",
        "store.phone",
        "signup-store-phone",
        "off",
        true,
    );
    (phone.kind, phone.inputmode, phone.longest) = ("tel", "tel", 30);
    let mut hours = field(
        "businessHours",
        "store.businessHours",
        "signup-hours",
        "off",
        true,
    );
    hours.hint = Some(w.say("signup-hours-hint"));
    [
        field(
            "storeName",
            "store.name",
            "signup-store",
            "organization",
            false,
        ),
        field(
            "address",
            "store.address",
            "signup-address",
            "street-address",
            false,
        ),
        phone,
        hours,
    ]
}

pub(super) fn person(visit: &Visit, refusal: &Refusal, w: Words) -> Vec<Field> {
    let field = |name: &'static str, api: &str, label: &str, kind, autocomplete| Field {
        name,
        kind,
        label: w.say(label),
        value: if kind == "password" {
            String::new()
        } else {
            visit.typed(name)
        },
        error: refusal.about(api),
        autocomplete,
        longest: 254,
        ..Field::default()
    };
    let mut phone = field(
        "phone",
        "phoneNumber",
        "signup-phone",
        "tel",
        "tel-national",
    );
    (phone.inputmode, phone.longest) = ("tel", 30);
    let mut password = field(
        "password",
        "password",
        "login-password",
        "password",
        "new-password",
    );
    password.hint = Some(w.say("password-hint"));
    password.longest = 72;
    vec![
        field("name", "name", "signup-name", "text", "name"),
        phone,
        field("email", "email", "signup-email", "email", "email"),
        password,
    ]
}

pub(super) async fn named<A: Api>(desk: &Desk<'_, A>, what: &str) -> Vec<(String, String)> {
    let path = format!("/api/reference/{what}");
    let reply = desk.api.call(Call::get(path, desk.language())).await;
    let name = if desk.language() == Language::Korean {
        "ko"
    } else {
        "en"
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = reply.json["items"].as_array().into_iter().flatten();
    items
        .map(|item| (text(&item["code"]), text(&item[name])))
        .collect()
}

pub(super) fn choice(
    name: &'static str,
    label: &str,
    options: Vec<(String, String)>,
    answers: &Answers,
    refusal: &Refusal,
    w: Words,
) -> Choice {
    Choice {
        name,
        label: w.say(label),
        empty: w.say("signup-choose"),
        options,
        value: answers.get(name),
        error: refusal
            .about(name)
            .or_else(|| refusal.about(&format!("store.{name}"))),
    }
}
