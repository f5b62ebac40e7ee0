//! What finished events taught about forecasts: by how much they are off, per trade and tier, and how surely.
//!
//! ```text
//! deviation of an event  x  = ln((entries + 1) ÷ (formula + 1)), less what its channels explain
//! fleet                  m      ~ N(0, FLEET²)
//! trade                  a_i    ~ N(m, TRADE²)
//! tier of a trade        b_it   ~ N(a_i, TIER²)
//! event                  x      ~ N(b_it, noise)
//! ```
//!
//! All beliefs are exact posteriors of this tree, the noise is estimated from the events themselves. How wide ranges
//! must be is taken from how far shown forecasts missed ([`Misses`]). Pure and without chance: the same sums give the
//! same calibration, no sums give none, and none leaves every number as it is.

use super::belief::{Belief, family, of_parent};
use super::channel_factors::ChannelFactors;
use super::misses::Misses;
use super::tally::{FEWEST_SHOPS, Tallies};
use janchi_contracts::ai::Tier;
use janchi_contracts::reference::{Channel, Industry};
use std::collections::BTreeMap;

/// How far off the formula may be as a whole (one standard deviation of the logarithm): its values were chosen with
/// care, but at a desk.
const FLEET: f64 = 0.2;
/// How far a trade may lie from the fleet: two of three are expected within 15 %.
const TRADE: f64 = 0.15;
/// How far a tier may lie from its trade: the same shops, only with more money.
const TIER: f64 = 0.1;
/// How far one event lies from its trade's and tier's usual, before any was seen: half as many or half as many again.
const NOISE: f64 = 0.5;
/// As how many events that counts against those that were seen.
const NOISE_EVENTS: f64 = 20.0;
/// No range is narrower than with this: of people there is never more certainty.
const FLOOR: f64 = 0.1;
/// The formula's own width counts as this many forecasts against those that were scored ...
const WIDTH_EVENTS: f64 = 20.0;
/// ... and the width of all tiers as this many against one tier's: a quantile takes many to be sure of.
const TIER_WIDTH_EVENTS: f64 = 100.0;

/// What was learned for a trade and a tier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// On the formula's people; half of all events lie above it.
    pub factor: f64,
    /// Of the logarithm of what will come: how far forecasts missed lately, and how surely this factor is known.
    /// Counting noise comes on top.
    pub variance: f64,
    /// 0–1, how much the learned width counts against the formula's.
    pub weight: f64,
    /// Finished events behind the factor, of five shops at least.
    pub events: u64,
}

/// Everything learned that changes a forecast. The default is to have learned nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calibration {
    levels: BTreeMap<(Industry, Tier), Level>,
    channels: ChannelFactors,
}

impl Calibration {
    /// None as long as too few shops have finished events.
    pub fn level(&self, industry: Industry, tier: Tier) -> Option<&Level> {
        self.levels.get(&(industry, tier))
    }

    /// The factor on the entries the formula expects of a channel; 1 where nothing was learned.
    pub fn channel(&self, industry: Industry, channel: Channel) -> f64 {
        self.channels.of(industry, channel)
    }

    /// Learns from sums over lessons, and from how far forecasts missed.
    pub fn learn(tallies: &Tallies, misses: &Misses) -> Self {
        let fleet = tallies.of(None, None, None);
        if fleet.shops < FEWEST_SHOPS {
            return Self::default();
        }
        let channels = ChannelFactors::learn(tallies);
        let factors = factors(tallies, &channels);
        let unsure: f64 = factors
            .iter()
            .map(|factor| factor.own_events as f64 * factor.belief.variance)
            .sum();
        let unsure = unsure / fleet.events as f64;
        let scored = misses.of(None);
        let weight = if scored.shops < FEWEST_SHOPS {
            0.0
        } else {
            scored.events as f64 / (scored.events as f64 + WIDTH_EVENTS)
        };
        let level = |factor: &Factor| Level {
            factor: factor.belief.mean.exp(),
            // The misses hold what was unsure of factors on average; this one may be surer or less so.
            variance: (width(misses, factor.tier) - unsure + factor.belief.variance)
                .max(FLOOR * FLOOR),
            weight,
            events: factor.events,
        };
        let levels = factors
            .iter()
            .map(|factor| ((factor.industry, factor.tier), level(factor)))
            .collect();
        Self { levels, channels }
    }
}

/// What is believed of a trade's tier, as a logarithm.
struct Factor {
    industry: Industry,
    tier: Tier,
    belief: Belief,
    /// Behind the belief.
    events: u64,
    /// Of this trade and tier.
    own_events: u64,
}

/// The posterior of every trade's every tier. The narrowest group with enough shops speaks.
fn factors(tallies: &Tallies, channels: &ChannelFactors) -> Vec<Factor> {
    let noise = noise(tallies);
    let heard: Vec<[Option<Belief>; 3]> = Industry::ALL
        .into_iter()
        .map(|industry| Tier::ALL.map(|tier| heard(tallies, channels, noise, industry, tier)))
        .collect();
    let trades: Vec<_> = heard
        .iter()
        .map(|tiers| of_parent(TIER * TIER, tiers))
        .collect();
    let nothing = Belief {
        mean: 0.0,
        variance: FLEET * FLEET,
    };
    let fleet = family(nothing, TRADE * TRADE, &trades);
    let untried = fleet.parent.of_relative(TRADE * TRADE + TIER * TIER);
    let mut factors = Vec::new();
    for (i, industry) in Industry::ALL.into_iter().enumerate() {
        let family = family(fleet.without_own[i], TIER * TIER, &heard[i]);
        let trade = tallies.of(None, Some(industry), None);
        for (t, tier) in Tier::ALL.into_iter().enumerate() {
            let own = tallies.of(None, Some(industry), Some(tier));
            let (belief, events) = match heard[i][t] {
                Some(told) if own.shops >= FEWEST_SHOPS => {
                    (family.without_own[t].and(told), own.events)
                }
                _ if trade.shops >= FEWEST_SHOPS => {
                    (family.parent.of_relative(TIER * TIER), trade.events)
                }
                _ => (untried, tallies.of(None, None, None).events),
            };
            factors.push(Factor {
                industry,
                tier,
                belief,
                events,
                own_events: own.events,
            });
        }
    }
    factors
}

/// What the events of a trade and tier say of it.
fn heard(
    tallies: &Tallies,
    channels: &ChannelFactors,
    noise: f64,
    industry: Industry,
    tier: Tier,
) -> Option<Belief> {
    let tally = tallies.of(None, Some(industry), Some(tier));
    let events = tally.events as f64;
    (tally.events > 0).then(|| Belief {
        mean: tally.mean() - mix(tallies, channels, industry, tier, events).ln(),
        variance: (noise + tally.mean_blur()) / events,
    })
}

/// Variance for a tier's ranges, leaning on that of all.
fn width(misses: &Misses, tier: Tier) -> f64 {
    let (all, own) = (misses.of(None), misses.of(Some(tier)));
    let events = if own.shops < FEWEST_SHOPS {
        0.0
    } else {
        own.events as f64
    };
    (TIER_WIDTH_EVENTS * all.variance() + events * own.variance()) / (TIER_WIDTH_EVENTS + events)
}

/// What the channels' factors make of this group's usual mix of channels: that part of the deviation is theirs.
fn mix(
    tallies: &Tallies,
    channels: &ChannelFactors,
    industry: Industry,
    tier: Tier,
    events: f64,
) -> f64 {
    let change: f64 = Channel::ALL
        .into_iter()
        .map(|channel| {
            let share = tallies.of(Some(channel), Some(industry), Some(tier)).share / events;
            share * (channels.of(industry, channel) - 1.0)
        })
        .sum();
    1.0 + change
}

/// Variance of an event around its trade's and tier's mean, over all of them, without counting noise.
fn noise(tallies: &Tallies) -> f64 {
    let (mut scatter, mut freedom) = (0.0, 0.0);
    for industry in Industry::ALL {
        for tier in Tier::ALL {
            let tally = tallies.of(None, Some(industry), Some(tier));
            scatter += tally.scatter() - tally.freedom() * tally.mean_blur();
            freedom += tally.freedom();
        }
    }
    let noise = (NOISE_EVENTS * NOISE * NOISE + scatter) / (NOISE_EVENTS + freedom);
    noise.max(FLOOR * FLOOR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lesson::Lesson;
    use crate::domain::misses::Miss;
    use crate::domain::tally::Book;
    use uuid::Uuid;

    /// Events of so many different shops, each so many times what the formula said.
    fn events(book: &mut Book, shops: std::ops::Range<u128>, tier: Tier, times: f64) {
        let lesson = Lesson {
            channel: None,
            deviation: times.ln(),
            share: 1.0,
            blur: 0.01,
        };
        for shop in shops {
            let lessons = std::slice::from_ref(&lesson);
            book.add(Uuid::from_u128(shop), Industry::Cafe, tier, lessons);
        }
    }

    fn learned(book: &Book) -> Calibration {
        Calibration::learn(book.tallies(), &Misses::default())
    }

    fn factor(book: &Book, industry: Industry, tier: Tier) -> f64 {
        learned(book).level(industry, tier).unwrap().factor
    }

    #[test]
    fn nothing_is_learned_before_five_shops_have_finished() {
        let mut book = Book::default();
        assert_eq!(learned(&book), Calibration::default());
        events(&mut book, 0..4, Tier::LowCost, 2.0);
        // The same four again: events are many, shops are few.
        for _ in 0..10 {
            events(&mut book, 0..4, Tier::LowCost, 2.0);
        }
        assert_eq!(learned(&book), Calibration::default());
        events(&mut book, 4..5, Tier::LowCost, 2.0);
        let calibration = learned(&book);
        let level = calibration.level(Industry::Cafe, Tier::LowCost).unwrap();
        assert!(level.factor > 1.0);
        assert_eq!(level.events, 45);
    }

    #[test]
    fn little_data_moves_little_and_a_hundred_events_most_of_the_way() {
        let mut book = Book::default();
        events(&mut book, 0..5, Tier::LowCost, 2.0);
        let few = factor(&book, Industry::Cafe, Tier::LowCost);
        assert!(few > 1.05 && few < 1.6, "{few}");
        events(&mut book, 5..100, Tier::LowCost, 2.0);
        let many = factor(&book, Industry::Cafe, Tier::LowCost);
        assert!(many > 1.9 && many <= 2.0, "{many}");
    }

    #[test]
    fn one_wild_event_moves_little() {
        let mut book = Book::default();
        events(&mut book, 0..30, Tier::LowCost, 1.0);
        let before = factor(&book, Industry::Cafe, Tier::LowCost);
        assert!((before - 1.0).abs() < 1e-9);
        // As wild as a lesson may be.
        events(&mut book, 30..31, Tier::LowCost, 3.0);
        let after = factor(&book, Industry::Cafe, Tier::LowCost);
        assert!(after > 1.0 && after < 1.04, "{after}");
    }

    #[test]
    fn tiers_and_trades_are_learned_apart_and_lean_on_each_other() {
        let mut book = Book::default();
        events(&mut book, 0..60, Tier::LowCost, 1.5);
        events(&mut book, 0..60, Tier::HighCost, 0.8);
        let low = factor(&book, Industry::Cafe, Tier::LowCost);
        let mid = factor(&book, Industry::Cafe, Tier::MidCost);
        let high = factor(&book, Industry::Cafe, Tier::HighCost);
        assert!(low > 1.4 && high < 0.87, "{low} {high}");
        assert!(high < mid && mid < low);
        // A trade without events is moved less than its neighbour's untried tier.
        let bar = factor(&book, Industry::Bar, Tier::MidCost);
        assert!((bar - 1.0).abs() < (mid - 1.0).abs(), "{bar} and {mid}");
        let calibration = learned(&book);
        let width = |industry, tier| calibration.level(industry, tier).unwrap().variance;
        assert!(width(Industry::Bar, Tier::LowCost) > width(Industry::Cafe, Tier::LowCost));
    }

    #[test]
    fn the_width_follows_the_misses_and_has_a_floor() {
        let mut book = Book::default();
        events(&mut book, 0..200, Tier::LowCost, 1.0);
        let miss = |shops, quantile| Miss {
            events: 200,
            shops,
            quantile,
            blur: 0.01,
        };
        let told = |all, high| {
            let misses = [(None, all), (Some(Tier::HighCost), high)];
            Calibration::learn(book.tallies(), &misses.into_iter().collect())
        };
        let width = |all, high, tier| {
            let calibration = told(all, high);
            calibration.level(Industry::Cafe, tier).unwrap().variance
        };
        let usual = width(miss(200, 0.5), Miss::default(), Tier::LowCost);
        assert!(
            (usual - ((0.5_f64 / 1.28).powi(2) - 0.01)).abs() < 0.002,
            "{usual}"
        );
        let wide = width(miss(200, 0.5), miss(50, 0.8), Tier::HighCost);
        assert!(wide > 1.5 * usual, "{wide} and {usual}");
        // Four shops' misses are nobody's.
        let untold = width(miss(200, 0.5), miss(4, 0.8), Tier::HighCost);
        assert!(untold < 1.3 * usual, "{untold} and {usual}");
        assert_eq!(
            width(miss(200, 0.0), Miss::default(), Tier::LowCost),
            FLOOR * FLOOR
        );
        let level = |shops| {
            let calibration = told(miss(shops, 0.5), Miss::default());
            calibration
                .level(Industry::Cafe, Tier::LowCost)
                .unwrap()
                .weight
        };
        assert_eq!(level(4), 0.0);
        assert!(level(5) > 0.9);
    }

    #[test]
    fn the_same_sums_give_the_same_calibration() {
        let mut book = Book::default();
        events(&mut book, 0..20, Tier::MidCost, 0.7);
        assert_eq!(learned(&book), learned(&book));
    }
}
