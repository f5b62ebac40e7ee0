use crate::domain::claim::PrizeTax;
use crate::domain::entry::is_invisible;
use crate::domain::prize;
use crate::domain::winner::{Kind, Step};
use crate::error::{Error, Field};
use crate::handlers::draw_view::{Person, people};
use crate::handlers::draws::PageQuery;
use crate::ops::claim::ClaimDesk;
use crate::ops::rule_book::RuleBook;
use crate::ops::step_winner::{Wanted, step_winner};
use crate::state::AppState;
use crate::store;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use janchi_contracts::event::Prize;
use janchi_runtime::Clock;
use janchi_web::{Empty, Json, List, Owner, PageRequest, Path, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// Somebody who holds or held a place, or waits for one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Winner {
    /// The place; for a waiting alternate the rank among the alternates.
    rank: u32,
    #[serde(flatten)]
    person: Person,
    kind: &'static str,
    /// `DRAWN`, `CONTACTED`, `CLAIMED`, `HANDED_OVER`, `FORFEITED`, or `WAITING`.
    state: &'static str,
    prize: Option<String>,
    /// Why the place was given on.
    reason: Option<String>,
    history: Vec<HistoryStep>,
    /// Until when the winner can claim.
    claim_by: Option<DateTime<Utc>>,
    /// That time is over, and nobody claimed: the owner decides, or a day later the place is given on by itself, to whom
    /// a claim on the page was possible and who was told of it.
    overdue: bool,
    /// What became of the message to the winner: `WAITING`, `SENT` or `FAILED`; none where no dealer is configured.
    message: Option<String>,
    /// Whether the winner told where to deliver to.
    has_delivery: bool,
    tax: Option<TaxNotice>,
}

/// What the law asks of a prize this dear.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PrizeTax")]
pub struct TaxNotice {
    /// In won.
    prize_value: i64,
    tax: i64,
    threshold: i64,
    percent: i64,
    source: String,
    /// When somebody last looked the law up.
    checked_on: NaiveDate,
    text: String,
}

impl TaxNotice {
    /// The notice of a prize; none where there is no tax to pay.
    pub fn of(tax: &PrizeTax, prize: &Prize) -> Option<Self> {
        let amount = tax.of(prize)?;
        Some(Self {
            prize_value: prize.unit_cost,
            tax: amount,
            threshold: tax.threshold,
            percent: tax.percent,
            source: tax.source.clone(),
            checked_on: tax.checked_on,
            text: format!(
                "{}원이 넘는 경품에는 제세공과금 {}%(약 {amount}원)가 있어요. 가게가 받아서 다음 달 10일까지 신고하고 내요. 근거: {} ({} 기준). 기준 금액과 정확한 세액은 세무서에 확인해 주세요.",
                tax.threshold, tax.percent, tax.source, tax.checked_on
            ),
        })
    }
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WinnerStep")]
struct HistoryStep {
    step: &'static str,
    at: DateTime<Utc>,
}

/// Those who hold or held a place, and the alternates who wait, in order.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Winners {
    #[serde(flatten)]
    list: List<Winner>,
    alternates: Vec<Winner>,
}

/// A winner after a step, and who moved up by it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SteppedWinner")]
pub struct Stepped {
    #[serde(flatten)]
    winner: Winner,
    promoted: Option<Winner>,
}

pub async fn list_winners(
    State(book): State<RuleBook>,
    State(desk): State<ClaimDesk>,
    State(tax): State<PrizeTax>,
    State(clock): State<Clock>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Winners>, Error> {
    let page = PageRequest::parse(query.limit, query.cursor)?;
    let after: usize = page.after()?.unwrap_or(0);
    book.owned_event(owner.user_id, event_id).await?;
    let all = winners(&desk, &tax, event_id, clock.now()).await?;
    let (mut placed, waiting): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|w| w.state != "WAITING");
    // A forfeited winner and whoever moved up have the same rank: the one drawn first stays first.
    placed.sort_by_key(|w| (w.rank, w.kind == Kind::Alternate.code()));
    let total = i64::try_from(placed.len()).unwrap_or(i64::MAX);
    let rows = usize::try_from(page.rows()).unwrap_or(usize::MAX);
    let numbered: Vec<_> = placed
        .into_iter()
        .enumerate()
        .skip(after)
        .take(rows)
        .collect();
    let paged = page.page(numbered, total, |(place, _)| place + 1);
    let list = List {
        items: paged.items.into_iter().map(|(_, w)| w).collect(),
        next_cursor: paged.next_cursor,
        total_count: paged.total_count,
    };
    Ok(Json(Winners {
        list,
        alternates: waiting,
    }))
}

pub async fn mark_contacted(
    State(state): State<AppState>,
    owner: Owner,
    Path(ids): Path<(Uuid, Uuid)>,
    Empty: Empty,
) -> Result<Json<Stepped>, Error> {
    take(&state, &owner, ids, Step::Contacted, None).await
}

pub async fn mark_claimed(
    State(state): State<AppState>,
    owner: Owner,
    Path(ids): Path<(Uuid, Uuid)>,
    Empty: Empty,
) -> Result<Json<Stepped>, Error> {
    take(&state, &owner, ids, Step::Claimed, None).await
}

/// Why a place is given on. It is published with the draw.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ForfeitReason")]
pub struct Forfeit {
    reason: String,
}

pub async fn forfeit_prize(
    State(state): State<AppState>,
    owner: Owner,
    Path(ids): Path<(Uuid, Uuid)>,
    Json(body): Json<Forfeit>,
) -> Result<Json<Stepped>, Error> {
    let reason = parse_reason(&body.reason)?;
    take(&state, &owner, ids, Step::Forfeited, Some(reason)).await
}

/// Why something was done. It is kept when the entrants' data is gone, and a forfeit's is published with the draw: it is
/// visible text without phone numbers.
pub fn parse_reason(text: &str) -> Result<String, Error> {
    let reason = text.trim();
    if reason.is_empty() || reason.chars().count() > 200 || reason.chars().any(is_invisible) {
        return Err(Field::new(
            "reason",
            "INVALID",
            "사유를 200자 이내로 적어 주세요.",
            "Give a reason of up to 200 characters.",
        )
        .into());
    }
    if reason.chars().filter(|c| c.is_numeric()).count() >= 7 {
        return Err(Field::new(
            "reason",
            "PERSONAL_DATA",
            "사유에서 전화번호 같은 개인정보는 빼 주세요.",
            "Leave phone numbers and other personal data out of the reason.",
        )
        .into());
    }
    Ok(reason.to_owned())
}

/// The prize is in the winner's hands. Only what was claimed is handed over.
pub async fn mark_handed_over(
    State(state): State<AppState>,
    owner: Owner,
    Path(ids): Path<(Uuid, Uuid)>,
    Empty: Empty,
) -> Result<Json<Stepped>, Error> {
    take(&state, &owner, ids, Step::HandedOver, None).await
}

async fn take(
    state: &AppState,
    owner: &Owner,
    (event_id, participant_id): (Uuid, Uuid),
    step: Step,
    reason: Option<String>,
) -> Result<Json<Stepped>, Error> {
    let wanted = Wanted {
        owner: owner.user_id,
        event_id,
        participant_id,
        step,
        reason,
    };
    state
        .book
        .owned_event(wanted.owner, event_id)
        .await?
        .ok_or(Error::NotFound)?;
    let desk = &state.claims;
    let now = state.clock.now();
    let promoted = step_winner(&desk.db, &wanted, desk.terms, now).await?;
    let all = winners(desk, &state.tax, event_id, now).await?;
    let find = |id: Uuid| all.iter().find(|w| w.person.participant_id == id).cloned();
    let winner = find(participant_id).ok_or(Error::NotFound)?;
    Ok(Json(Stepped {
        winner,
        promoted: promoted.and_then(find),
    }))
}

async fn winners(
    desk: &ClaimDesk,
    tax: &PrizeTax,
    event_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Winner>, Error> {
    let (Some(rules), Some(draw)) = (
        store::rules::find_rules(&desk.db, event_id).await?,
        store::draws::find_draw_of_event(&desk.db, event_id).await?,
    ) else {
        return Ok(Vec::new());
    };
    let people = people(&desk.db, &desk.keys, &draw).await?;
    let claims = store::claims::list_deadlines(&desk.db, draw.id).await?;
    let claims: HashMap<Uuid, (DateTime<Utc>, bool)> = claims
        .into_iter()
        .map(|(id, claim_by, told)| (id, (claim_by, told)))
        .collect();
    let told = store::notices::list_told(&desk.db, draw.id).await?;
    let told: HashMap<Uuid, String> = told
        .into_iter()
        .map(|told| (told.participant_id, told.state))
        .collect();
    Ok(people
        .into_iter()
        .map(|(drawn, person)| {
            let claim = claims.get(&drawn.participant_id);
            let prize = drawn
                .place()
                .and_then(|place| prize::of_rank(&rules.prizes, place));
            Winner {
                rank: drawn.place().unwrap_or(drawn.rank),
                kind: drawn.kind.code(),
                state: drawn.state(),
                prize: prize.map(|p| p.name.clone()),
                reason: drawn.forfeit().and_then(|t| t.reason.clone()),
                history: drawn
                    .steps
                    .iter()
                    .map(|t| HistoryStep {
                        step: t.step.code(),
                        at: t.at,
                    })
                    .collect(),
                claim_by: claim.map(|(claim_by, _)| *claim_by),
                overdue: matches!(drawn.state(), "DRAWN" | "CONTACTED")
                    && claim.is_some_and(|(claim_by, _)| *claim_by <= now),
                message: told.get(&drawn.participant_id).cloned(),
                has_delivery: claim.is_some_and(|(_, told)| *told),
                tax: prize.and_then(|prize| TaxNotice::of(tax, prize)),
                person,
            }
        })
        .collect())
}
