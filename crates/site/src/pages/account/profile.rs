//! `/app/profile`: who the owner is.

use crate::api::{Api, Call};
use crate::frame::Frame;
use crate::pages::account::seen::{changed_elsewhere, fingerprint, newer};
use crate::pages::account::store::{Store, facts};
use crate::pages::seat::{Seat, read};
use crate::parts::{Field, Notice, Tone};
use crate::phone;
use crate::problem::Refusal;
use crate::visit::Page;
use crate::words::Words;
use askama::Template;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    name: String,
    email: String,
    /// Masked.
    phone_number: String,
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

fn seen_person(me: &Person) -> String {
    fingerprint(&[&me.name, &me.email, &me.phone_number])
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
