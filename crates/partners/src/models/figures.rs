//! The numbers of three plans, consistent with each other and rising in cost.

use super::brief::Brief;

/// One tier in numbers; money in KRW.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    pub prizes: Vec<(&'static str, i64, i64)>,
    pub channels: Vec<(&'static str, i64)>,
    pub cost: i64,
    pub low: i64,
    pub expected: i64,
    pub high: i64,
    pub visitors: i64,
    pub revenue: i64,
    pub roi: f64,
    pub break_even: i64,
    pub days: i64,
    pub weight: i64,
}

/// Gross margin of one visit.
const MARGIN: i64 = 7_000;
/// What one visit spends.
const SPEND: i64 = 12_000;
/// Channels that cost nothing by themselves come first, then those with a least booking.
const CHANNELS: [&[&str]; 3] = [
    &["INSTAGRAM", "KAKAO", "RINGO_BIZ"],
    &["INSTAGRAM", "KAKAO", "NAVER", "URIDONGNE_TV"],
    &["INSTAGRAM", "KAKAO", "NAVER", "URIDONGNE_TV", "GENIE_TV"],
];
/// Least bookings where the prompt names none.
const LEAST: [(&str, i64); 3] = [
    ("RINGO_BIZ", 30_000),
    ("URIDONGNE_TV", 100_000),
    ("GENIE_TV", 150_000),
];
/// Which of the trade's prizes a tier gives, the dearest first, with its share of the money for prizes.
const PRIZES: [&[(usize, i64)]; 3] = [
    &[(1, 40), (0, 60)],
    &[(2, 30), (1, 30), (0, 40)],
    &[(3, 30), (2, 30), (0, 40)],
];

impl Figures {
    /// The figures of tier 0, 1 or 2.
    pub fn of(brief: &Brief, tier: usize) -> Self {
        let tier = tier.min(2);
        let aim = match (brief.targets, brief.budget) {
            (Some(targets), _) => targets[tier],
            (None, Some(budget)) => budget * [35, 65, 100][tier] / 100,
            (None, None) => [150_000, 400_000, 900_000][tier],
        };
        let prizes = prizes(brief, tier, aim * 6 / 10);
        let spent: i64 = prizes.iter().map(|(_, count, value)| count * value).sum();
        let channels = channels(brief, tier, (aim - spent).max(0));
        let cost = spent + channels.iter().map(|(_, budget)| budget).sum::<i64>();
        // About 2 600 won bring one entry; larger events reach a little less per won.
        let expected = (cost / [2_600, 2_900, 3_200][tier]).max(20);
        let visitors = (expected * 45 / 100).max(1);
        let revenue = visitors * SPEND * [13, 12, 11][tier] / 10;
        Self {
            low: expected * 6 / 10,
            high: expected * 15 / 10,
            roi: ((revenue - cost) * 1000 / cost.max(1)) as f64 / 10.0,
            break_even: (cost + MARGIN - 1) / MARGIN,
            days: [7, 14, 21][tier],
            weight: [2, 3, 3][tier],
            prizes,
            channels,
            cost,
            expected,
            visitors,
            revenue,
        }
    }
}

/// As many of each as its share buys; at least one prize, however small the sum.
fn prizes(brief: &Brief, tier: usize, sum: i64) -> Vec<(&'static str, i64, i64)> {
    let chosen: Vec<_> = PRIZES[tier]
        .iter()
        .map(|(which, share)| (brief.trade.prizes[*which], sum * share / 100))
        .filter(|((_, value), part)| part >= value)
        .map(|((name, value), part)| (name, part / value, value))
        .collect();
    if chosen.is_empty() {
        let (name, value) = brief.trade.prizes[0];
        return vec![(name, 1, value)];
    }
    chosen
}

/// Paid channels get their least booking while the sum lasts; what remains promotes the post on the first channel.
fn channels(brief: &Brief, tier: usize, sum: i64) -> Vec<(&'static str, i64)> {
    let mut left = sum;
    let mut chosen = Vec::new();
    for name in CHANNELS[tier] {
        let usual = LEAST
            .into_iter()
            .find(|(channel, _)| channel == name)
            .map_or(0, |(_, least)| least);
        let least = brief.least.get(*name).copied().unwrap_or(usual);
        if least <= left {
            left -= least;
            chosen.push((*name, least));
        }
    }
    match chosen.first_mut() {
        Some((_, budget)) => *budget += left,
        None => chosen.push((CHANNELS[tier][0], left)),
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;

    #[test]
    fn the_three_tiers_rise_and_stay_within_the_budget() {
        for prompt in [
            "CAFE budget: 300000",
            "LODGING",
            "budget 50000 FITNESS",
            "BEAUTY budget: 5000000",
        ] {
            let brief = Brief::read(prompt, Utc::now());
            let tiers: Vec<_> = (0..3).map(|tier| Figures::of(&brief, tier)).collect();
            assert!(
                tiers[0].cost < tiers[1].cost && tiers[1].cost < tiers[2].cost,
                "{prompt}: {tiers:?}"
            );
            for tier in &tiers {
                assert!(
                    tier.low < tier.expected && tier.expected < tier.high,
                    "{tier:?}"
                );
                assert!(tier.roi > -100.0 && tier.roi < 1000.0, "{tier:?}");
            }
        }
    }
}
