//! What a plan will bring, by one stated model:
//!
//! ```text
//! reach      per channel: free reach × density + reach per 1,000 KRW × budget (at most the neighbourhood)
//! visits     reach × open rate                        (of the join page)
//! entries    visits × entry rate × mechanic × prizes × season, plus customers × days × share × prizes at the counter
//! purchases  (online entries + a fifth of the counter entries) × visit rate × trade × purchases in three months
//! revenue    purchases × average bill × margin        (what is left of the sales)
//! roi        (revenue − cost) ÷ cost × 100, break-even = cost ÷ (average bill × margin)
//! ```
//!
//! What finished events taught ([`Calibration`]) is applied to the entries: a factor per channel, one for the event,
//! and the width of the range. Without any, the numbers are the formula's own.

use super::calibration::{Calibration, Level};
use super::draft::{channels_cost, prizes_cost};
use super::flow::{Pull, attraction, base_entries, flow, season_factor};
use super::forecast_basis::{Working, basis};
use super::knowledge::{self, IndustryFacts, Mechanic, RegionFacts};
use super::misses::EIGHTY_PERCENT;
use janchi_contracts::ai::{ChannelModel, Forecast, ForecastModel, PlannedChannel, Range, Tier};
use janchi_contracts::event::Prize;

/// Uncertainty of everything that is not a channel (one standard deviation).
const MODEL_SPREAD: f64 = 0.12;

/// What a forecast is made from.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    pub industry: &'a IndustryFacts,
    pub region: &'a RegionFacts,
    pub mechanic: &'a Mechanic,
    pub prizes: &'a [Prize],
    pub channels: &'a [PlannedChannel],
    pub days: u32,
    /// 0–1, how much the occasion is felt; none in an ordinary week.
    pub occasion: f64,
    pub tier: Tier,
    pub calibration: &'a Calibration,
}

/// The forecast with its basis in Korean.
pub fn forecast(inputs: &Inputs<'_>) -> Forecast {
    let Inputs {
        industry,
        region,
        mechanic,
        prizes,
        channels,
        days,
        occasion,
        tier,
        calibration,
    } = *inputs;
    let (attraction, season) = (attraction(prizes), season_factor(occasion));
    let pull = Pull { attraction, season };
    let per_base = mechanic.entry * attraction * season;
    let bases: Vec<f64> = channels.iter().map(|c| base_entries(c, region)).collect();
    let learned: Vec<f64> = channels
        .iter()
        .zip(&bases)
        .map(|(c, base)| base * calibration.channel(industry.code, c.channel))
        .collect();
    let level = calibration.level(industry.code, tier);
    let factor = level.map_or(1.0, |level| level.factor);
    let model = flow(bases.iter().sum(), pull, industry, mechanic, days);
    let flow = flow(learned.iter().sum(), pull, industry, mechanic, days).times(factor);
    let expected = flow.people();

    let variance: f64 = channels
        .iter()
        .zip(&learned)
        .map(|(c, base)| {
            let spread = knowledge::get().channel(c.channel).spread;
            (base * (per_base * factor) * spread).powi(2)
        })
        .sum();
    let spread = if expected > 0.0 {
        (variance / expected.powi(2) + MODEL_SPREAD.powi(2)).sqrt()
    } else {
        0.0
    };
    let participants = range(expected, spread, level);
    let (prize_cost, channel_cost) = (prizes_cost(prizes), channels_cost(channels));
    let cost = prize_cost + channel_cost;
    let revenue = flow.revenue.round() as i64;
    let per_customer = industry.bill as f64 * industry.margin;
    let roi = if cost > 0 {
        tenth((revenue - cost) as f64 / cost as f64 * 100.0)
    } else {
        0.0
    };
    let break_even_visitors = (cost as f64 / per_customer).ceil() as i64;
    let basis = basis(&Working {
        inputs,
        bases: &bases,
        pull,
        model,
        flow,
        learned_from: level.map(|level| level.events),
        participants,
        prize_cost,
        channel_cost,
        revenue,
        roi,
        break_even_visitors,
    });
    let each = channels.iter().zip(&bases).map(|(c, base)| ChannelModel {
        channel: c.channel,
        participants: tenth(base * per_base),
    });
    Forecast {
        participants,
        cost,
        revenue,
        roi,
        break_even_visitors,
        basis,
        model: Some(ForecastModel {
            participants: tenth(model.people()),
            channels: each.collect(),
        }),
    }
}

/// Eight of ten outcomes lie within. The formula's own width gives way to the learned one as forecasts are scored.
fn range(expected: f64, spread: f64, level: Option<&Level>) -> Range {
    let own = EIGHTY_PERCENT * spread;
    let (mut low, mut high) = (1.0 - own, 1.0 + own);
    if let Some(level) = level {
        let learned = EIGHTY_PERCENT * (level.variance + 1.0 / (expected + 1.0)).sqrt();
        low += level.weight * ((-learned).exp() - low);
        high += level.weight * (learned.exp() - high);
    }
    Range {
        low: (expected * low).max(0.0).floor() as i64,
        expected: expected.round() as i64,
        high: (expected * high).ceil() as i64,
    }
}

/// Rounded to one decimal.
pub fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::flow::reach;
    use crate::domain::lesson::Lesson;
    use crate::domain::misses::MissBook;
    use crate::domain::score::Score;
    use crate::domain::tally::Book;
    use crate::domain::wording::won;
    use janchi_contracts::reference::{Channel, Industry, Region};
    use std::sync::LazyLock;
    use uuid::Uuid;

    static NOTHING: LazyLock<Calibration> = LazyLock::new(Calibration::default);

    fn inputs<'a>(prizes: &'a [Prize], channels: &'a [PlannedChannel]) -> Inputs<'a> {
        let k = knowledge::get();
        Inputs {
            industry: k.industry(Industry::Cafe),
            region: k.region(Region::Seoul),
            mechanic: k.mechanic("WELCOME_DRAW"),
            prizes,
            channels,
            days: 10,
            occasion: 0.5,
            tier: Tier::LowCost,
            calibration: &NOTHING,
        }
    }

    fn prize(quantity: u32, unit_cost: i64) -> Prize {
        Prize {
            name: "음료 교환권".into(),
            quantity,
            unit_cost,
        }
    }

    fn channel(channel: Channel, budget: i64) -> PlannedChannel {
        PlannedChannel {
            channel,
            budget,
            reason: None,
        }
    }

    #[test]
    fn the_numbers_follow_the_stated_formula() {
        let (prizes, channels) = ([prize(20, 1800)], [channel(Channel::Naver, 50_000)]);
        let f = forecast(&inputs(&prizes, &channels));
        assert_eq!(f.cost, 20 * 1800 + 50_000);
        let reach = 420.0 * 1.15 + 30.0 * 50.0;
        let factor = attraction(&prizes) * 1.075;
        let online = reach * 0.055 * 0.34 * factor;
        let counter = 110.0 * 10.0 * 0.025 * attraction(&prizes);
        assert_eq!(f.participants.expected, (online + counter).round() as i64);
        let spread = ((online * 0.22 / (online + counter)).powi(2) + 0.12_f64.powi(2)).sqrt();
        let low = (online + counter) * (1.0 - 1.28 * spread);
        assert_eq!(f.participants.low, low.floor() as i64);
        let model = f.model.unwrap();
        assert_eq!(model.participants, tenth(online + counter));
        assert_eq!(model.channels[0].participants, tenth(online));
        let customers = (online + counter * 0.2) * 0.18 * 2.0 * 1.5;
        assert_eq!(f.revenue, (customers * 9500.0 * 0.65).round() as i64);
        assert!((f.roi - (f.revenue - f.cost) as f64 / f.cost as f64 * 100.0).abs() < 0.06);
        assert_eq!(
            f.break_even_visitors,
            (f.cost as f64 / (9500.0 * 0.65)).ceil() as i64
        );
        for part in [
            "네이버",
            &won(f.cost),
            &won(f.revenue),
            "수익률",
            "손익분기",
        ] {
            assert!(f.basis.contains(part), "{part} in {}", f.basis);
        }
        assert!(!f.basis.contains("비슷한 이벤트"), "{}", f.basis);
    }

    /// Cafés whose cheap events brought so many times what the formula said, and what it had been shown to be.
    fn taught(times: &[f64]) -> Calibration {
        let (mut book, mut misses) = (Book::default(), MissBook::default());
        for (shop, times) in times.iter().enumerate() {
            let lesson = Lesson {
                channel: None,
                deviation: times.ln(),
                share: 1.0,
                blur: 0.01,
            };
            let shop = Uuid::from_u128(shop as u128);
            book.add(shop, Industry::Cafe, Tier::LowCost, &[lesson]);
            let range = Range {
                low: 0,
                expected: 1_000,
                high: 0,
            };
            let actual = (1_000.0 * times).round() as i64;
            misses.add(shop, Tier::LowCost, &Score { range, actual });
        }
        Calibration::learn(book.tallies(), &misses.misses())
    }

    #[test]
    fn what_was_learned_moves_people_money_and_words_but_not_the_formula() {
        let (prizes, channels) = ([prize(20, 1800)], [channel(Channel::Naver, 50_000)]);
        let plain = forecast(&inputs(&prizes, &channels));
        let calibration = taught(&[0.7; 37]);
        let f = forecast(&Inputs {
            calibration: &calibration,
            ..inputs(&prizes, &channels)
        });
        let factor = calibration
            .level(Industry::Cafe, Tier::LowCost)
            .unwrap()
            .factor;
        assert!((0.7..0.72).contains(&factor), "{factor}");
        assert!((f.revenue as f64 / plain.revenue as f64 - factor).abs() < 0.001);
        assert!(f.participants.expected < plain.participants.expected);
        assert_eq!((f.cost, &f.model), (plain.cost, &plain.model));
        let percent = ((1.0 - factor) * 100.0).round();
        let sentence = format!("비슷한 이벤트 37건의 결과를 반영해 {percent}% 낮춰 잡았어요");
        assert!(f.basis.contains(&sentence), "{sentence} in {}", f.basis);
    }

    #[test]
    fn the_range_widens_where_events_differ_and_narrows_where_they_agree() {
        let (prizes, channels) = ([prize(150, 1800)], [channel(Channel::Naver, 500_000)]);
        let width = |calibration: &Calibration| {
            let range = forecast(&Inputs {
                calibration,
                ..inputs(&prizes, &channels)
            })
            .participants;
            assert!(range.low < range.expected && range.expected < range.high);
            (range.high - range.low) as f64 / range.expected as f64
        };
        let own = width(&NOTHING);
        let wild: Vec<f64> = [0.4, 2.5].into_iter().cycle().take(200).collect();
        assert!(width(&taught(&wild)) > 2.0 * own);
        let calm = width(&taught(&[1.0; 400]));
        assert!(calm < own && calm > 0.2, "{calm} of {own}");
        // A few events change the width a little.
        let few = width(&taught(&[1.0; 5]));
        assert!((own * 0.8..own * 1.2).contains(&few), "{few} of {own}");
    }

    #[test]
    fn more_budget_brings_more_people_and_the_range_holds_the_expectation() {
        let prizes = [prize(10, 5000)];
        let mut last = 0;
        for budget in [0, 100_000, 500_000] {
            let f = forecast(&inputs(&prizes, &[channel(Channel::Instagram, budget)]));
            assert!(f.participants.expected > last);
            assert!(
                f.participants.low < f.participants.expected
                    && f.participants.expected < f.participants.high
            );
            last = f.participants.expected;
        }
    }

    #[test]
    fn next_to_nothing_draws_next_to_nobody() {
        let few = attraction(&[prize(1, 1_000)]);
        let usual = attraction(&[prize(3, 20_000), prize(30, 2_500)]);
        assert!(few < 0.1 && usual > 0.8, "{few} and {usual}");
        assert_eq!(attraction(&[]), 0.0);
    }

    #[test]
    fn a_fortune_does_not_reach_more_than_the_neighbourhood() {
        let region = knowledge::get().region(Region::Sejong);
        assert_eq!(
            reach(&channel(Channel::Naver, i64::MAX / 4), region),
            60_000.0 * region.density
        );
    }
}
