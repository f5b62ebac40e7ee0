//! How far forecasts missed that were shown: what the width of the next range is made from.
//!
//! Taken from what owners were really told, it holds everything that goes wrong together: how much events differ, what
//! was not known of a factor at that time, and how far the formula's shape is from the world's. It is a quantile, so
//! that a few wild events do not widen the ranges of all.

use super::score::Score;
use janchi_contracts::ai::Tier;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The latest forecasts are judged, so that mistakes of the first days are forgotten.
pub const WINDOW: usize = 500;
/// Standard deviations of an 80 % range.
pub const EIGHTY_PERCENT: f64 = 1.28;

/// Misses of forecasts of a tier, or of all.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Miss {
    pub events: u64,
    /// Different owners.
    pub shops: u64,
    /// Eight of ten forecasts missed by less: the 80 % quantile of |ln((actual + 1) ÷ (expected + 1))|.
    pub quantile: f64,
    /// Mean variance by counting whole people alone.
    pub blur: f64,
}

impl Miss {
    /// Variance of the logarithm for which 80 % of a bell curve lie within the quantile, without counting noise.
    pub fn variance(&self) -> f64 {
        ((self.quantile / EIGHTY_PERCENT).powi(2) - self.blur).max(0.0)
    }
}

/// Misses per tier; none for all tiers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Misses(BTreeMap<Option<Tier>, Miss>);

impl FromIterator<(Option<Tier>, Miss)> for Misses {
    fn from_iter<T: IntoIterator<Item = (Option<Tier>, Miss)>>(misses: T) -> Self {
        Self(misses.into_iter().collect())
    }
}

impl Misses {
    pub fn of(&self, tier: Option<Tier>) -> Miss {
        self.0.get(&tier).copied().unwrap_or_default()
    }
}

/// The same made in memory, score by score in order of time: for the back-test. The service has its database do it.
#[derive(Debug, Clone, Default)]
pub struct MissBook(Vec<(Uuid, Tier, f64, f64)>);

impl MissBook {
    pub fn add(&mut self, shop: Uuid, tier: Tier, score: &Score) {
        self.0
            .push((shop, tier, score.deviation().abs(), score.blur()));
    }

    pub fn misses(&self) -> Misses {
        let latest = &self.0[self.0.len().saturating_sub(WINDOW)..];
        let tiers = Tier::ALL.into_iter().map(Some);
        let groups = std::iter::once(None).chain(tiers);
        groups
            .filter_map(|group| {
                let of_group = latest
                    .iter()
                    .filter(|(_, tier, ..)| group.is_none_or(|g| g == *tier));
                let (shops, mut far, mut blur) = of_group.fold(
                    (BTreeSet::new(), Vec::new(), 0.0),
                    |(mut shops, mut far, blur), (shop, _, miss, more)| {
                        shops.insert(*shop);
                        far.push(*miss);
                        (shops, far, blur + more)
                    },
                );
                far.sort_by(f64::total_cmp);
                blur /= far.len().max(1) as f64;
                let miss = Miss {
                    events: far.len() as u64,
                    shops: shops.len() as u64,
                    quantile: quantile(&far)?,
                    blur,
                };
                Some((group, miss))
            })
            .collect()
    }
}

/// As `percentile_cont(0.8)` of the database: between the two nearest in rank.
fn quantile(sorted: &[f64]) -> Option<f64> {
    let at = 0.8 * (sorted.len().checked_sub(1)? as f64);
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    Some(below + (above - below) * at.fract())
}

#[cfg(test)]
mod tests {
    use super::*;
    use janchi_contracts::ai::Range;

    #[test]
    fn the_quantile_is_that_of_the_database() {
        assert_eq!(quantile(&[]), None);
        assert_eq!(quantile(&[3.0]), Some(3.0));
        assert_eq!(quantile(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), Some(4.0));
        assert!((quantile(&[1.0, 2.0]).unwrap() - 1.8).abs() < 1e-12);
    }

    #[test]
    fn the_latest_forecasts_count_and_tiers_are_told_apart() {
        let mut book = MissBook::default();
        let score = |actual| Score {
            range: Range {
                low: 0,
                expected: 99,
                high: 0,
            },
            actual,
        };
        for shop in 0..600_u128 {
            // The first hundred missed widely.
            let actual = if shop < 100 { 999 } else { 199 };
            book.add(Uuid::from_u128(shop), Tier::LowCost, &score(actual));
        }
        let misses = book.misses();
        let all = misses.of(None);
        assert_eq!((all.events, all.shops), (500, 500));
        assert!((all.quantile - 2.0_f64.ln()).abs() < 1e-9);
        assert!((all.variance() - ((2.0_f64.ln() / 1.28).powi(2) - 0.01)).abs() < 1e-9);
        assert_eq!(misses.of(Some(Tier::LowCost)), all);
        assert_eq!(misses.of(Some(Tier::HighCost)), Miss::default());
    }
}
