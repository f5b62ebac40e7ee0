//! The types of `janchi_draw` as others are told of them. That crate knows nothing of our API, so that it stays small
//! enough for a stranger to read; `remote` makes the compiler compare each with the real one.

use chrono::{DateTime, Utc};
use janchi_draw::{Beacon, Bundle, Entry, Forfeit, Mode, Rank};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How an entry's chance comes about.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Mode", rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "DrawMode")]
#[expect(dead_code, reason = "tells the shape; `janchi_draw` makes the values")]
pub enum DrawMode {
    /// Every entry has the same chance.
    Uniform,
    /// An entry's chance is its weight.
    Weighted,
}

/// One entry of the frozen list: whose it is, only the one who holds its nonce can tell.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Entry", deny_unknown_fields)]
#[schemars(rename = "FrozenEntry")]
#[expect(dead_code, reason = "as above")]
pub struct FrozenEntry {
    tag: String,
    weight: u32,
}

/// The public randomness that was mixed in, or `id` `none`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Beacon", deny_unknown_fields)]
#[schemars(rename = "DrawBeacon")]
#[expect(dead_code, reason = "as above")]
pub struct DrawBeacon {
    id: String,
    round: Option<u64>,
    value: Option<String>,
    signature: Option<String>,
}

/// A place of the draw, from 1.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Rank", deny_unknown_fields)]
#[schemars(rename = "DrawRank")]
#[expect(dead_code, reason = "as above")]
pub struct DrawRank {
    rank: u32,
    tag: String,
}

/// A prize that went on to the next alternate, and why.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Forfeit", deny_unknown_fields)]
#[schemars(rename = "DrawForfeit")]
#[expect(dead_code, reason = "as above")]
pub struct DrawForfeit {
    tag: String,
    reason: String,
    at: DateTime<Utc>,
}

/// All a stranger needs to recompute a draw, without personal data. Bytes are lower-case hex. What is not known
/// yet is null: entries until the freeze, seed and winners until the draw.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Bundle", rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "DrawBundle")]
#[expect(dead_code, reason = "as above")]
pub struct DrawBundle {
    version: String,
    draw_id: String,
    event_id: String,
    draw_no: u32,
    #[schemars(with = "DrawMode")]
    mode: Mode,
    commitment: String,
    committed_at: DateTime<Utc>,
    rules: Value,
    rules_hash: String,
    #[schemars(with = "Option<Vec<FrozenEntry>>")]
    entries: Option<Vec<Entry>>,
    entries_root: Option<String>,
    frozen_at: Option<DateTime<Utc>>,
    #[schemars(with = "DrawBeacon")]
    beacon: Beacon,
    seed: Option<String>,
    drawn_at: Option<DateTime<Utc>>,
    #[schemars(with = "Option<Vec<DrawRank>>")]
    winners: Option<Vec<Rank>>,
    #[schemars(with = "Option<Vec<DrawRank>>")]
    alternates: Option<Vec<Rank>>,
    #[schemars(with = "Vec<DrawForfeit>")]
    forfeits: Vec<Forfeit>,
}
