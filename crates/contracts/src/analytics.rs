//! What the analytics service tells.

use crate::DomainEvent;
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
