use crate::domain::entry::plain_number;
use crate::domain::event_key::EventKey;
use crate::domain::visit_code;
use crate::error::{Error, Field};
use crate::ops;
use crate::ops::event_keys::EventKeys;
use crate::ops::open::visit_secret_place;
use crate::ops::read_sealed;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::entries::Method;
use crate::store::participants::{Filter, Listed, Search};
use anyhow::Context;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use janchi_contracts::reference::{Channel, Code};
use janchi_crypto::{Keyring, Phone};
use janchi_runtime::{Clock, seoul};
use janchi_web::{Empty, Json, List, Owner, PageRequest, Path, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

/// Which entries are asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParticipantsQuery {
    channel: Option<Channel>,
    visited: Option<bool>,
    winner: Option<bool>,
    /// Entries that look odd and were not called genuine.
    suspicious: Option<bool>,
    q: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// An entry as the owner sees it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    participant_id: Uuid,
    entry_number: String,
    name: Option<String>,
    /// Masked; none once it is destroyed.
    phone_number: Option<String>,
    channel: Option<Channel>,
    visited: bool,
    weight: u32,
    winner: bool,
    entered_at: DateTime<Utc>,
    /// 0 to 100: how odd the entry looks. It changes nothing by itself.
    fraud_score: u32,
    fraud_reasons: Vec<FraudReason>,
    /// By the owner's word if there is one, else by the score.
    suspicious: bool,
    review: Option<ShownReview>,
    #[serde(skip)]
    entry_no: i64,
}

/// Why an entry looks odd.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FraudReason {
    code: &'static str,
    text: &'static str,
}

/// What the owner said of an entry that looked odd.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "EntryReview")]
pub struct ShownReview {
    verdict: &'static str,
    reason: String,
    at: DateTime<Utc>,
}

pub async fn list_participants(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(keys): State<EventKeys>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
    Query(query): Query<ParticipantsQuery>,
) -> Result<Json<List<Participant>>, Error> {
    let page = PageRequest::parse(query.limit, query.cursor)?;
    let before: Option<i64> = page.after()?;
    book.owned_event(owner.user_id, event_id).await?;
    let key = keys.of(&db, event_id).await?;
    let search = match query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) => Some(search(&db, &keys, &key, event_id, q).await?),
        None => None,
    };
    let filter = Filter {
        channel: query.channel,
        visited: query.visited,
        winner: query.winner,
        suspicious: query.suspicious,
        search,
    };
    let rows =
        store::participants::list_participants(&db, event_id, &filter, before, page.rows()).await?;
    let total = store::participants::count_participants(&db, event_id, &filter).await?;
    let items = rows
        .iter()
        .map(|row| participant(&key, keys.keyring(), row))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Json(page.page(items, total, |p| p.entry_no)))
}

fn participant(key: &EventKey, keyring: &Keyring, row: &Listed) -> Result<Participant, Error> {
    let personal = read_sealed::open(key, keyring, row)?;
    let phone_number = personal.masked_phone();
    Ok(Participant {
        participant_id: row.id,
        entry_number: row.entry_number.clone(),
        name: personal.name,
        phone_number,
        channel: row.channel.as_deref().and_then(Channel::from_code),
        visited: row.visited,
        weight: row.weight,
        winner: row.winner,
        entered_at: row.entered_at,
        fraud_score: row.signals.score(),
        fraud_reasons: row
            .signals
            .reasons()
            .map(|reason| FraudReason {
                code: reason.code(),
                text: reason.text(),
            })
            .collect(),
        suspicious: row.suspicious(),
        review: row.review.as_ref().map(|review| ShownReview {
            verdict: review.verdict.code(),
            reason: review.reason.clone(),
            at: review.at,
        }),
        entry_no: row.entry_no,
    })
}

/// A term may be a whole number, its last four digits, a part of an entry number or of a name. Names are encrypted:
/// they are opened one by one.
async fn search(
    db: &PgPool,
    keys: &EventKeys,
    key: &EventKey,
    event_id: Uuid,
    q: &str,
) -> Result<Search, Error> {
    if q.chars().count() > 50 || q.chars().any(char::is_control) {
        return Err(Field::new(
            "q",
            "INVALID",
            "검색어를 50자 이내로 줄여 주세요.",
            "Up to 50 characters.",
        )
        .into());
    }
    let term = q.to_lowercase();
    let mut connection = db.acquire().await?;
    let named = store::participants::find_named(&mut connection, event_id, |id, sealed, name| {
        read_sealed::name(key, keys.keyring(), id, sealed, name)
            .is_some_and(|name| name.to_lowercase().contains(&term))
    })
    .await?;
    let four_digits = q.len() == 4 && q.bytes().all(|b| b.is_ascii_digit());
    let number = Some(plain_number(q)).filter(|n| !n.is_empty() && q.is_ascii());
    Ok(Search {
        phone_hash: Phone::parse(q).map(|phone| key.phone_hash(&phone).to_vec()),
        phone_tail_hash: four_digits.then(|| key.phone_tail_hash(event_id, q)),
        number,
        named,
    })
}

/// What a tap on "visited" came to.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MarkedVisit")]
pub struct Visited {
    participant_id: Uuid,
    entry_number: String,
    visited: bool,
    weight: u32,
}

pub async fn mark_visit(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(clock): State<Clock>,
    owner: Owner,
    Path((event_id, participant_id)): Path<(Uuid, Uuid)>,
    Empty: Empty,
) -> Result<Json<Visited>, Error> {
    book.owned_event(owner.user_id, event_id)
        .await?
        .ok_or(Error::NotFound)?;
    let method = Method::Owner(owner.user_id);
    let entry = ops::visit::mark(&db, &book, event_id, participant_id, method, clock.now()).await?;
    Ok(Json(Visited {
        participant_id: entry.id,
        entry_number: entry.entry_number,
        visited: entry.visited,
        weight: entry.weight,
    }))
}

/// What the counter shows.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CounterCode {
    code: String,
    /// When the next one is shown; this one is taken for half a minute more.
    valid_until: DateTime<Utc>,
    /// Seconds until then, for a page whose clock is wrong.
    seconds_left: i64,
    /// For a sheet of paper: good for this day in Seoul, and the night after it.
    day_code: String,
    day: NaiveDate,
}

pub async fn show_visit_code(
    State(book): State<RuleBook>,
    State(keyring): State<Keyring>,
    State(clock): State<Clock>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
) -> Result<Json<CounterCode>, Error> {
    let event = book
        .owned_event(owner.user_id, event_id)
        .await?
        .ok_or(Error::EventNotOpen)?;
    let secret = keyring
        .decrypt(&event.rules.visit_secret, &visit_secret_place(event_id))
        .context("open an event's counter key")?;
    let now = clock.now();
    let valid_until = visit_code::replaced_at(now);
    let secret = store::fixed(&secret)?;
    let day = seoul::day(now);
    Ok(Json(CounterCode {
        code: visit_code::code_at(&secret, now),
        day_code: visit_code::day_code(&secret, day),
        day,
        valid_until,
        seconds_left: (valid_until - now).num_seconds().max(1),
    }))
}
