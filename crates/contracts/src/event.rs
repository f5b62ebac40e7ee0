//! What the event service tells.

use crate::DomainEvent;
use crate::ai::Forecast;
use crate::content::ImageRef;
use crate::reference::{Channel, Industry, Objective, Region};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventStatus {
    Draft,
    Publishing,
    Scheduled,
    Ongoing,
    Ended,
    PublishFailed,
    Cancelled,
}

impl EventStatus {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Publishing => "PUBLISHING",
            Self::Scheduled => "SCHEDULED",
            Self::Ongoing => "ONGOING",
            Self::Ended => "ENDED",
            Self::PublishFailed => "PUBLISH_FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Draft,
            Self::Publishing,
            Self::Scheduled,
            Self::Ongoing,
            Self::Ended,
            Self::PublishFailed,
            Self::Cancelled,
        ]
        .into_iter()
        .find(|s| s.code() == code)
    }
}

/// A prize; `unit_cost` in KRW. Higher prizes come first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Prize {
    pub name: String,
    pub quantity: u32,
    pub unit_cost: i64,
}

/// Whether a visit to the shop counts more, and how many entries it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VisitBonus {
    pub enabled: bool,
    #[serde(default = "VisitBonus::usual_weight")]
    pub weight: u32,
}

impl VisitBonus {
    /// A visit counts three entries unless the owner says otherwise.
    pub const fn usual_weight() -> u32 {
        3
    }
}

/// One chosen channel with its wishes; `budget` in KRW.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChannelChoice {
    pub channel: Channel,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<serde_json::Map<String, serde_json::Value>>,
}

/// An event as other services see it. `version` grows with every change: a lower one is old news.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventSnapshot {
    pub event_id: Uuid,
    pub code: String,
    pub owner_id: Uuid,
    pub store_id: Uuid,
    pub store_name: String,
    pub industry: Industry,
    pub region: Region,
    pub objective: Objective,
    pub status: EventStatus,
    pub title: String,
    pub description: String,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    /// When entries were first taken.
    #[serde(default)]
    pub opened_at: Option<DateTime<Utc>>,
    /// When it really closed: by the clock, or earlier by the owner.
    #[serde(default)]
    pub closed_at: Option<DateTime<Utc>>,
    pub prizes: Vec<Prize>,
    pub winner_count: u32,
    pub visit_bonus: VisitBonus,
    /// KRW.
    pub budget: Option<i64>,
    #[serde(default)]
    pub forecast: Option<Forecast>,
    /// Tier of the plan the owner chose, if any: `LOW_COST`, `MID_COST`, `HIGH_COST`.
    #[serde(default)]
    pub tier: Option<String>,
    pub channels: Vec<ChannelChoice>,
    pub images: Vec<ImageRef>,
    pub version: i64,
}

/// `event.*`; each carries the event as it was right after the change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "event", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventEvent {
    /// Approved: distribution begins.
    Approved(EventSnapshot),
    /// Published, waiting for its start.
    Scheduled(EventSnapshot),
    /// Takes entries from now on.
    Opened(EventSnapshot),
    /// Changed after approval (title, description, a later end).
    Updated(EventSnapshot),
    /// Takes no more entries.
    Ended(EventSnapshot),
    /// Taken down by the owner.
    Cancelled(EventSnapshot),
    /// No channel took it.
    PublishFailed(EventSnapshot),
}

impl EventEvent {
    pub fn snapshot(&self) -> &EventSnapshot {
        match self {
            Self::Approved(e)
            | Self::Scheduled(e)
            | Self::Opened(e)
            | Self::Updated(e)
            | Self::Ended(e)
            | Self::Cancelled(e)
            | Self::PublishFailed(e) => e,
        }
    }
}

impl DomainEvent for EventEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Approved(_) => "event.approved",
            Self::Scheduled(_) => "event.scheduled",
            Self::Opened(_) => "event.opened",
            Self::Updated(_) => "event.updated",
            Self::Ended(_) => "event.ended",
            Self::Cancelled(_) => "event.cancelled",
            Self::PublishFailed(_) => "event.publish_failed",
        }
    }
}
