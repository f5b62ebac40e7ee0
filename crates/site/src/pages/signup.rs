//! `/signup`: the business number, the shop, the person. One question at a time, resumable until the last.

use super::Desk;
use crate::api::{Api, Call, Reply};
use crate::cookies::{self, Cookie};
use crate::form::Guard;
use crate::frame::Frame;
use crate::parts::{Choice, Field, Notice, Tone};
use crate::phone;
use crate::problem::{Refusal, is_passing};
use crate::session;
use crate::visit::{Page, Visit};
use crate::words::{Language, Words};
use askama::Template;
use http::StatusCode;
use serde_json::{Value, json};

const COOKIE: &str = "signup";
const PATH: &str = "/signup";
const DAY: u32 = 24 * 3600;
/// Bytes of one answer that is carried on; a cookie holds four thousand.
const LONGEST: usize = 300;

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

struct StepMark {
    number: u8,
    name: String,
    is_done: bool,
    is_now: bool,
}

/// What was answered so far; kept in a cookie that only goes to this page. Never a password.
#[derive(Debug, Clone, Default)]
struct Answers(Vec<(String, String)>);

const KEPT: [&str; 8] = [
    "businessNumber",
    "standing",
    "storeName",
    "industry",
    "region",
    "address",
    "businessHours",
    "storePhone",
];

impl Answers {
    fn of(visit: &Visit) -> Self {
        let text = cookies::read(visit, COOKIE, PATH).unwrap_or_default();
        let known = form_urlencoded::parse(text.as_bytes())
            .filter(|(name, _)| KEPT.contains(&name.as_ref()))
            .map(|(name, value)| (name.into_owned(), value.into_owned()));
        Self(known.collect())
    }

    fn get(&self, name: &str) -> String {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    }

    fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(known, _)| known != name);
        let mut end = value.len().min(LONGEST);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        self.0.push((name.to_owned(), value[..end].to_owned()));
    }

    fn keep(&self, visit: &Visit, page: &mut Page, life: u32) {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(&self.0);
        let cookie = Cookie {
            name: COOKIE,
            value: &text.finish(),
            path: PATH,
            life: Some(life),
        };
        page.cookie(&cookie.text(visit));
    }

    /// The first step that is not answered yet.
    fn next(&self) -> u8 {
        if self.get("businessNumber").is_empty() {
            1
        } else if ["storeName", "industry", "region", "address"]
            .iter()
            .any(|name| self.get(name).is_empty())
        {
            2
        } else {
            3
        }
    }
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

fn marks(step: u8, w: Words) -> Vec<StepMark> {
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
fn pending(step: u8, answers: &Answers, w: Words) -> Option<Notice> {
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

fn number(answers: &Answers, refusal: &Refusal, w: Words) -> Field {
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

fn shop(answers: &Answers, refusal: &Refusal, w: Words) -> [Field; 4] {
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

fn person(visit: &Visit, refusal: &Refusal, w: Words) -> Vec<Field> {
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

async fn named<A: Api>(desk: &Desk<'_, A>, what: &str) -> Vec<(String, String)> {
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

fn choice(
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
