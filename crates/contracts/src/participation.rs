//! What the participation service tells. Never a name or a phone number.

use crate::DomainEvent;
use crate::reference::Channel;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `GET /internal/events/{id}/draw`: the public side of a draw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DrawPublic {
    pub draw_id: Uuid,
    /// Lower-case hex.
    pub commitment: String,
    pub rules_hash: String,
    pub committed_at: DateTime<Utc>,
    pub drawn_at: Option<DateTime<Utc>>,
    /// None in what was told before this was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeptFor>,
}

/// How many days after an event's real closing what is personal is kept, as it was promised at its opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptFor {
    /// Of those who won nothing.
    pub entrants_days: u32,
    /// Of winners; where the dearest prize is taxed, as long as the law wants papers kept.
    pub winners_days: u32,
}

/// `GET /internal/events/{id}/summary`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipationSummary {
    pub event_id: Uuid,
    pub participants: i64,
    pub visited: i64,
    pub by_channel: Vec<ChannelCount>,
    pub winners: i64,
    pub draw: Option<DrawPublic>,
}

/// Entries of one channel; none is an entry whose channel is not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelCount {
    pub channel: Option<Channel>,
    pub participants: i64,
}

/// One entry as others may know it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntryNote {
    pub participant_id: Uuid,
    pub channel: Option<Channel>,
    pub visited: bool,
    pub entered_at: DateTime<Utc>,
}

/// `participation.*`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
pub enum ParticipationEvent {
    /// The draw's seed is committed: entries are taken from now on.
    Opened {
        event_id: Uuid,
        owner_id: Uuid,
        draw: DrawPublic,
    },
    /// One commit's entries of one event, together.
    Entered {
        event_id: Uuid,
        entries: Vec<EntryNote>,
    },
    Withdrawn {
        event_id: Uuid,
        entry: EntryNote,
        at: DateTime<Utc>,
    },
    Visited {
        event_id: Uuid,
        participant_id: Uuid,
        channel: Option<Channel>,
        at: DateTime<Utc>,
    },
    Drawn {
        event_id: Uuid,
        draw_id: Uuid,
        participants: i64,
        winners: i64,
        at: DateTime<Utc>,
    },
    /// A winner's step: `CONTACTED`, `CLAIMED` or `FORFEITED`.
    WinnerChanged {
        event_id: Uuid,
        participant_id: Uuid,
        state: String,
        at: DateTime<Utc>,
    },
}

impl DomainEvent for ParticipationEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "participation.opened",
            Self::Entered { .. } => "participation.entered",
            Self::Withdrawn { .. } => "participation.withdrawn",
            Self::Visited { .. } => "participation.visited",
            Self::Drawn { .. } => "participation.drawn",
            Self::WinnerChanged { .. } => "participation.winner_changed",
        }
    }
}
