//! How people flow from a channel's reach to the shop's till: the steps of the model that [`super::forecast`] states.

use super::draft::prizes_cost;
use super::knowledge::{self, IndustryFacts, Mechanic, RegionFacts};
use janchi_contracts::ai::PlannedChannel;
use janchi_contracts::event::Prize;

/// People a channel can reach around one shop at most, at average density.
const NEIGHBOURHOOD: f64 = 60_000.0;
/// Counter entries come from customers who were there anyway: a fifth of them counts as extra.
pub const COUNTER_SHARE: f64 = 0.2;
/// Prizes worth this much in all draw half of the people that a fortune would, in KRW.
const HALF_DRAWN: f64 = 20_000.0;

/// People reached by a channel with this budget.
pub fn reach(channel: &PlannedChannel, region: &RegionFacts) -> f64 {
    let facts = knowledge::get().channel(channel.channel);
    let paid = facts.reach_per_1000 * channel.budget as f64 / 1000.0;
    (facts.free_reach * region.density + paid).min(NEIGHBOURHOOD * region.density)
}

/// Entries of one channel before mechanic, prizes and season.
pub fn base_entries(channel: &PlannedChannel, region: &RegionFacts) -> f64 {
    let facts = knowledge::get().channel(channel.channel);
    reach(channel, region) * facts.open_rate * facts.entry_rate
}

/// How prizes draw, 0–1.5: by the dearest one and how many there are, and hardly at all when there is next to nothing
/// to win.
pub fn attraction(prizes: &[Prize]) -> f64 {
    let dearest = prizes.iter().map(|p| p.unit_cost).max().unwrap_or(0) as f64;
    let winners: u32 = prizes
        .iter()
        .fold(0, |sum, p| sum.saturating_add(p.quantity));
    let all = prizes_cost(prizes) as f64;
    let shape = 0.7 + 0.12 * (1.0 + dearest / 5000.0).ln() + 0.06 * (1.0 + f64::from(winners)).ln();
    shape.clamp(0.7, 1.5) * all / (all + HALF_DRAWN)
}

/// How much an occasion adds.
pub fn season_factor(occasion: f64) -> f64 {
    1.0 + 0.15 * occasion.clamp(0.0, 1.0)
}

/// The numbers between reach and money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    pub online: f64,
    pub counter: f64,
    /// Purchases that would not have been made without the event.
    pub purchases: f64,
    pub revenue: f64,
}

impl Flow {
    /// Everybody who enters.
    pub fn people(&self) -> f64 {
        self.online + self.counter
    }

    /// With so many times the people.
    pub fn times(self, factor: f64) -> Self {
        Self {
            online: self.online * factor,
            counter: self.counter * factor,
            purchases: self.purchases * factor,
            revenue: self.revenue * factor,
        }
    }
}

/// What makes people enter, beside the channel and the way to take part.
#[derive(Debug, Clone, Copy)]
pub struct Pull {
    /// Of the prizes: [`attraction`].
    pub attraction: f64,
    /// Of the time: [`season_factor`].
    pub season: f64,
}

/// Follows people from the channels' base entries to revenue.
pub fn flow(
    base: f64,
    pull: Pull,
    industry: &IndustryFacts,
    mechanic: &Mechanic,
    days: u32,
) -> Flow {
    let online = base * mechanic.entry * pull.attraction * pull.season;
    let counter = industry.customers * f64::from(days) * mechanic.walk_in * pull.attraction;
    let purchases = (online + counter * COUNTER_SHARE)
        * mechanic.visit_rate
        * industry.conversion
        * mechanic.repeat;
    Flow {
        online,
        counter,
        purchases,
        revenue: purchases * industry.bill as f64 * industry.margin,
    }
}
