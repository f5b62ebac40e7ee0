use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How the list is drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DrawMode")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    /// Every entry has the same chance.
    Uniform,
    /// An entry's chance is its weight.
    Weighted,
}

impl Mode {
    /// The name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Uniform => "UNIFORM",
            Self::Weighted => "WEIGHTED",
        }
    }
}

/// One entry of the frozen list: whose it is, only the one who holds its nonce can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FrozenEntry")]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub tag: String,
    pub weight: u32,
}

/// The public randomness that was mixed in, or `id` `none`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DrawBeacon")]
#[serde(deny_unknown_fields)]
pub struct Beacon {
    pub id: String,
    pub round: Option<u64>,
    pub value: Option<String>,
    pub signature: Option<String>,
}

impl Beacon {
    /// For an event that uses no beacon.
    pub fn none() -> Self {
        Self {
            id: "none".to_owned(),
            round: None,
            value: None,
            signature: None,
        }
    }
}

/// A place of the draw, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DrawRank")]
#[serde(deny_unknown_fields)]
pub struct Rank {
    pub rank: u32,
    pub tag: String,
}

/// A prize that went on to the next alternate, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DrawForfeit")]
#[serde(deny_unknown_fields)]
pub struct Forfeit {
    pub tag: String,
    pub reason: String,
    pub at: DateTime<Utc>,
}

/// All a stranger needs to recompute a draw, without personal data. Bytes are lower-case hex. What is not known
/// yet is null: entries until the freeze, seed and winners until the draw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DrawBundle")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bundle {
    pub version: String,
    pub draw_id: String,
    pub event_id: String,
    pub draw_no: u32,
    pub mode: Mode,
    pub commitment: String,
    pub committed_at: DateTime<Utc>,
    pub rules: Value,
    pub rules_hash: String,
    pub entries: Option<Vec<Entry>>,
    pub entries_root: Option<String>,
    pub frozen_at: Option<DateTime<Utc>>,
    pub beacon: Beacon,
    pub seed: Option<String>,
    pub drawn_at: Option<DateTime<Utc>>,
    pub winners: Option<Vec<Rank>>,
    pub alternates: Option<Vec<Rank>>,
    pub forfeits: Vec<Forfeit>,
}
