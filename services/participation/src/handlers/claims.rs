//! The signed page of a winner: whether the message was real, and claiming the prize. And what the owner sees of it.

use crate::domain::claim::{PrizeTax, Win};
use crate::domain::entry::{is_invisible, parse_name};
use crate::domain::prize;
use crate::error::{Error, Field};
use crate::handlers::winners::TaxNotice;
use crate::ops::claim::{ClaimDesk, Found, delivery_place};
use crate::ops::rule_book::RuleBook;
use crate::store;
use anyhow::Context;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use chrono::{DateTime, TimeDelta, Utc};
use janchi_crypto::Phone;
use janchi_runtime::Clock;
use janchi_web::openapi::Answer;
use janchi_web::{Empty, Json, Owner, Path};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The same winner is told again no sooner than this.
const AGAIN: TimeDelta = TimeDelta::minutes(10);

/// A win as its signed page shows it. Nothing in it tells who won.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WinPage {
    /// Always true: a page that we did not make is 404.
    genuine: bool,
    store_name: String,
    event_title: String,
    event_code: String,
    draw_id: Uuid,
    entry_number: String,
    rank: u32,
    prize: Option<String>,
    /// `DRAWN`, `CONTACTED`, `CLAIMED`, `HANDED_OVER` or `FORFEITED`.
    state: &'static str,
    claim_by: DateTime<Utc>,
    expired: bool,
    /// Whether it can be claimed here, by a code to the phone; else in the shop.
    claim_online: bool,
    tax: Option<TaxNotice>,
}

fn page(desk: &ClaimDesk, tax: &PrizeTax, found: &Found, now: DateTime<Utc>) -> WinPage {
    let place = found.drawn.place().unwrap_or(found.drawn.rank);
    let prize = prize::of_rank(&found.rules.prizes, place);
    WinPage {
        genuine: true,
        store_name: found.rules.store_name.clone(),
        event_title: found.rules.title.clone(),
        event_code: found.rules.code.clone(),
        draw_id: found.win.draw_id,
        entry_number: found.entry_number.clone(),
        rank: place,
        prize: prize.map(|p| p.name.clone()),
        state: found.drawn.state(),
        claim_by: found.claim.claim_by,
        expired: found.claim.claim_by <= now && found.claim.claimed_at.is_none(),
        claim_online: desk.dealer.can_prove(),
        tax: prize.and_then(|prize| TaxNotice::of(tax, prize)),
    }
}

const PRIVATE: [(axum::http::HeaderName, &str); 1] = [(CACHE_CONTROL, "no-store")];

pub async fn show_win(
    State(desk): State<ClaimDesk>,
    State(tax): State<PrizeTax>,
    State(clock): State<Clock>,
    Path(token): Path<String>,
) -> Result<Answer<200, Json<WinPage>>, Error> {
    let found = desk.find(&token).await?;
    let page = page(&desk, &tax, &found, clock.now());
    Ok(Answer::new((PRIVATE, Json(page))))
}

/// Until when the code that was sent is good.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeSent {
    expires_at: DateTime<Utc>,
}

pub async fn send_code(
    State(desk): State<ClaimDesk>,
    State(clock): State<Clock>,
    Path(token): Path<String>,
    Empty: Empty,
) -> Result<Answer<202, Json<CodeSent>>, Error> {
    let found = desk.find(&token).await?;
    let expires_at = desk.send_code(&found, clock.now()).await?;
    Ok(Answer::new((PRIVATE, Json(CodeSent { expires_at }))))
}

/// Where a prize is to be delivered. Asked of winners alone.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Delivery {
    recipient: String,
    phone_number: Option<String>,
    postcode: Option<String>,
    address: String,
    memo: Option<String>,
}

/// A claim with the code that came to the phone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewClaim {
    code: String,
    delivery: Option<Delivery>,
}

pub async fn claim_prize(
    State(desk): State<ClaimDesk>,
    State(tax): State<PrizeTax>,
    State(clock): State<Clock>,
    Path(token): Path<String>,
    Json(body): Json<NewClaim>,
) -> Result<Answer<200, Json<WinPage>>, Error> {
    if body.code.len() > 32 {
        return Err(Error::WrongCode);
    }
    let delivery = body
        .delivery
        .map(|delivery| {
            check(&delivery)?;
            Ok::<_, Error>(serde_json::to_vec(&delivery).context("write delivery data")?)
        })
        .transpose()?;
    let found = desk.find(&token).await?;
    let now = clock.now();
    desk.claim(&found, &body.code, delivery.as_deref(), now)
        .await?;
    let found = desk.find(&token).await?;
    Ok(Answer::new((PRIVATE, Json(page(&desk, &tax, &found, now)))))
}

fn check(delivery: &Delivery) -> Result<(), Error> {
    let mut faults = Vec::new();
    if !matches!(parse_name(&delivery.recipient), Ok(Some(_))) {
        faults.push(Field::new(
            "delivery.recipient",
            "INVALID",
            "받는 분 이름을 50자 이내로 적어 주세요.",
            "Give the recipient's name, up to 50 characters.",
        ));
    }
    if let Some(phone) = &delivery.phone_number
        && Phone::parse(phone).is_none()
    {
        faults.push(Field::new(
            "delivery.phoneNumber",
            "INVALID",
            "휴대폰 번호를 확인해 주세요.",
            "Please check the mobile number.",
        ));
    }
    let texts = [
        ("delivery.address", Some(&delivery.address), 5, 200),
        ("delivery.postcode", delivery.postcode.as_ref(), 5, 5),
        ("delivery.memo", delivery.memo.as_ref(), 0, 100),
    ];
    for (field, text, least, most) in texts {
        let fits = text.is_none_or(|text| {
            (least..=most).contains(&text.trim().chars().count()) && !text.chars().any(is_invisible)
        });
        if !fits {
            faults.push(Field::new(
                field,
                "INVALID",
                "배송 정보를 확인해 주세요.",
                "Please check the delivery data.",
            ));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

async fn owned(
    book: &RuleBook,
    desk: &ClaimDesk,
    owner: &Owner,
    event_id: Uuid,
    participant_id: Uuid,
) -> Result<Win, Error> {
    book.owned_event(owner.user_id, event_id)
        .await?
        .ok_or(Error::NotFound)?;
    let draw = store::draws::find_draw_of_event(&desk.db, event_id)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(Win {
        draw_id: draw.id,
        participant_id,
    })
}

/// What a winner told for the delivery. Who reads it is written down first.
pub async fn show_delivery(
    State(book): State<RuleBook>,
    State(desk): State<ClaimDesk>,
    owner: Owner,
    Path((event_id, participant_id)): Path<(Uuid, Uuid)>,
) -> Result<Json<Delivery>, Error> {
    let win = owned(&book, &desk, &owner, event_id, participant_id).await?;
    let claim = store::claims::find_claim(&desk.db, win)
        .await?
        .ok_or(Error::NotFound)?;
    let sealed = claim.delivery.ok_or(Error::NotFound)?;
    let key = desk.keys.of(&desk.db, event_id).await?;
    let mut tx = desk.db.begin().await?;
    let detail = serde_json::json!({"participantId": participant_id});
    let (actor, subject) = (owner.user_id.to_string(), event_id.to_string());
    janchi_db::audit::record(&mut tx, &actor, "delivery.read", &subject, detail).await?;
    tx.commit().await?;
    let plain = key
        .open(&sealed, &delivery_place(win))?
        .ok_or(Error::NotFound)?;
    Ok(Json(
        serde_json::from_slice(&plain).context("read delivery data")?,
    ))
}

/// A message that is to be sent.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageWaiting {
    state: &'static str,
}

/// Tells a winner again: after a failure, or ten minutes after the last time.
pub async fn tell_again(
    State(book): State<RuleBook>,
    State(desk): State<ClaimDesk>,
    State(clock): State<Clock>,
    owner: Owner,
    Path((event_id, participant_id)): Path<(Uuid, Uuid)>,
    Empty: Empty,
) -> Result<Answer<202, Json<MessageWaiting>>, Error> {
    let win = owned(&book, &desk, &owner, event_id, participant_id).await?;
    let now = clock.now();
    let mut tx = desk.db.begin().await?;
    let again =
        store::notices::send_again(&mut tx, win.draw_id, win.participant_id, now, now - AGAIN);
    if !again.await? {
        return Err(Error::MessageNotDue);
    }
    let detail = serde_json::json!({"participantId": participant_id});
    let (actor, subject) = (owner.user_id.to_string(), event_id.to_string());
    janchi_db::audit::record(&mut tx, &actor, "winner.told_again", &subject, detail).await?;
    tx.commit().await?;
    Ok(Answer::new(Json(MessageWaiting { state: "WAITING" })))
}
