//! What the join page shows: nothing of the owner, and of what the event costs only what a prize is worth.

use crate::domain::code;
use crate::domain::event::Event;
use crate::domain::odds::Odds;
use crate::error::Error;
use crate::ops::current;
use crate::state::AppState;
use crate::store;
use anyhow::Context;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, TimeDelta, Utc};
use janchi_contracts::content::ImageRef;
use janchi_contracts::event::{EventStatus, VisitBonus};
use janchi_contracts::reference::{Industry, Region};
use janchi_web::{Json, Kept, Path};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// Counts and states may be so many seconds old.
const CACHE: &str = "public, max-age=5";

#[derive(Debug, Serialize, JsonSchema)]
struct PublicStore {
    name: String,
    industry: Industry,
    region: Region,
    address: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PublicPrize {
    name: String,
    quantity: u32,
    /// What one is worth, in won: it decides whether a winner owes tax, and is published with the draw's rules too.
    value: i64,
}

/// Until when what is personal of those who enter is kept, as it is promised to them: from the real closing on, or from the
/// planned one as long as that is not known.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublicEventRetention")]
struct PublicRetention {
    /// Of those who win nothing.
    entrants_days: u32,
    entrants_until: Option<DateTime<Utc>>,
    /// Of winners.
    winners_days: u32,
    winners_until: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublicEventDraw")]
struct PublicDraw {
    draw_id: Uuid,
    commitment: String,
    drawn_at: Option<DateTime<Utc>>,
}

/// An event as anybody may see it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicEvent {
    code: String,
    title: String,
    description: String,
    store: PublicStore,
    status: EventStatus,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    prizes: Vec<PublicPrize>,
    winner_count: u32,
    participant_count: i64,
    odds: Odds,
    how_winners_are_drawn: String,
    visit_bonus: VisitBonus,
    draw: Option<PublicDraw>,
    /// None before the event has opened.
    retention: Option<PublicRetention>,
    images: Vec<ImageRef>,
    notices: Vec<&'static str>,
}

/// `GET /api/public/events/{code}`
pub async fn get_public_event(
    State(state): State<AppState>,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Kept<Json<PublicEvent>>, Error> {
    let code = code::parse(&text).ok_or(Error::NotFound)?;
    let event = store::events::find_event_by_code(&state.db, &code)
        .await?
        .ok_or(Error::NotFound)?;
    let event = current::bring_up(&state.db, event, state.now())
        .await?
        .ok_or(Error::NotFound)?;
    if !is_public(event.status) {
        return Err(Error::NotFound);
    }
    let event = with_draw(&state, event).await;
    let shown = PublicEvent::from(event);
    Ok(Kept::json(&headers, CACHE, &shown).context("write the public event")?)
}

fn is_public(status: EventStatus) -> bool {
    match status {
        EventStatus::Draft | EventStatus::Publishing | EventStatus::PublishFailed => false,
        EventStatus::Scheduled
        | EventStatus::Ongoing
        | EventStatus::Ended
        | EventStatus::Cancelled => true,
    }
}

/// The commitment usually came by message; whoever is faster than the message asks for it.
async fn with_draw(state: &AppState, mut event: Event) -> Event {
    let has_begun = matches!(event.status, EventStatus::Ongoing | EventStatus::Ended);
    if event.draw.is_none() && has_begun {
        event.draw = state.participation.find_draw(event.id).await;
        if let Some(draw) = &event.draw
            && let Err(error) = store::notes::set_draw(&state.db, event.id, draw).await
        {
            tracing::warn!(error = %error, event.id = %event.id, "could not keep the draw");
        }
    }
    event
}

impl From<Event> for PublicEvent {
    fn from(event: Event) -> Self {
        let closing = event.closed_at.or(event.ends_at);
        let until = |days: u32| closing.map(|at| at + TimeDelta::days(days.into()));
        let kept = event.draw.as_ref().and_then(|draw| draw.kept);
        let retention = kept.map(|kept| PublicRetention {
            entrants_days: kept.entrants_days,
            entrants_until: until(kept.entrants_days),
            winners_days: kept.winners_days,
            winners_until: until(kept.winners_days),
        });
        Self {
            odds: event.odds(),
            how_winners_are_drawn: event.how_winners_are_drawn(),
            winner_count: event.winners().unwrap_or(0),
            notices: notices(&event),
            code: event.code,
            title: event.title.unwrap_or_default(),
            description: event.description.unwrap_or_default(),
            store: PublicStore {
                name: event.store_name,
                industry: event.industry,
                region: event.region,
                address: event.store_address,
            },
            status: event.status,
            starts_at: event.starts_at,
            ends_at: event.ends_at,
            closed_at: event.closed_at,
            prizes: event
                .prizes
                .into_iter()
                .map(|prize| PublicPrize {
                    name: prize.name,
                    quantity: prize.quantity,
                    value: prize.unit_cost,
                })
                .collect(),
            retention,
            participant_count: event.participants.max(0),
            visit_bonus: event.visit_bonus,
            draw: event.draw.map(|draw| PublicDraw {
                draw_id: draw.draw_id,
                commitment: draw.commitment,
                drawn_at: draw.drawn_at,
            }),
            images: event.images,
        }
    }
}

fn notices(event: &Event) -> Vec<&'static str> {
    let mut notices = vec![
        "만 14세 이상만 참여할 수 있어요.",
        "전화번호 하나로 한 번만 참여할 수 있어요.",
        "전화번호는 추첨과 당첨 안내에만 쓰고, 이벤트가 끝나면 정해진 날에 지워요.",
        "참여는 무료이고, 구매하지 않아도 돼요.",
    ];
    if event
        .prizes
        .iter()
        .any(|prize| prize.unit_cost > crate::domain::preflight::TAX_FREE)
    {
        notices.push("5만 원이 넘는 경품은 당첨자가 제세공과금을 낼 수 있어요.");
    }
    if event.images.iter().any(|image| image.ai_generated) {
        notices.push("이 페이지에는 AI로 만든 이미지가 있어요.");
    }
    notices
}
