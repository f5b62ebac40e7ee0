//! Sums over lessons: all that learning needs of finished events.

use super::lesson::Lesson;
use janchi_contracts::ai::Tier;
use janchi_contracts::reference::{Channel, Industry};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Nothing is said or applied that rests on fewer shops: none could be recognised in it.
pub const FEWEST_SHOPS: u64 = 5;

/// Which lessons a sum is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// None: events as a whole.
    pub channel: Option<Channel>,
    /// None: of all trades.
    pub industry: Option<Industry>,
    /// None: of all tiers.
    pub tier: Option<Tier>,
}

/// Sums over a group's lessons; see [`Lesson`] for what is summed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    pub events: u64,
    /// Different owners.
    pub shops: u64,
    pub sum: f64,
    pub squares: f64,
    pub share: f64,
    pub blur: f64,
}

impl Tally {
    /// Mean deviation; 0 without events.
    pub fn mean(&self) -> f64 {
        self.sum / (self.events.max(1) as f64)
    }

    /// Mean of the counting noise.
    pub fn mean_blur(&self) -> f64 {
        self.blur / (self.events.max(1) as f64)
    }

    /// Squared distances from the group's own mean.
    pub fn scatter(&self) -> f64 {
        (self.squares - self.sum * self.mean()).max(0.0)
    }

    /// How many independent distances [`Tally::scatter`] is made of.
    pub fn freedom(&self) -> f64 {
        self.events.saturating_sub(1) as f64
    }
}

/// The sums of all groups.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tallies(BTreeMap<Group, Tally>);

impl FromIterator<(Group, Tally)> for Tallies {
    fn from_iter<T: IntoIterator<Item = (Group, Tally)>>(groups: T) -> Self {
        Self(groups.into_iter().collect())
    }
}

impl Tallies {
    /// The sums over a group; zeroes for one without lessons.
    pub fn of(
        &self,
        channel: Option<Channel>,
        industry: Option<Industry>,
        tier: Option<Tier>,
    ) -> Tally {
        let group = Group {
            channel,
            industry,
            tier,
        };
        self.0.get(&group).copied().unwrap_or_default()
    }
}

/// The same sums made in memory, lesson by lesson: for the back-test. The service has its database make them.
#[derive(Debug, Clone, Default)]
pub struct Book {
    tallies: Tallies,
    shops: BTreeMap<Group, BTreeSet<Uuid>>,
}

impl Book {
    /// Takes down what one event taught.
    pub fn add(&mut self, shop: Uuid, industry: Industry, tier: Tier, lessons: &[Lesson]) {
        for lesson in lessons {
            let channel = lesson.channel;
            for (industry, tier) in [
                (Some(industry), Some(tier)),
                (Some(industry), None),
                (None, None),
            ] {
                let group = Group {
                    channel,
                    industry,
                    tier,
                };
                let shops = self.shops.entry(group).or_default();
                shops.insert(shop);
                let tally = self.tallies.0.entry(group).or_default();
                tally.events += 1;
                tally.shops = shops.len() as u64;
                tally.sum += lesson.deviation;
                tally.squares += lesson.deviation * lesson.deviation;
                tally.share += lesson.share;
                tally.blur += lesson.blur;
            }
        }
    }

    pub fn tallies(&self) -> &Tallies {
        &self.tallies
    }
}
