use crate::domain::money::{self, Cost};
use crate::error::Error;
use crate::state::AppState;
use crate::store;
use axum::extract::State;
use chrono::{DateTime, Utc};
use janchi_contracts::event::EventStatus;
use janchi_web::{Json, Owner};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// Events shown side by side.
const SHOWN: i64 = 10;

/// The shop's totals and last events. Money in KRW, `roi` in percent; null where nothing is known.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    totals: Totals,
    events: Vec<Row>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OverviewTotals")]
struct Totals {
    events: i64,
    ongoing: i64,
    participants: i64,
    visited: i64,
    cost: i64,
    revenue: Option<i64>,
    roi: Option<f64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OverviewRow")]
struct Row {
    event_id: Uuid,
    title: String,
    status: EventStatus,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    participants: i64,
    expected_participants: Option<i64>,
    visited: i64,
    winners: i64,
    cost: i64,
    revenue: Option<i64>,
    roi: Option<f64>,
}

pub async fn get_overview(
    State(state): State<AppState>,
    owner: Owner,
) -> Result<Json<Overview>, Error> {
    let sums = store::events::sum_events(&state.db, owner.user_id).await?;
    let mut events = Vec::new();
    for event in store::events::list_events(&state.db, owner.user_id, SHOWN).await? {
        let channels = store::channels::list_channels(&state.db, event.event_id).await?;
        let revenue = store::sales::sum_sales(&state.db, event.event_id).await?;
        let costs = channels
            .into_iter()
            .filter_map(|row| row.statistic)
            .map(|s| (String::new(), s.cost));
        let cost = Cost::of(&event.prizes, costs).total;
        events.push(Row {
            event_id: event.event_id,
            title: event.title,
            status: event.status,
            starts_at: event.starts_at,
            ends_at: event.ends_at,
            participants: event.participants,
            expected_participants: event
                .forecast
                .map(|forecast| forecast.participants.expected),
            visited: event.visited,
            winners: event.winners,
            cost,
            revenue,
            roi: money::roi(revenue, cost),
        });
    }
    let cost = sums.prize_cost + sums.channel_cost;
    let totals = Totals {
        events: sums.events,
        ongoing: sums.ongoing,
        participants: sums.participants,
        visited: sums.visited,
        cost,
        revenue: sums.revenue,
        roi: money::roi(sums.revenue, cost),
    };
    Ok(Json(Overview { totals, events }))
}
