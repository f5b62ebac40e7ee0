//! `/signup`: the business number, the shop, the person. One question at a time, resumable until the last.

use super::Desk;
use super::signup_answers::{Answers, DAY, KEPT, PATH};
use super::signup_fields::{StepMark, choice, marks, named, number, pending, person, shop};
use crate::api::{Api, Call, Reply};
use crate::form::Guard;
use crate::frame::Frame;
use crate::parts::{Choice, Field, Notice, Tone};
use crate::phone;
use crate::problem::{Refusal, is_passing};
use crate::session;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::StatusCode;
use serde_json::json;

#[derive(Template)]
#[template(path = "signup.html")]
struct Signup<'a> {
    frame: &'a Frame,
    w: Words,
    step: u8,
    steps: Vec<StepMark>,
    of_three: String,
    is_first: bool,
    heading: String,
    lead: String,
    notice: Option<Notice>,
    fields: Vec<Field>,
    choices: Vec<Choice>,
    last: Vec<Field>,
    send: String,
}

/// The step that was asked for, or the first that is open.
pub(crate) async fn show<A: Api>(desk: &Desk<'_, A>) -> Page {
    let answers = Answers::of(desk.visit);
    let asked = desk.visit.asked("step").and_then(|step| step.parse().ok());
    let step = asked.unwrap_or(3).clamp(1, answers.next());
    render(desk, StatusCode::OK, step, &answers, Trouble::default()).await
}

#[derive(Default)]
struct Trouble {
    notice: Option<Notice>,
    refusal: Refusal,
    same_try: bool,
}

impl Trouble {
    fn of(reply: &Reply, w: Words) -> Self {
        let refusal = Refusal::of(reply, w);
        let (tone, title) = match is_passing(reply) {
            true => (Tone::Careful, "join-busy"),
            false => (Tone::Bad, "join-check"),
        };
        Self {
            notice: Some(Notice::new(tone, w.say(title), refusal.text.clone())),
            same_try: is_passing(reply),
            refusal,
        }
    }
}

/// Takes a step's answers.
pub(crate) async fn send<A: Api>(desk: &Desk<'_, A>) -> Page {
    let w = desk.words;
    let mut answers = Answers::of(desk.visit);
    let step = desk.visit.typed("step").parse().unwrap_or(1);
    for name in KEPT.iter().filter(|name| **name != "standing") {
        if desk.visit.form.contains(*name) {
            answers.set(name, desk.visit.typed(name).trim());
        }
    }
    if !Guard::of(desk.visit).allows(desk.visit) {
        let trouble = Trouble {
            notice: Some(Notice::new(
                Tone::Bad,
                w.say("message-forged"),
                w.say("message-forged-text"),
            )),
            ..Trouble::default()
        };
        return render(desk, StatusCode::FORBIDDEN, step, &answers, trouble).await;
    }
    match step {
        1 => business(desk, answers).await,
        2 => store(desk, answers).await,
        _ => register(desk, answers).await,
    }
}

async fn business<A: Api>(desk: &Desk<'_, A>, mut answers: Answers) -> Page {
    let w = desk.words;
    let body = json!({ "businessNumber": answers.get("businessNumber") });
    let call = Call::post("/api/users/business-numbers/verify", body, desk.language());
    let reply = desk.api.call(call).await;
    if !reply.is_fine() {
        let trouble = Trouble::of(&reply, w);
        return render(desk, reply.status, 1, &answers, trouble).await;
    }
    let standing = reply.json["status"].as_str().unwrap_or_default();
    let refused = match standing {
        "SUSPENDED" => "signup-suspended",
        "CLOSED" => "signup-closed",
        "NOT_REGISTERED" => "signup-not-registered",
        _ => {
            answers.set("standing", standing);
            return on(desk, &answers, 2);
        }
    };
    let mut trouble = Trouble::default();
    trouble.refusal.add("businessNumber", w.say(refused));
    render(desk, StatusCode::UNPROCESSABLE_ENTITY, 1, &answers, trouble).await
}

async fn store<A: Api>(desk: &Desk<'_, A>, answers: Answers) -> Page {
    let w = desk.words;
    let mut trouble = Trouble::default();
    for (name, key) in [
        ("storeName", "signup-store-missing"),
        ("industry", "signup-industry-missing"),
        ("region", "signup-region-missing"),
        ("address", "signup-address-missing"),
    ] {
        if answers.get(name).is_empty() {
            trouble.refusal.add(name, w.say(key));
        }
    }
    if trouble.refusal.has_fields() {
        return render(desk, StatusCode::UNPROCESSABLE_ENTITY, 2, &answers, trouble).await;
    }
    on(desk, &answers, 3)
}

async fn register<A: Api>(desk: &Desk<'_, A>, answers: Answers) -> Page {
    let w = desk.words;
    if answers.next() < 3 {
        return on(desk, &answers, answers.next());
    }
    let typed = |name: &str| desk.visit.typed(name);
    let mut store = json!({
        "name": answers.get("storeName"),
        "industry": answers.get("industry"),
        "region": answers.get("region"),
        "address": answers.get("address"),
        "businessNumber": answers.get("businessNumber"),
    });
    for (field, name) in [("businessHours", "businessHours"), ("phone", "storePhone")] {
        if !answers.get(name).is_empty() {
            store[field] = answers.get(name).into();
        }
    }
    let body = json!({
        "email": typed("email").trim(),
        "phoneNumber": phone::tidy(&typed("phone")),
        "password": typed("password"),
        "name": typed("name").trim(),
        "store": store,
    });
    let mut call = Call::post("/api/users/register", body, desk.language());
    if let Some(key) = Guard::sent_key(desk.visit) {
        call = call.key(key);
    }
    let reply = desk.api.call(call).await;
    if reply.is_fine() {
        let mut page = Page::see_other("/app?welcome=1");
        session::enter(desk.visit, &mut page, &reply.json["tokens"]);
        Answers::default().keep(desk.visit, &mut page, 0);
        return page;
    }
    let mut trouble = Trouble::of(&reply, w);
    for (code, field) in [("EMAIL_TAKEN", "email"), ("PHONE_TAKEN", "phoneNumber")] {
        if trouble.refusal.code == code {
            let text = trouble.refusal.text.clone();
            trouble.refusal.add(field, text);
            trouble.notice = Some(
                Notice::new(Tone::Bad, w.say("signup-known"), w.say("signup-known-text"))
                    .link("/login", w.say("signup-to-login")),
            );
        }
    }
    // What is wrong further up is shown where it was asked.
    let step = match trouble.refusal.code.as_str() {
        "BUSINESS_NUMBER_TAKEN"
        | "BUSINESS_NOT_REGISTERED"
        | "BUSINESS_SUSPENDED"
        | "BUSINESS_CLOSED" => {
            let text = trouble.refusal.text.clone();
            trouble.refusal.add("businessNumber", text);
            trouble.notice = None;
            1
        }
        _ if trouble.refusal.about("store.businessNumber").is_some() => 1,
        _ if [
            "store.name",
            "store.industry",
            "store.region",
            "store.address",
            "store.phone",
            "store.businessHours",
        ]
        .iter()
        .any(|field| trouble.refusal.about(field).is_some()) =>
        {
            2
        }
        _ => 3,
    };
    render(desk, reply.status, step, &answers, trouble).await
}

fn on<A: Api>(desk: &Desk<'_, A>, answers: &Answers, step: u8) -> Page {
    let mut page = Page::see_other(&format!("{PATH}?step={step}"));
    answers.keep(desk.visit, &mut page, DAY);
    page
}

async fn render<A: Api>(
    desk: &Desk<'_, A>,
    status: StatusCode,
    step: u8,
    answers: &Answers,
    trouble: Trouble,
) -> Page {
    let w = desk.words;
    let mut frame = desk.frame(&w.say("signup-title"));
    if trouble.same_try {
        frame.guard = frame.guard.with_key_of(desk.visit);
    }
    let mut form = Signup {
        frame: &frame,
        w,
        step,
        steps: marks(step, w),
        of_three: w.one("signup-of-three", "n", step),
        is_first: step == 1,
        heading: w.say(match step {
            1 => "signup-1",
            2 => "signup-2",
            _ => "signup-3",
        }),
        lead: w.say(match step {
            1 => "signup-1-lead",
            2 => "signup-2-lead",
            _ => "signup-3-lead",
        }),
        notice: trouble.notice.or_else(|| pending(step, answers, w)),
        fields: Vec::new(),
        choices: Vec::new(),
        last: Vec::new(),
        send: w.say(if step == 3 {
            "signup-send"
        } else {
            "signup-next"
        }),
    };
    match step {
        1 => form.fields = vec![number(answers, &trouble.refusal, w)],
        2 => {
            let (industries, regions) =
                tokio::join!(named(desk, "industries"), named(desk, "regions"));
            let all = shop(answers, &trouble.refusal, w);
            let mut all = all.into_iter();
            form.fields = all.by_ref().take(1).collect();
            form.last = all.collect();
            form.choices = vec![
                choice(
                    "industry",
                    "signup-industry",
                    industries,
                    answers,
                    &trouble.refusal,
                    w,
                ),
                choice(
                    "region",
                    "signup-region",
                    regions,
                    answers,
                    &trouble.refusal,
                    w,
                ),
            ];
        }
        _ => form.fields = person(desk.visit, &trouble.refusal, w),
    }
    let mut page = desk.page(status, &frame, &form);
    if desk.visit.is_post() {
        answers.keep(desk.visit, &mut page, DAY);
    }
    page
}
