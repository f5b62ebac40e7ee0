//! `/app/profile` and `/app/profile/store`: who the owner is, and the shop.

use crate::api::{Api, Call};
use crate::figures::coded;
use crate::frame::Frame;
use crate::pages::seat::{Seat, read};
use crate::parts::{Choice, Field, Notice, Tone};
use crate::phone;
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::{Language, Words};
use askama::Template;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    name: String,
    email: String,
    /// Masked.
    phone_number: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Store {
    name: String,
    industry: String,
    region: String,
    address: String,
    business_number: String,
    business_hours: Option<String>,
    verification: String,
    /// Masked.
    phone: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Codes {
    items: Vec<Code>,
}

#[derive(Debug, Clone, Deserialize)]
struct Code {
    code: String,
    ko: String,
    en: String,
}

#[derive(Template)]
#[template(path = "account/profile.html")]
struct Profile<'a> {
    frame: &'a Frame,
    w: Words,
    notices: Vec<Notice>,
    fields: Vec<Field>,
    seen: String,
    store: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "account/store.html")]
struct StorePage<'a> {
    frame: &'a Frame,
    w: Words,
    notice: Option<Notice>,
    first: Field,
    choices: Vec<Choice>,
    last: Vec<Field>,
    seen: String,
    number: String,
}

/// Who the owner is.
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Page, Page> {
    let w = seat.words();
    let notice = match seat.visit().asked("done").as_deref() {
        Some("person" | "store") => Some("acc-saved"),
        Some("password") => Some("acc-password-done"),
        _ => None,
    };
    let notice = notice.map(|key| Notice::new(Tone::Good, w.say(key), String::new()));
    person(seat, StatusCode::OK, notice, None).await
}

/// Saves name, e-mail or phone.
pub(super) async fn send_person<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Page, Page> {
    let before: Person = seat.get("/api/users/me").await?;
    let (w, visit) = (seat.words(), seat.visit());
    if changed_elsewhere(seat, &seen_person(&before)) {
        let notice = newer(w);
        return person(
            seat,
            StatusCode::PRECONDITION_FAILED,
            Some(notice),
            Some(Refusal::default()),
        )
        .await;
    }
    let typed = |name: &str| visit.typed(name).trim().to_owned();
    let mut body = json!({});
    if typed("name") != before.name {
        body["name"] = typed("name").into();
    }
    if typed("email") != before.email {
        body["email"] = typed("email").into();
    }
    if !typed("phone").is_empty() {
        body["phoneNumber"] = phone::tidy(&typed("phone")).into();
    }
    if body == json!({}) {
        return Ok(seat.go("/app/profile"));
    }
    let password = visit.typed("currentPassword");
    if !password.is_empty() {
        body["currentPassword"] = password.into();
    }
    let call = Call::new(Method::PATCH, "/api/users/me", seat.desk.language()).body(body);
    let reply = seat.call(call).await?;
    if reply.is_fine() {
        return Ok(seat.go("/app/profile?done=person"));
    }
    let mut refusal = Refusal::of(&reply, w);
    let taken = match reply.code() {
        "EMAIL_TAKEN" => Some("email"),
        "PHONE_TAKEN" => Some("phoneNumber"),
        _ => None,
    };
    if let Some(field) = taken {
        let text = refusal.text.clone();
        refusal.add(field, text);
    }
    let notice = (!refusal.has_fields()).then(|| seat.refused(&reply));
    person(seat, reply.status, notice, Some(refusal)).await
}

async fn person<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    status: StatusCode,
    notice: Option<Notice>,
    refusal: Option<Refusal>,
) -> Result<Page, Page> {
    let me: Person = seat.get("/api/users/me").await?;
    let store: Option<Store> = seat.maybe("/api/users/me/store").await?;
    let (w, visit) = (seat.words(), seat.visit());
    let is_retry = refusal.is_some();
    let wrong = |field: &str| refusal.as_ref().and_then(|refusal| refusal.about(field));
    let value = |name: &str, now: &str| match is_retry {
        true => visit.typed(name),
        false => now.to_owned(),
    };
    let frame = seat.frame(&w.say("acc-profile"));
    let mut fields = vec![
        Field {
            name: "name",
            kind: "text",
            label: w.say("signup-name"),
            value: value("name", &me.name),
            error: wrong("name"),
            autocomplete: "name",
            longest: 50,
            ..Field::default()
        },
        Field {
            name: "email",
            kind: "email",
            label: w.say("signup-email"),
            value: value("email", &me.email),
            error: wrong("email"),
            autocomplete: "email",
            longest: 254,
            ..Field::default()
        },
        Field {
            name: "phone",
            kind: "tel",
            label: w.say("acc-new-phone"),
            hint: Some(w.one("acc-new-phone-hint", "now", me.phone_number.as_str())),
            value: value("phone", ""),
            error: wrong("phoneNumber"),
            autocomplete: "tel-national",
            inputmode: "tel",
            longest: 30,
            optional: Some(w.say("field-optional")),
            ..Field::default()
        },
    ];
    fields.push(Field {
        name: "currentPassword",
        kind: "password",
        label: w.say("acc-current"),
        hint: Some(w.say("acc-current-hint")),
        error: wrong("currentPassword"),
        autocomplete: "current-password",
        longest: 200,
        optional: Some(w.say("field-optional")),
        ..Field::default()
    });
    let template = Profile {
        frame: &frame,
        w,
        notices: notice.into_iter().collect(),
        fields,
        seen: seen_person(&me),
        store: store
            .as_ref()
            .map(|store| facts(store, w))
            .unwrap_or_default(),
    };
    Ok(seat.page(status, &frame, &template))
}

fn facts(store: &Store, w: Words) -> Vec<(String, String)> {
    let mut facts = vec![
        (w.say("signup-store"), store.name.clone()),
        (w.say("signup-number"), store.business_number.clone()),
        (
            w.say("acc-verification"),
            coded(w, "acc-verified-", &store.verification),
        ),
        (w.say("signup-address"), store.address.clone()),
    ];
    for (key, value) in [
        ("signup-hours", &store.business_hours),
        ("signup-store-phone", &store.phone),
    ] {
        facts.extend(value.clone().map(|value| (w.say(key), value)));
    }
    facts
}

/// The shop.
pub(super) async fn show_store<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Page, Page> {
    store(seat, StatusCode::OK, None, None).await
}

/// Saves the shop.
pub(super) async fn send_store<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Page, Page> {
    let before: Store = seat.get("/api/users/me/store").await?;
    let (w, visit) = (seat.words(), seat.visit());
    if changed_elsewhere(seat, &seen_store(&before)) {
        let status = StatusCode::PRECONDITION_FAILED;
        return store(seat, status, Some(newer(w)), Some(Refusal::default())).await;
    }
    let typed = |name: &str| visit.typed(name).trim().to_owned();
    let mut body = json!({});
    for (field, name, now) in [
        ("name", "storeName", &before.name),
        ("industry", "industry", &before.industry),
        ("region", "region", &before.region),
        ("address", "address", &before.address),
    ] {
        if typed(name) != *now {
            body[field] = typed(name).into();
        }
    }
    let hours = typed("businessHours");
    if hours != before.business_hours.clone().unwrap_or_default() {
        body["businessHours"] = match hours.as_str() {
            "" => Value::Null,
            _ => hours.into(),
        };
    }
    // The number is shown masked: an empty field leaves it as it is.
    if !typed("storePhone").is_empty() {
        body["phone"] = typed("storePhone").into();
    }
    if body == json!({}) {
        return Ok(seat.go("/app/profile"));
    }
    let call = Call::new(Method::PATCH, "/api/users/me/store", seat.desk.language()).body(body);
    let reply = seat.call(call).await?;
    if reply.is_fine() {
        return Ok(seat.go("/app/profile?done=store"));
    }
    let refusal = Refusal::of(&reply, w);
    let notice = (!refusal.has_fields()).then(|| seat.refused(&reply));
    store(seat, reply.status, notice, Some(refusal)).await
}

async fn store<A: Api>(
    seat: &mut Seat<'_, '_, A>,
    status: StatusCode,
    notice: Option<Notice>,
    refusal: Option<Refusal>,
) -> Result<Page, Page> {
    let now: Store = seat.get("/api/users/me/store").await?;
    let industries: Codes = seat.get("/api/reference/industries?limit=100").await?;
    let regions: Codes = seat.get("/api/reference/regions?limit=100").await?;
    let (w, visit) = (seat.words(), seat.visit());
    let is_retry = refusal.is_some();
    let wrong = |field: &str| refusal.as_ref().and_then(|refusal| refusal.about(field));
    let value = |name: &str, now: &str| match is_retry {
        true => visit.typed(name),
        false => now.to_owned(),
    };
    let choice = |name, label: &str, codes: &Codes, now: &str| Choice {
        name,
        label: w.say(label),
        empty: w.say("signup-choose"),
        options: codes
            .items
            .iter()
            .map(|one| {
                let said = match w.0 {
                    Language::Korean => &one.ko,
                    Language::English => &one.en,
                };
                (one.code.clone(), said.clone())
            })
            .collect(),
        value: value(name, now),
        error: wrong(name),
    };
    let optional = || Some(w.say("field-optional"));
    let frame = seat.frame(&w.say("acc-store"));
    let template = StorePage {
        frame: &frame,
        w,
        notice,
        first: Field {
            name: "storeName",
            kind: "text",
            label: w.say("signup-store"),
            value: value("storeName", &now.name),
            error: wrong("name"),
            autocomplete: "organization",
            longest: 100,
            ..Field::default()
        },
        choices: vec![
            choice("industry", "signup-industry", &industries, &now.industry),
            choice("region", "signup-region", &regions, &now.region),
        ],
        last: vec![
            Field {
                name: "address",
                kind: "text",
                label: w.say("signup-address"),
                value: value("address", &now.address),
                error: wrong("address"),
                autocomplete: "street-address",
                longest: 200,
                ..Field::default()
            },
            Field {
                name: "businessHours",
                kind: "text",
                label: w.say("signup-hours"),
                hint: Some(w.say("signup-hours-hint")),
                value: value(
                    "businessHours",
                    now.business_hours.as_deref().unwrap_or_default(),
                ),
                error: wrong("businessHours"),
                autocomplete: "off",
                longest: 200,
                optional: optional(),
                ..Field::default()
            },
            Field {
                name: "storePhone",
                kind: "tel",
                label: w.say("signup-store-phone"),
                hint: now
                    .phone
                    .as_deref()
                    .map(|phone| w.one("acc-new-phone-hint", "now", phone)),
                value: value("storePhone", ""),
                error: wrong("phone"),
                autocomplete: "off",
                inputmode: "tel",
                longest: 30,
                optional: optional(),
                ..Field::default()
            },
        ],
        seen: seen_store(&now),
        number: now.business_number.clone(),
    };
    Ok(seat.page(status, &frame, &template))
}

fn newer(w: Words) -> Notice {
    Notice::new(
        Tone::Careful,
        w.say("run-edit-newer"),
        w.say("acc-newer-text"),
    )
}

/// What a form was filled from, as a fingerprint: another tab may have saved something else since.
fn fingerprint(parts: &[&str]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(&Sha256::digest(parts.join("\u{1f}").as_bytes())[..8])
}

fn seen_person(me: &Person) -> String {
    fingerprint(&[&me.name, &me.email, &me.phone_number])
}

fn seen_store(store: &Store) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    fingerprint(&[
        &store.name,
        &store.industry,
        &store.region,
        &store.address,
        &text(&store.business_hours),
        &text(&store.phone),
    ])
}

fn changed_elsewhere<A: Api>(seat: &Seat<'_, '_, A>, now: &str) -> bool {
    let seen = seat.visit().typed("seen");
    !seen.is_empty() && seen != now
}

/// The owner's e-mail, by which a password is checked.
pub(super) async fn email<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<String, Page> {
    let reply = seat
        .call(Call::get("/api/users/me", seat.desk.language()))
        .await?;
    match read::<Person>(&reply) {
        Some(me) => Ok(me.email),
        None => Err(seat.instead(&reply)),
    }
}
