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

use super::draft::{channels_cost, prizes_cost};
use super::knowledge::{self, IndustryFacts, Mechanic, RegionFacts};
use super::wording::{grouped, won};
use janchi_contracts::ai::{Forecast, PlannedChannel, Range};
use janchi_contracts::event::Prize;
use std::fmt::Write;

/// People a channel can reach around one shop at most, at average density.
const NEIGHBOURHOOD: f64 = 60_000.0;
/// Counter entries come from customers who were there anyway: a fifth of them counts as extra.
const COUNTER_SHARE: f64 = 0.2;
/// Uncertainty of everything that is not a channel (one standard deviation).
const MODEL_SPREAD: f64 = 0.12;
/// Prizes worth this much in all draw half of the people that a fortune would, in KRW.
const HALF_DRAWN: f64 = 20_000.0;
/// Standard deviations of an 80 % range.
const EIGHTY_PERCENT: f64 = 1.28;

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
}

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
    } = *inputs;
    let (attraction, season) = (attraction(prizes), season_factor(occasion));
    let factor = mechanic.entry * attraction * season;
    let bases: Vec<f64> = channels.iter().map(|c| base_entries(c, region)).collect();
    let pull = Pull { attraction, season };
    let flow = flow(bases.iter().sum(), pull, industry, mechanic, days);
    let expected = flow.online + flow.counter;

    let variance: f64 = channels
        .iter()
        .zip(&bases)
        .map(|(c, base)| (base * factor * knowledge::get().channel(c.channel).spread).powi(2))
        .sum();
    let spread = if expected > 0.0 {
        (variance / expected.powi(2) + MODEL_SPREAD.powi(2)).sqrt()
    } else {
        0.0
    };
    let participants = Range {
        low: (expected * (1.0 - EIGHTY_PERCENT * spread))
            .max(0.0)
            .floor() as i64,
        expected: expected.round() as i64,
        high: (expected * (1.0 + EIGHTY_PERCENT * spread)).ceil() as i64,
    };
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

    let mut basis = String::from("① 채널별 응모 = 도달 × 열람률 × 응모율: ");
    for (i, (channel, base)) in channels.iter().zip(&bases).enumerate() {
        let facts = knowledge::get().channel(channel.channel);
        let comma = if i > 0 { ", " } else { "" };
        let _ = write!(
            basis,
            "{comma}{} {}명×{}%×{}%={}명",
            channel.channel.named().ko,
            grouped(reach(channel, region).round() as i64),
            tenth(facts.open_rate * 100.0),
            tenth(facts.entry_rate * 100.0),
            tenth(*base),
        );
    }
    let _ = write!(
        basis,
        ". ② 여기에 참여 방식 {:.2} × 경품 {attraction:.2} × 시기 {season:.2}를 곱해 온라인 응모 {}명이에요. \
         ③ 매장 응모 = 하루 손님 {}명 × {days}일 × {}% × 경품 {attraction:.2} = {}명. ④ 예상 참여 {}명(80% 범위 {}~{}명). \
         ⑤ 늘어나는 구매 = (온라인 + 매장의 {}%) × 방문율 {}% × 업종 계수 {} × 3개월 구매 {}회 = {}번. \
         ⑥ 번 돈 = {}번 × 객단가 {} × 남는 비율 {}% = {}. \
         ⑦ 쓴 돈 = 경품 {} + 채널 {} = {}. ⑧ 수익률 = (번 돈 − 쓴 돈) ÷ 쓴 돈 = {roi}%. \
         ⑨ 손익분기 = 쓴 돈 ÷ ({} × {}%) = {}명. 업종·채널 평균으로 계산한 값이라 실제와 다를 수 있어요.",
        mechanic.entry,
        tenth(flow.online),
        tenth(industry.customers),
        tenth(mechanic.walk_in * 100.0),
        tenth(flow.counter),
        grouped(participants.expected),
        grouped(participants.low),
        grouped(participants.high),
        tenth(COUNTER_SHARE * 100.0),
        tenth(mechanic.visit_rate * 100.0),
        industry.conversion,
        tenth(mechanic.repeat),
        tenth(flow.purchases),
        tenth(flow.purchases),
        won(industry.bill),
        tenth(industry.margin * 100.0),
        won(revenue),
        won(prize_cost),
        won(channel_cost),
        won(cost),
        won(industry.bill),
        tenth(industry.margin * 100.0),
        grouped(break_even_visitors),
    );
    Forecast {
        participants,
        cost,
        revenue,
        roi,
        break_even_visitors,
        basis,
    }
}

/// Rounded to one decimal.
fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use janchi_contracts::reference::{Channel, Industry, Region};

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
