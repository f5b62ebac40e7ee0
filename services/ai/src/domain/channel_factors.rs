//! How much better or worse than the formula each channel does in each trade, beside the others: learned from what
//! channels brought in the same trade and tier, and pulled towards 1 where little is known.

use super::belief::{Belief, family};
use super::tally::{FEWEST_SHOPS, Tallies};
use janchi_contracts::ai::Tier;
use janchi_contracts::reference::{Channel, Industry};
use std::collections::BTreeMap;

/// How far a channel may lie from the formula in general (one standard deviation of its logarithm): its three factors,
/// reach, open and entry rate, are planning values.
const CHANNEL: f64 = 0.3;
/// How far one trade may lie from the others on the same channel.
const TRADE_ON_CHANNEL: f64 = 0.15;
/// How far one event's channel lies from its trade's usual: a post that is shared, a spot nobody watches, entries whose
/// channel nobody told. Replaced by what is seen, against which it counts as so many events.
const NOISE: f64 = 0.6;
const NOISE_EVENTS: f64 = 20.0;
/// Nothing is corrected by more, whatever was seen: which channel an entry came by is known of a part only.
const BOUNDS: std::ops::RangeInclusive<f64> = 0.5..=2.0;
/// Rounds of taking turns between tiers and channels; each brings the two nearer to where both stand still.
const ROUNDS: usize = 8;

/// Factors on the formula's entries; 1 where nothing was learned.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChannelFactors(BTreeMap<(Industry, Channel), f64>);

/// What is known of a channel in a trade and tier.
struct Cell {
    industry: usize,
    tier: Tier,
    channel: usize,
    events: f64,
    mean: f64,
}

type Table = [[f64; Channel::ALL.len()]; Industry::ALL.len()];

impl ChannelFactors {
    pub fn of(&self, industry: Industry, channel: Channel) -> f64 {
        self.0.get(&(industry, channel)).copied().unwrap_or(1.0)
    }

    /// Factors from sums. The tallies' deviations hold two things, how the event did as a whole and how its channel
    /// did; both are found in turns, the first as the mean of the trade's tier, so that a channel which always comes
    /// with strong ones does not look weak.
    pub fn learn(tallies: &Tallies) -> Self {
        let cells = cells(tallies);
        let noise = noise(tallies);
        let mut factors: Table = Default::default();
        let mut usual = [0.0; Channel::ALL.len()];
        for _ in 0..ROUNDS {
            let levels = levels(&cells, &factors);
            for channel in 0..Channel::ALL.len() {
                let heard = heard(&cells, &levels, channel, noise);
                let above = Belief {
                    mean: 0.0,
                    variance: CHANNEL * CHANNEL,
                };
                let family = family(above, TRADE_ON_CHANNEL * TRADE_ON_CHANNEL, &heard);
                usual[channel] = family.parent.mean;
                for (industry, own) in heard.iter().enumerate() {
                    factors[industry][channel] = match own {
                        Some(own) => family.without_own[industry].and(*own).mean,
                        None => family.parent.mean,
                    };
                }
            }
        }
        Self(shown(tallies, &factors, &usual))
    }
}

/// Only what enough shops stand behind.
fn shown(
    tallies: &Tallies,
    factors: &Table,
    usual: &[f64; Channel::ALL.len()],
) -> BTreeMap<(Industry, Channel), f64> {
    let mut shown = BTreeMap::new();
    for (c, channel) in Channel::ALL.into_iter().enumerate() {
        if tallies.of(Some(channel), None, None).shops < FEWEST_SHOPS {
            continue;
        }
        for (i, industry) in Industry::ALL.into_iter().enumerate() {
            let shops = tallies.of(Some(channel), Some(industry), None).shops;
            let log = if shops < FEWEST_SHOPS {
                usual[c]
            } else {
                factors[i][c]
            };
            shown.insert(
                (industry, channel),
                log.exp().clamp(*BOUNDS.start(), *BOUNDS.end()),
            );
        }
    }
    shown
}

fn cells(tallies: &Tallies) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (i, industry) in Industry::ALL.into_iter().enumerate() {
        for tier in Tier::ALL {
            for (c, channel) in Channel::ALL.into_iter().enumerate() {
                let tally = tallies.of(Some(channel), Some(industry), Some(tier));
                if tally.events > 0 {
                    cells.push(Cell {
                        industry: i,
                        tier,
                        channel: c,
                        events: tally.events as f64,
                        mean: tally.mean(),
                    });
                }
            }
        }
    }
    cells
}

/// Variance of one event's channel around its cell.
fn noise(tallies: &Tallies) -> f64 {
    let (mut scatter, mut freedom) = (0.0, 0.0);
    for channel in Channel::ALL {
        for industry in Industry::ALL {
            for tier in Tier::ALL {
                let tally = tallies.of(Some(channel), Some(industry), Some(tier));
                scatter += tally.scatter();
                freedom += tally.freedom();
            }
        }
    }
    (NOISE_EVENTS * NOISE * NOISE + scatter) / (NOISE_EVENTS + freedom)
}

/// Per trade and tier what all its channels have in common.
fn levels(cells: &[Cell], factors: &Table) -> BTreeMap<(usize, Tier), f64> {
    let mut sums: BTreeMap<(usize, Tier), (f64, f64)> = BTreeMap::new();
    for cell in cells {
        let sum = sums.entry((cell.industry, cell.tier)).or_default();
        sum.0 += cell.events * (cell.mean - factors[cell.industry][cell.channel]);
        sum.1 += cell.events;
    }
    sums.into_iter()
        .map(|(key, (sum, events))| (key, sum / events))
        .collect()
}

/// What each trade's events say of a channel.
fn heard(
    cells: &[Cell],
    levels: &BTreeMap<(usize, Tier), f64>,
    channel: usize,
    noise: f64,
) -> Vec<Option<Belief>> {
    let mut sums = [(0.0, 0.0); Industry::ALL.len()];
    for cell in cells.iter().filter(|cell| cell.channel == channel) {
        let level = levels.get(&(cell.industry, cell.tier)).unwrap_or(&0.0);
        let sum = &mut sums[cell.industry];
        sum.0 += cell.events * (cell.mean - level);
        sum.1 += cell.events;
    }
    let belief = |(sum, events): (f64, f64)| {
        (events > 0.0).then(|| Belief {
            mean: sum / events,
            variance: noise / events,
        })
    };
    sums.into_iter().map(belief).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lesson::Lesson;
    use crate::domain::tally::Book;
    use uuid::Uuid;

    fn lesson(channel: Channel, times: f64) -> Lesson {
        Lesson {
            channel: Some(channel),
            deviation: f64::ln(times),
            share: 0.5,
            blur: 0.02,
        }
    }

    fn events(book: &mut Book, count: u128, industry: Industry, tier: Tier, lessons: &[Lesson]) {
        for shop in 0..count {
            book.add(Uuid::from_u128(shop), industry, tier, lessons);
        }
    }

    #[test]
    fn a_channel_is_learned_beside_the_others_and_for_its_trade_first() {
        let mut book = Book::default();
        let pair = [
            lesson(Channel::Naver, 2.0),
            lesson(Channel::Instagram, 0.9),
            lesson(Channel::Kakao, 0.9),
        ];
        events(&mut book, 100, Industry::Cafe, Tier::LowCost, &pair);
        let factors = ChannelFactors::learn(book.tallies());
        let cafe = |channel| factors.of(Industry::Cafe, channel);
        let times = cafe(Channel::Naver) / cafe(Channel::Kakao);
        assert!(times > 1.8 && times < 2.3, "{times}");
        // Another trade hears of it, more quietly.
        let bar = factors.of(Industry::Bar, Channel::Naver);
        assert!(bar > 1.1 && bar < cafe(Channel::Naver), "{bar}");
        assert_eq!(factors.of(Industry::Cafe, Channel::GenieTv), 1.0);
    }

    #[test]
    fn an_event_that_went_well_as_a_whole_says_nothing_of_its_channels() {
        let mut book = Book::default();
        let all = Channel::ALL.map(|channel| lesson(channel, 2.0));
        events(&mut book, 100, Industry::Cafe, Tier::LowCost, &all);
        let factors = ChannelFactors::learn(book.tallies());
        for channel in Channel::ALL {
            let factor = factors.of(Industry::Cafe, channel);
            assert!((factor - 1.0).abs() < 0.02, "{channel:?} {factor}");
        }
    }

    #[test]
    fn a_channel_does_not_look_weak_because_it_comes_with_a_strong_one() {
        let mut book = Book::default();
        let low = [lesson(Channel::Naver, 1.0), lesson(Channel::Kakao, 1.0)];
        let high = [
            lesson(Channel::Naver, 1.0),
            lesson(Channel::Kakao, 1.0),
            lesson(Channel::GenieTv, 2.0),
        ];
        events(&mut book, 200, Industry::Cafe, Tier::LowCost, &low);
        events(&mut book, 200, Industry::Cafe, Tier::HighCost, &high);
        let factors = ChannelFactors::learn(book.tallies());
        let of = |channel| factors.of(Industry::Cafe, channel);
        let times = of(Channel::GenieTv) / of(Channel::Naver);
        assert!((1.7..2.1).contains(&times), "{times}");
        assert!((of(Channel::Naver) - of(Channel::Kakao)).abs() < 1e-9);
    }

    #[test]
    fn four_shops_teach_nothing_and_no_correction_is_wild() {
        let mut book = Book::default();
        let pair = [lesson(Channel::Naver, 5.0), lesson(Channel::Kakao, 0.2)];
        events(&mut book, 4, Industry::Cafe, Tier::LowCost, &pair);
        let few = ChannelFactors::learn(book.tallies());
        assert_eq!(few, ChannelFactors::default());
        events(&mut book, 500, Industry::Cafe, Tier::LowCost, &pair);
        let many = ChannelFactors::learn(book.tallies());
        assert_eq!(many.of(Industry::Cafe, Channel::Naver), 2.0);
        assert_eq!(many.of(Industry::Cafe, Channel::Kakao), 0.5);
    }
}
