//! What the distribution service is asked and tells.

use crate::event::EventSnapshot;
use crate::reference::Channel;
use crate::{DomainEvent, Job};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The job `distribution.publish`: bring the event to all its channels. `run` counts the approvals of the event
/// from 1, so that a second approval after a failure is a new run and a repeated message is not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublishEvent {
    pub run: u32,
    pub event: EventSnapshot,
}

impl Job for PublishEvent {
    const QUEUE: &'static str = "distribution.publish";
}

/// Where one channel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChannelStatus {
    Queued,
    Publishing,
    PendingReview,
    Published,
    ManualActionRequired,
    Unknown,
    Skipped,
    Failed,
    Cancelled,
}

impl ChannelStatus {
    pub const ALL: [Self; 9] = [
        Self::Queued,
        Self::Publishing,
        Self::PendingReview,
        Self::Published,
        Self::ManualActionRequired,
        Self::Unknown,
        Self::Skipped,
        Self::Failed,
        Self::Cancelled,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Publishing => "PUBLISHING",
            Self::PendingReview => "PENDING_REVIEW",
            Self::Published => "PUBLISHED",
            Self::ManualActionRequired => "MANUAL_ACTION_REQUIRED",
            Self::Unknown => "UNKNOWN",
            Self::Skipped => "SKIPPED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// Where a whole run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunStatus {
    Running,
    Completed,
    Partial,
    Failed,
}

/// How entries that come by a channel are told apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelCode {
    pub channel: Channel,
    /// Part of the link, not guessable.
    pub tracking_code: String,
    /// Said aloud on TV and by phone; none where a link can be tapped.
    pub spoken_code: Option<String>,
}

/// One channel in a summary. Money in KRW.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelSummary {
    pub channel: Channel,
    pub status: ChannelStatus,
    pub tracking_url: Option<String>,
    pub spoken_code: Option<String>,
    pub external_url: Option<String>,
    /// What the channel costs or has cost.
    pub cost: i64,
    pub sandbox: bool,
}

/// How far taking a run down has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TakeDown {
    /// Nobody asked for it.
    #[default]
    NotOrdered,
    UnderWay,
    /// Nothing of it is up any more; what no program can remove is in the owner's hands.
    Done,
}

/// `GET /internal/distributions/{eventId}`: the latest run. An event that was cancelled before any run was begun has
/// run 0 without channels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DistributionSummary {
    pub event_id: Uuid,
    #[serde(default)]
    pub run: u32,
    pub status: RunStatus,
    #[serde(default)]
    pub take_down: TakeDown,
    pub channels: Vec<ChannelSummary>,
}

/// Whether a channel can be brought up for an owner without their hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChannelReach {
    /// By the practice server, where every shop is connected.
    Practice,
    /// By an account of the owner or of the installation.
    Connected,
    /// The same, but the owner's connection ends within a week.
    ExpiresSoon,
    /// The owner's connection has ended.
    Expired,
    /// The owner has connected no account.
    NotConnected,
    /// This installation does not speak to the platform.
    NotConfigured,
}

/// One channel of an owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnerChannel {
    pub channel: Channel,
    pub reach: ChannelReach,
    /// When the owner's connection ends, if it does.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// `GET /internal/owners/{ownerId}/channels`: all channels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnerChannels {
    pub channels: Vec<OwnerChannel>,
}

/// What a platform counted. None: the platform does not tell it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelStatistic {
    pub channel: Channel,
    pub impressions: Option<i64>,
    pub clicks: Option<i64>,
    pub cost: i64,
    /// Where the numbers come from, e.g. `INSTAGRAM_INSIGHTS`.
    pub source: String,
    /// The platform did not answer: these are the last known numbers.
    pub stale: bool,
}

/// `GET /internal/distributions/{eventId}/statistics`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelStatistics {
    pub event_id: Uuid,
    pub channels: Vec<ChannelStatistic>,
}

/// `distribution.*`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
pub enum DistributionEvent {
    /// The run was accepted: these codes tell its channels apart.
    Started {
        event_id: Uuid,
        owner_id: Uuid,
        run: u32,
        codes: Vec<ChannelCode>,
    },
    ChannelChanged {
        event_id: Uuid,
        run: u32,
        channel: ChannelSummary,
    },
    /// No channel is waiting or at work any more. Told again when a later review or retry changes the outcome.
    Finished {
        event_id: Uuid,
        run: u32,
        status: RunStatus,
        channels: Vec<ChannelSummary>,
    },
    /// What was up has been taken down.
    TakenDown {
        event_id: Uuid,
        run: u32,
        channels: Vec<ChannelSummary>,
    },
}

impl DomainEvent for DistributionEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Started { .. } => "distribution.started",
            Self::ChannelChanged { .. } => "distribution.channel_changed",
            Self::Finished { .. } => "distribution.finished",
            Self::TakenDown { .. } => "distribution.taken_down",
        }
    }
}

/// A spoken code as it is said: `4729` → `사 칠 이 구`; other characters are left out.
pub fn digits_aloud(code: &str) -> String {
    let names: Vec<&str> = code.chars().filter_map(digit_name).collect();
    names.join(" ")
}

const fn digit_name(digit: char) -> Option<&'static str> {
    Some(match digit {
        '0' => "공",
        '1' => "일",
        '2' => "이",
        '3' => "삼",
        '4' => "사",
        '5' => "오",
        '6' => "육",
        '7' => "칠",
        '8' => "팔",
        '9' => "구",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::digits_aloud;

    #[test]
    fn a_code_is_said_digit_by_digit() {
        assert_eq!(digits_aloud("4-0 7"), "사 공 칠");
    }
}
