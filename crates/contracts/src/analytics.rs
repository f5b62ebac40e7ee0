//! What the analytics service tells.

use crate::DomainEvent;
use crate::ai::{ForecastModel, Range};
use crate::reference::{Channel, Industry, Objective, Region};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Entries and cost (KRW) of one channel of a finished event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelOutcome {
    pub channel: Channel,
    pub participants: i64,
    pub cost: i64,
}

/// `analytics.outcome`: how a finished event went against its forecast. Told again when late sales change it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    pub event_id: Uuid,
    pub owner_id: Uuid,
    pub industry: Industry,
    pub region: Region,
    pub objective: Objective,
    /// Tier of the chosen plan, if one was chosen.
    pub tier: Option<String>,
    pub expected_participants: Option<i64>,
    /// The forecast with its range, as the owner saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_range: Option<Range>,
    /// What the forecast's formula alone expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ForecastModel>,
    pub participants: i64,
    pub visited: i64,
    /// KRW.
    pub cost: i64,
    /// KRW; none when the shop reported no sales.
    pub revenue: Option<i64>,
    pub channels: Vec<ChannelOutcome>,
    pub ended_at: DateTime<Utc>,
}

impl DomainEvent for Outcome {
    fn name(&self) -> &'static str {
        "analytics.outcome"
    }
}
