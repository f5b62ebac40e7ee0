//! Request bodies. An absent field stays as it is, `null` empties it; the limits are the domain's.

use crate::domain::changes::Changes;
use crate::domain::limits::{WantedBonus, WantedPrize};
use chrono::{DateTime, Utc};
use janchi_contracts::event::ChannelChoice;
use janchi_contracts::reference::{Objective, Platform, Style};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

/// Tells `null` from absent.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateEvent {
    pub objective: Objective,
    #[serde(default)]
    pub title: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PrizeBody {
    name: String,
    quantity: i64,
    unit_cost: i64,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VisitBonusBody {
    enabled: bool,
    #[serde(default)]
    weight: Option<i64>,
}

/// `PATCH /api/events/{id}`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchEvent {
    #[serde(default, deserialize_with = "given")]
    title: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    starts_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "given")]
    ends_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "given")]
    prizes: Option<Option<Vec<PrizeBody>>>,
    #[serde(default, deserialize_with = "given")]
    winner_count: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    visit_bonus: Option<Option<VisitBonusBody>>,
    #[serde(default, deserialize_with = "given")]
    budget: Option<Option<i64>>,
}

impl From<PatchEvent> for Changes {
    fn from(body: PatchEvent) -> Self {
        Self {
            title: body.title,
            description: body.description,
            starts_at: body.starts_at,
            ends_at: body.ends_at,
            prizes: body.prizes.map(wanted_prizes),
            winner_count: body.winner_count,
            visit_bonus: body.visit_bonus.map(wanted_bonus),
            budget: body.budget,
        }
    }
}

fn wanted_prizes(prizes: Option<Vec<PrizeBody>>) -> Option<Vec<WantedPrize>> {
    let wanted = |prize: PrizeBody| WantedPrize {
        name: prize.name,
        quantity: prize.quantity,
        unit_cost: prize.unit_cost,
    };
    prizes.map(|prizes| prizes.into_iter().map(wanted).collect())
}

fn wanted_bonus(bonus: Option<VisitBonusBody>) -> Option<WantedBonus> {
    bonus.map(|bonus| WantedBonus {
        enabled: bonus.enabled,
        weight: bonus.weight,
    })
}

/// What the owner wants otherwise than the plan. Absent and `null` both mean: as planned.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overrides {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    starts_at: Option<DateTime<Utc>>,
    #[serde(default)]
    ends_at: Option<DateTime<Utc>>,
    #[serde(default)]
    prizes: Option<Vec<PrizeBody>>,
    #[serde(default)]
    winner_count: Option<i64>,
    #[serde(default)]
    visit_bonus: Option<VisitBonusBody>,
    #[serde(default)]
    budget: Option<i64>,
    #[serde(default)]
    pub channels: Option<Vec<ChannelChoice>>,
}

impl From<Overrides> for Changes {
    fn from(body: Overrides) -> Self {
        Self {
            title: body.title.map(Some),
            description: body.description.map(Some),
            starts_at: body.starts_at.map(Some),
            ends_at: body.ends_at.map(Some),
            prizes: body.prizes.map(|prizes| wanted_prizes(Some(prizes))),
            winner_count: body.winner_count.map(Some),
            visit_bonus: body.visit_bonus.map(|bonus| wanted_bonus(Some(bonus))),
            budget: body.budget.map(Some),
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChoosePlan {
    pub job_id: Uuid,
    pub plan_id: Uuid,
    #[serde(default)]
    pub overrides: Option<Overrides>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChooseImages {
    pub image_ids: Vec<Uuid>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChooseChannels {
    pub channels: Vec<ChannelChoice>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AskRecommendation {
    pub event_id: Uuid,
    #[serde(default)]
    pub budget: Option<i64>,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AskImages {
    pub event_id: Uuid,
    #[serde(default)]
    pub styles: Option<Vec<Style>>,
    #[serde(default)]
    pub platforms: Option<Vec<Platform>>,
    /// One of the owner's uploads, to stand behind the text instead of a drawn or generated background.
    #[serde(default)]
    pub photo_upload_id: Option<Uuid>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AskIntent {
    pub text: String,
}
