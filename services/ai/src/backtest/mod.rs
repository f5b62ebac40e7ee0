//! A made-up history through the very rules that serve: forecast, outcome, lesson, next forecast, in order of time.
//!
//! The world ([`world`]) differs from the formula in ways the forecast is not told of. What comes out is how often the
//! ranges held and how far expectations were off, quarter by quarter: `janchi backtest`.

mod chance;
mod owners;
mod report;
mod week;
mod world;

pub use owners::Mix;
pub use report::{Grade, Quarter, Report};
pub use week::{Maker, Setting, Week, replay_week};

use crate::domain::calibration::Calibration;
use crate::domain::lesson;
use crate::domain::misses::MissBook;
use crate::domain::score::Score;
use crate::domain::tally::Book;
use chance::Chance;
use chrono::{DateTime, Days, NaiveDate, Utc};
use janchi_contracts::analytics::Outcome;
use janchi_runtime::seoul;
use report::Scored;
use std::collections::BTreeMap;
use world::{Chosen, World};

const HISTORY_DAYS: f64 = 730.0;
/// Events of a shop in that time, on average.
const EVENTS_OF_A_SHOP: usize = 6;
/// From the day of the plan to the first day of the event, and from its last day to the draw.
const WAIT: u64 = 4;
const DRAW: u64 = 1;

/// An event that runs: when it was planned, what will come of it, and what the formula alone said.
struct UnderWay {
    planned: (u64, usize),
    outcome: Outcome,
    plain: Score,
}

type Ended = BTreeMap<(u64, usize), UnderWay>;

/// Replays a history of so many events. The same seed and number give the same report.
pub fn run(seed: u64, events: usize) -> Report {
    let mut chance = Chance::new(seed);
    let world = World::new(&mut chance, (events / EVENTS_OF_A_SHOP).max(10));
    // A fleet grows: in twice the time four times the events.
    let mut days: Vec<u64> = (0..events)
        .map(|_| (chance.unit().sqrt() * HISTORY_DAYS) as u64)
        .collect();
    days.sort_unstable();

    let nothing = Calibration::default();
    let mut school = School::default();
    // By the day the outcome is told, then by the order of the plans.
    let mut under_way = Ended::new();
    for (n, day) in days.into_iter().enumerate() {
        let running = under_way.split_off(&(day, 0));
        school.hear(std::mem::replace(&mut under_way, running));
        let shop = chance.pick(&world.shops);
        let chosen = Chosen::by(&mut chance, shop);
        let shown = chosen.forecast(shop, &school.calibration);
        let plain = chosen.forecast(shop, &nothing);
        let told = day + WAIT + u64::from(chosen.days) + DRAW;
        let outcome = world.happen(&mut chance, shop, &chosen, &shown, date(told));
        if shop.is_silent {
            continue;
        }
        let plain = Score {
            range: plain.participants,
            actual: outcome.participants,
        };
        let planned = (day, n);
        under_way.insert(
            (told, n),
            UnderWay {
                planned,
                outcome,
                plain,
            },
        );
    }
    school.hear(under_way);
    let mut quarters: [Vec<Scored>; 4] = Default::default();
    for ((day, _), scored) in school.scored {
        let quarter = (day as f64 / HISTORY_DAYS * 4.0) as usize;
        quarters[quarter.min(3)].push(scored);
    }
    Report::new(seed, events, world.shops.len(), &quarters)
}

/// What the service keeps: lessons, what they come to, and scores (here by day and order of the plans).
#[derive(Default)]
struct School {
    book: Book,
    misses: MissBook,
    calibration: Calibration,
    scored: BTreeMap<(u64, usize), Scored>,
}

impl School {
    /// Takes in what has ended.
    fn hear(&mut self, ended: Ended) {
        if ended.is_empty() {
            return;
        }
        for event in ended.into_values() {
            let UnderWay {
                planned,
                outcome,
                plain,
            } = event;
            let shop = outcome.owner_id;
            let score = Score::of(&outcome);
            if let Some((tier, lessons)) = lesson::of(&outcome) {
                self.book.add(shop, outcome.industry, tier, &lessons);
                if let Some(score) = &score {
                    self.misses.add(shop, tier, score);
                }
            }
            if let Some(learned) = score {
                self.scored.insert(planned, Scored { learned, plain });
            }
        }
        self.calibration = Calibration::learn(self.book.tallies(), &self.misses.misses());
    }
}

fn date(day: u64) -> DateTime<Utc> {
    let first = NaiveDate::from_ymd_opt(2025, 1, 1).expect("a day of the calendar");
    seoul::midnight(first + Days::new(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_history() {
        assert_eq!(run(3, 200), run(3, 200));
        assert_ne!(run(3, 200), run(4, 200));
    }

    #[test]
    fn ranges_hold_and_errors_fall_in_worlds_that_the_forecast_does_not_know() {
        let reports: Vec<Report> = (1..=6).map(|seed| run(seed, 800)).collect();
        let mean = |of: fn(&Report) -> f64| reports.iter().map(of).sum::<f64>() / 6.0;
        let covered = mean(|r| r.covered_at_last);
        assert!((0.77..=0.83).contains(&covered), "{covered}");
        let first = mean(|r| r.quarters[0].learned.error);
        let last = mean(|r| r.quarters[3].learned.error);
        assert!(last < 0.95 * first, "{first} then {last}");
        let plain = mean(|r| r.quarters[3].plain.error);
        assert!(last < 0.9 * plain, "{last} and {plain} without learning");
        // One world alone is judged less sharply: its last half has some 360 events.
        for report in &reports {
            assert!((0.7..=0.9).contains(&report.covered_at_last), "{report}");
        }
    }
}
