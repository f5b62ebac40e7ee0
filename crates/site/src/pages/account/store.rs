//! `/app/profile/store`: the shop.

use crate::api::{Api, Call};
use crate::figures::coded;
use crate::frame::Frame;
use crate::pages::account::seen::{changed_elsewhere, fingerprint, newer};
use crate::pages::seat::Seat;
use crate::parts::{Choice, Field, Notice};
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::{Language, Words};
use askama::Template;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Store {
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

/// The shop in a few lines.
pub(super) fn facts(store: &Store, w: Words) -> Vec<(String, String)> {
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
pub(super) async fn show<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Page, Page> {
    store(seat, StatusCode::OK, None, None).await
}

/// Saves the shop.
pub(super) async fn send<A: Api>(seat: &mut Seat<'_, '_, A>) -> Result<Page, Page> {
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
