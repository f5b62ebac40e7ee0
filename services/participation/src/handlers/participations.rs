use crate::domain::application::{Application, Visit};
use crate::domain::channel::attribute;
use crate::domain::entry::{BadName, CONSENT_VERSION, parse_name};
use crate::domain::event_key::{EventKey, Personal};
use crate::domain::fraud::Signals;
use crate::domain::retention::Retention;
use crate::domain::visit_code;
use crate::error::{Error, Field};
use crate::ops::enter::{EntryDesk, Outcome};
use crate::ops::open::visit_secret_place;
use crate::ops::rule_book::{EventName, OpenedEvent, RuleBook};
use crate::ops::watch::{Came, Watch};
use crate::store;
use crate::store::entries::Entry;
use anyhow::Context;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use chrono::{DateTime, Utc};
use janchi_auth::Signer;
use janchi_contracts::reference::Channel;
use janchi_crypto::{Keyring, LookupKey, Phone, random};
use janchi_runtime::Clock;
use janchi_web::openapi::Answer;
use janchi_web::{IdempotencyKey, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;
use uuid::Uuid;

/// An entry as it is handed in.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewParticipation {
    event_code: Option<String>,
    event_id: Option<Uuid>,
    phone_number: String,
    name: Option<String>,
    channel: Option<Channel>,
    tracking_code: Option<String>,
    visit_code: Option<String>,
    /// Not for people: a page hides this field from them, and whoever fills it in is not one. The entry is taken all the
    /// same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    homepage: Option<String>,
    consents: Consents,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Consents {
    over14: bool,
    privacy: bool,
    #[serde(default)]
    marketing: bool,
}

/// What the entrant keeps: tag and nonce prove the entry later, the commitment proves the seed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    participant_id: Uuid,
    entry_number: String,
    weight: u32,
    receipt_token: String,
    entered_at: DateTime<Utc>,
    tag: String,
    nonce: Option<String>,
    commitment: String,
}

/// A request whose values are in order by themselves.
struct Checked {
    event: EventName,
    phone: Phone,
    name: Option<String>,
}

#[expect(clippy::too_many_arguments, reason = "each is one part of the state")]
pub async fn enter_event(
    State(book): State<RuleBook>,
    State(desk): State<EntryDesk>,
    State(keyring): State<Keyring>,
    State(lookup): State<LookupKey>,
    State(signer): State<Signer>,
    State(watch): State<Watch>,
    State(clock): State<Clock>,
    State(retention): State<Retention>,
    headers: HeaderMap,
    key: IdempotencyKey,
    Json(body): Json<NewParticipation>,
) -> Result<Answer<201, Json<Receipt>>, Error> {
    let checked = check(&body)?;
    let request_hash = key
        .0
        .map(|key| request_hash(&lookup, &key, &body))
        .transpose()?;
    let now = clock.now();
    let event = find_event(&book, &checked.event, request_hash.is_some()).await?;
    if body
        .event_code
        .as_ref()
        .is_some_and(|code| *code != event.rules.code)
    {
        return Err(Error::NotFound);
    }
    let visit = check_visit_code(&keyring, &event, body.visit_code.as_deref(), now)?;
    // With a key it may be the same request again, which is answered as before: the desk knows.
    if visit == Visit::Unproved && request_hash.is_none() {
        return Err(wrong_visit_code());
    }
    let signals = watch.look(Came {
        event_id: event.rules.event_id,
        address: address(&headers),
        agent: headers
            .get(USER_AGENT)
            .and_then(|agent| agent.to_str().ok()),
        honeypot: body
            .homepage
            .as_deref()
            .is_some_and(|h| !h.trim().is_empty()),
        phone: &checked.phone,
        name: checked.name.as_deref(),
        at: now,
    });
    let application = seal(
        &event,
        &body,
        checked,
        Sealed {
            request_hash,
            visit,
            signals,
            now,
            retention,
        },
    )?;
    match desk.hand_in(application).await? {
        Outcome::Entered(entry) => Ok(Answer::new(Json(receipt(&signer, &event, entry)?))),
        Outcome::AlreadyParticipated => Err(Error::AlreadyParticipated),
        Outcome::EventNotOpen => Err(Error::EventNotOpen),
        Outcome::WrongVisitCode => Err(wrong_visit_code()),
        Outcome::EventNotFound => Err(Error::NotFound),
    }
}

/// Whose request it is, as the gateway says; the last one it names is the one it saw itself.
fn address(headers: &HeaderMap) -> Option<IpAddr> {
    headers
        .get("x-forwarded-for")?
        .to_str()
        .ok()?
        .rsplit(',')
        .next()?
        .trim()
        .parse()
        .ok()
}

/// Everything that can be wrong without looking anything up, all of it at once: nothing is stored before this.
fn check(body: &NewParticipation) -> Result<Checked, Error> {
    let mut faults = Vec::new();
    if !body.consents.over14 {
        faults.push(Field::new(
            "consents.over14",
            "REQUIRED",
            "만 14세 이상만 참여할 수 있어요.",
            "Only people of 14 years or older can enter.",
        ));
    }
    if !body.consents.privacy {
        faults.push(Field::new(
            "consents.privacy",
            "REQUIRED",
            "개인정보 수집·이용에 동의해 주세요.",
            "Consent to the use of personal data is needed.",
        ));
    }
    // 011 and its like ended with the second generation: nobody answers there, and no message arrives.
    let phone = Phone::parse(&body.phone_number).filter(|phone| phone.local().starts_with("010"));
    if phone.is_none() {
        faults.push(Field::new(
            "phoneNumber",
            "INVALID",
            "휴대폰 번호를 확인해 주세요. 예: 010-1234-5678",
            "Please check the mobile number, e.g. 010-1234-5678.",
        ));
    }
    let name = parse_name(body.name.as_deref().unwrap_or_default()).unwrap_or_else(|bad| {
        faults.push(match bad {
            BadName::Length => Field::new(
                "name",
                "TOO_LONG",
                "이름은 50자까지 쓸 수 있어요.",
                "Up to 50 characters.",
            ),
            BadName::Characters => Field::new(
                "name",
                "INVALID",
                "이름에 쓸 수 없는 문자가 있어요.",
                "It holds characters that cannot be used.",
            ),
        });
        None
    });
    for (field, value) in [
        ("trackingCode", &body.tracking_code),
        ("visitCode", &body.visit_code),
        ("homepage", &body.homepage),
    ] {
        if value
            .as_ref()
            .is_some_and(|v| v.len() > 64 || v.contains('\0'))
        {
            faults.push(Field::new(
                field,
                "INVALID",
                "코드를 확인해 주세요.",
                "Please check the code.",
            ));
        }
    }
    let event = match (&body.event_id, &body.event_code) {
        (Some(id), _) => Some(EventName::Id(*id)),
        // A code that cannot be one is a code that nobody knows.
        (None, Some(code)) => {
            Some(EventName::from_code(code).unwrap_or(EventName::Id(Uuid::nil())))
        }
        (None, None) => {
            faults.push(Field::new(
                "eventCode",
                "REQUIRED",
                "참여할 이벤트를 알려 주세요.",
                "Say which event to enter: eventCode or eventId.",
            ));
            None
        }
    };
    match (event, phone) {
        (Some(EventName::Id(id)), Some(_)) if faults.is_empty() && id.is_nil() => {
            Err(Error::NotFound)
        }
        (Some(event), Some(phone)) if faults.is_empty() => Ok(Checked { event, phone, name }),
        _ => Err(Error::Invalid(faults)),
    }
}

/// Stored instead of the key: whoever reads the table learns nothing of the request.
fn request_hash(lookup: &LookupKey, key: &str, body: &NewParticipation) -> Result<[u8; 32], Error> {
    let body = serde_json::to_string(body).context("write a request")?;
    Ok(lookup.hash(
        "participants.request",
        &format!("{}:{key}{body}", key.len()),
    ))
}

/// A repeated request is answered even when the event has closed since: then the desk knows whether it is one.
async fn find_event(
    book: &RuleBook,
    name: &EventName,
    repeatable: bool,
) -> Result<Arc<OpenedEvent>, Error> {
    match book.open_event(name).await {
        Err(Error::EventNotOpen) if repeatable => {
            book.known(name).await?.ok_or(Error::EventNotOpen)
        }
        other => other,
    }
}

fn check_visit_code(
    keyring: &Keyring,
    event: &OpenedEvent,
    typed: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Visit, Error> {
    let Some(typed) = typed.map(str::trim).filter(|t| !t.is_empty()) else {
        return Ok(Visit::None);
    };
    let place = visit_secret_place(event.rules.event_id);
    let secret = keyring
        .decrypt(&event.rules.visit_secret, &place)
        .context("open an event's counter key")?;
    let proof = visit_code::check(&store::fixed(&secret)?, typed, now);
    Ok(proof.map_or(Visit::Unproved, Visit::Proved))
}

/// The 422 for a counter code that is not shown now.
pub fn wrong_visit_code() -> Error {
    Field::new(
        "visitCode",
        "WRONG_CODE",
        "방문 코드가 맞지 않거나 시간이 지났어요. 매장에 보이는 지금 코드를 입력해 주세요.",
        "The visit code is wrong or has passed. Enter the code shown in the shop now.",
    )
    .into()
}

struct Sealed {
    request_hash: Option<[u8; 32]>,
    visit: Visit,
    signals: Signals,
    now: DateTime<Utc>,
    retention: Retention,
}

fn seal(
    event: &OpenedEvent,
    body: &NewParticipation,
    checked: Checked,
    sealed: Sealed,
) -> Result<Application, Error> {
    let participant_id = Uuid::now_v7();
    let event_id = event.rules.event_id;
    let Checked { phone, name, .. } = checked;
    let e164 = phone.e164();
    let nonce = random::<16>();
    let (phone_hash, tail) = (event.key.phone_hash(&phone), &e164[e164.len() - 4..]);
    let phone_tail_hash = event.key.phone_tail_hash(event_id, tail);
    let personal = Personal { nonce, phone, name };
    Ok(Application {
        participant_id,
        event_id,
        phone_hash,
        phone_tail_hash,
        // A key is destroyed long after its event has closed.
        sealed: event
            .key
            .seal_entry(participant_id, &personal)
            .ok_or(Error::EventNotOpen)?,
        channel: attribute(body.channel, body.tracking_code.as_deref(), &event.codes),
        channel_given: body.channel,
        nonce,
        tag: janchi_draw::tag(&event_id.to_string(), &nonce, &e164),
        weight: event.rules.weight(sealed.visit.proof().is_some()),
        visit: sealed.visit,
        consent_version: CONSENT_VERSION,
        marketing: body.consents.marketing,
        signals: sealed.signals,
        request_hash: sealed.request_hash,
        entered_at: sealed.now,
        destroy_at: event
            .rules
            .retention
            .unwrap_or(sealed.retention)
            .destroy_at(event.rules.ends_at, sealed.now),
    })
}

/// What ties an entry's tag to its number; none once it is destroyed.
///
/// # Errors
/// It does not open.
pub fn nonce(key: &EventKey, entry: &Entry) -> Result<Option<String>, Error> {
    if let Some(nonce) = entry.nonce {
        return Ok(Some(hex::encode(nonce)));
    }
    let Some(sealed) = &entry.sealed else {
        return Ok(None);
    };
    let personal = key.open_entry(entry.id, sealed)?;
    Ok(personal.map(|p| hex::encode(p.nonce)))
}

fn receipt(signer: &Signer, event: &OpenedEvent, entry: Entry) -> Result<Receipt, Error> {
    let ends = u64::try_from(entry.destroy_at.timestamp()).unwrap_or_default();
    let nonce = nonce(&event.key, &entry)?;
    Ok(Receipt {
        participant_id: entry.id,
        entry_number: entry.entry_number,
        weight: entry.weight,
        receipt_token: signer.receipt(entry.id, ends).context("sign a receipt")?,
        entered_at: entry.entered_at,
        tag: hex::encode(entry.tag),
        nonce,
        commitment: event.commitment.clone(),
    })
}
