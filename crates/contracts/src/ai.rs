//! What the AI service is asked and tells.

use crate::event::Prize;
use crate::reference::{Channel, Industry, Objective, Region};
use crate::{DomainEvent, Job};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The job `ai.recommendation`. `today` is the fleet's date in Seoul when it was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecommendEvent {
    pub job_id: Uuid,
    pub event_id: Uuid,
    pub owner_id: Uuid,
    pub store_name: String,
    pub industry: Industry,
    pub region: Region,
    pub objective: Objective,
    /// KRW; none means the planner proposes one.
    pub budget: Option<i64>,
    pub note: Option<String>,
    pub today: NaiveDate,
}

impl Job for RecommendEvent {
    const QUEUE: &'static str = "ai.recommendation";
    const PRIORITIES: bool = true;
}

/// Who made an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Source {
    Claude,
    // The name of the vendor, not two words.
    #[serde(rename = "OPENAI")]
    OpenAi,
    Cache,
    Planner,
}

/// How much a plan costs compared with its two siblings.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tier {
    LowCost,
    MidCost,
    HighCost,
}

impl Tier {
    pub const ALL: [Self; 3] = [Self::LowCost, Self::MidCost, Self::HighCost];

    pub const fn code(self) -> &'static str {
        match self {
            Self::LowCost => "LOW_COST",
            Self::MidCost => "MID_COST",
            Self::HighCost => "HIGH_COST",
        }
    }
}

/// A count with its likely range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Range {
    pub low: i64,
    pub expected: i64,
    pub high: i64,
}

/// What a plan is expected to bring. Money in KRW; `roi` in percent, `(revenue − cost) / cost × 100`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    pub participants: Range,
    pub cost: i64,
    pub revenue: i64,
    pub roi: f64,
    /// Extra visitors at which the event has paid for itself.
    pub break_even_visitors: i64,
    /// The stated formula with this plan's numbers, in Korean.
    pub basis: String,
    /// What the formula alone expects; none for a forecast of before this was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ForecastModel>,
}

/// The formula's own people, before what finished events taught is applied. An outcome is compared with these, so that
/// a correction is never learned a second time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForecastModel {
    /// All of them: those of the channels, and those who enter at the counter.
    pub participants: f64,
    pub channels: Vec<ChannelModel>,
}

/// The people the formula expects of one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelModel {
    pub channel: Channel,
    pub participants: f64,
}

/// When a plan proposes to run; dates in Seoul.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub days: u32,
    /// Why then, in one Korean sentence.
    pub reason: String,
}

/// A channel a plan proposes; `budget` in KRW.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlannedChannel {
    pub channel: Channel,
    pub budget: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One of the three plans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    pub plan_id: Uuid,
    pub tier: Tier,
    pub title: String,
    pub summary: String,
    pub prizes: Vec<Prize>,
    /// How customers take part, in Korean.
    pub participation_method: String,
    pub channels: Vec<PlannedChannel>,
    pub schedule: Schedule,
    /// Entries a visit counts; 1 means no bonus.
    #[serde(default)]
    pub visit_weight: Option<u32>,
    pub forecast: Forecast,
}

/// One observation with what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrendItem {
    pub keyword: String,
    /// 0–1.
    pub relevance: f64,
    pub description: String,
    /// Where it is known from.
    pub evidence: String,
}

/// What is going on in this trade, place and season.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trend {
    pub industry: Vec<TrendItem>,
    pub region: Vec<TrendItem>,
    pub season: Vec<TrendItem>,
}

/// The answer of a recommendation job: exactly three plans in rising cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AiResult {
    pub source: Source,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    pub trend: Trend,
    pub plans: Vec<Plan>,
    /// Made against the practice server, not a real vendor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sandbox: bool,
}

/// `POST /internal/recommendations/lookup` → the cached answer fitted to this shop, if there is one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecommendationLookup {
    pub result: Option<AiResult>,
}

/// `POST /internal/intents`: one typed sentence of an owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IntentRequest {
    pub text: String,
    pub today: NaiveDate,
}

/// What the sentence asks for. `source` as in [`Source`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Intent {
    pub objective: Objective,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub source: Source,
}

/// `ai.job.*`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
pub enum AiJobEvent {
    Succeeded {
        job_id: Uuid,
        event_id: Uuid,
        result: Box<AiResult>,
    },
    /// `code` is stable UPPER_SNAKE; `message` is Korean and fit for an owner.
    Failed {
        job_id: Uuid,
        event_id: Uuid,
        code: String,
        message: String,
    },
}

impl DomainEvent for AiJobEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Succeeded { .. } => "ai.job.succeeded",
            Self::Failed { .. } => "ai.job.failed",
        }
    }
}
