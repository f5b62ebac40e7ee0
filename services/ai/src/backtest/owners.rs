//! Who asks for plans in a made-up month: how many shops of which trade and place, for which goal, and when.

use super::chance::Chance;
use crate::domain::draft::Topic;
use crate::domain::knowledge;
use chrono::{DateTime, Days, TimeDelta, Utc};
use janchi_contracts::reference::{Industry, Objective, Region};

const WEEKS: usize = 4;
/// Chances of a shop to ask in a week, and how likely each is: two and a half questions a week. Who asks the same again
/// soon finds the answer anyhow, and is left out: it would flatter the figure.
const CHANCES: usize = 10;
const LIKELY: f64 = 0.25;
/// How often each goal is chosen.
const GOALS: [f64; 4] = [0.4, 0.15, 0.3, 0.15];
/// Businesses of each trade in thousands, rounded. Cafés, bakeries, hairdressers, laundries and convenience stores as the
/// National Tax Service counted them among its hundred everyday trades at the end of 2023 (Korean restaurants alone: 410);
/// the others by our own estimate.
const TRADES: [(Industry, f64); 16] = [
    (Industry::Restaurant, 560.0),
    (Industry::Cafe, 96.0),
    (Industry::Bakery, 23.0),
    (Industry::Bar, 60.0),
    (Industry::Beauty, 190.0),
    (Industry::Fitness, 25.0),
    (Industry::Retail, 170.0),
    (Industry::Fashion, 85.0),
    (Industry::Flower, 25.0),
    (Industry::Pet, 15.0),
    (Industry::Academy, 110.0),
    (Industry::Clinic, 75.0),
    (Industry::Lodging, 50.0),
    (Industry::Laundry, 26.0),
    (Industry::Convenience, 53.0),
    (Industry::Other, 150.0),
];

/// Which trades the fleet's shops are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// As in the country.
    Country,
    /// Every trade as often as any other: the hardest for a cache.
    Even,
}

/// Who asks for what and when, in order of time. Shops are spread over the country like its people.
pub fn requests(
    chance: &mut Chance,
    shops: usize,
    mix: Mix,
    start: DateTime<Utc>,
) -> Vec<(DateTime<Utc>, Topic)> {
    let trades = TRADES.map(|(_, businesses)| match mix {
        Mix::Country => businesses,
        Mix::Even => 1.0,
    });
    let people = Region::ALL.map(|region| knowledge::get().region(region).people);
    let mut requests = Vec::new();
    for _ in 0..shops {
        let industry = TRADES[weighted(chance, &trades)].0;
        let region = Region::ALL[weighted(chance, &people)];
        for week in 0..WEEKS {
            for _ in 0..CHANCES {
                if !chance.happens(LIKELY) {
                    continue;
                }
                let topic = Topic {
                    industry,
                    region,
                    objective: Objective::ALL[weighted(chance, &GOALS)],
                };
                let day = (week * 7 + chance.below(7)) as u64;
                // Around two in the afternoon.
                let minutes = (14.0 * 60.0 + chance.normal(240.0)).clamp(0.0, 1_439.0);
                let at = start + Days::new(day) + TimeDelta::minutes(minutes as i64);
                requests.push((at, topic));
            }
        }
    }
    requests.sort_by_key(|(at, _)| *at);
    requests
}

fn weighted(chance: &mut Chance, weights: &[f64]) -> usize {
    let mut left = chance.unit() * weights.iter().sum::<f64>();
    let found = weights.iter().position(|weight| {
        left -= weight;
        left <= 0.0
    });
    found.unwrap_or(weights.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trade_has_its_share() {
        assert_eq!(TRADES.map(|(industry, _)| industry), Industry::ALL);
    }
}
