//! A draft: three plans for a trade, a region and a goal, made before any shop is known. This is what is cached
//! and asked of vendors; fitting turns it into a shop's own plans.

use janchi_contracts::ai::{PlannedChannel, Source, Tier, Trend};
use janchi_contracts::event::Prize;
use janchi_contracts::reference::{Code, Industry, Objective, Region};
use serde::{Deserialize, Serialize};

/// Grows when a stored draft of before can no longer be read as meant.
pub const DRAFT_VERSION: u32 = 1;

/// What a draft is made from, and nothing else of a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Topic {
    pub industry: Industry,
    pub region: Region,
    pub objective: Objective,
}

impl Topic {
    /// The seed's cache key.
    pub fn cache_key(&self) -> String {
        format!(
            "ai:recommendation:{}:{}:{}",
            self.industry.code(),
            self.region.code(),
            self.objective.code()
        )
    }
}

/// Three plans in rising cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    pub version: u32,
    /// Who made it; never [`Source::Cache`].
    pub origin: Source,
    /// Code of the occasion it was made for.
    pub season: String,
    /// What the vendor itself observed; empty from the planner.
    pub observed: Trend,
    pub plans: Vec<DraftPlan>,
    /// The vendor was the practice server.
    #[serde(default)]
    pub sandbox: bool,
}

/// One plan without shop, dates and forecast; money in KRW.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftPlan {
    pub tier: Tier,
    pub title: String,
    pub summary: String,
    /// Code of a mechanic of the knowledge base: the forecast rests on it.
    pub mechanic: String,
    pub method: String,
    pub prizes: Vec<Prize>,
    pub channels: Vec<PlannedChannel>,
    /// Days from today to the start.
    pub start_offset: u32,
    pub days: u32,
    pub schedule_reason: String,
    pub visit_weight: u32,
}

impl DraftPlan {
    /// Prizes and channels together: there is no other cost.
    pub fn cost(&self) -> i64 {
        prizes_cost(&self.prizes) + channels_cost(&self.channels)
    }
}

/// Sum of quantity × unit cost; saturates instead of overflowing.
pub fn prizes_cost(prizes: &[Prize]) -> i64 {
    prizes.iter().fold(0, |sum, p| {
        sum.saturating_add(p.unit_cost.saturating_mul(i64::from(p.quantity)))
    })
}

/// Sum of the channel budgets.
pub fn channels_cost(channels: &[PlannedChannel]) -> i64 {
    channels
        .iter()
        .fold(0, |sum, c| sum.saturating_add(c.budget))
}

/// Whether the plans are LOW, MID, HIGH in strictly rising cost.
pub fn is_rising(plans: &[DraftPlan]) -> bool {
    plans.len() == 3
        && plans.iter().map(|p| p.tier).eq(Tier::ALL)
        && plans.windows(2).all(|w| w[0].cost() < w[1].cost())
}
