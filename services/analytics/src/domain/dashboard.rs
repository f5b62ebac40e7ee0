//! The dashboard of one event: its shape.

use crate::domain::channels::ChannelRow;
use crate::domain::money::Cost;
use crate::domain::participants::Participants;
use chrono::{DateTime, Utc};
use janchi_contracts::event::EventStatus;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Forecast against what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForecastCheck {
    pub expected: i64,
    pub low: i64,
    pub high: i64,
    pub actual: i64,
    pub within_range: bool,
}

/// How the draw stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DrawStanding")]
pub struct Winners {
    pub count: i64,
    pub planned: i64,
    pub draw_id: Option<Uuid>,
    pub drawn_at: Option<DateTime<Utc>>,
}

/// The whole dashboard of one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    pub event_id: Uuid,
    pub title: String,
    pub status: EventStatus,
    /// One Korean sentence.
    pub summary: String,
    pub participants: Participants,
    pub channels: Vec<ChannelRow>,
    pub cost: Cost,
    /// Reported sales; null as long as the shop reported none.
    pub revenue: Option<i64>,
    pub roi: Option<f64>,
    pub forecast: Option<ForecastCheck>,
    pub winners: Winners,
    pub cached_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Sources that did not answer: `PARTICIPATION`, `DISTRIBUTION`, or a channel.
    pub partial: Vec<String>,
}
