//! A made-up month of owners who ask for plans, through the rules by which answers are cached and asked for ahead of
//! time. The first three weeks are what the fleet learns from; the last one is counted.

use super::chance::Chance;
use crate::config::{ANTHROPIC_PRICE, WARMING_BUDGET, WARMING_EVERY};
use crate::domain::cost::{MICROS, Usage};
use crate::domain::draft::Topic;
use crate::domain::warming::{Answered, FEWEST, LIFE, MOST, Wanted, season, since};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Timelike, Utc};
use janchi_contracts::reference::{Industry, Objective, Region};
use janchi_runtime::seoul;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

const WEEKS: u64 = 4;
/// A Monday.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 10, 26).expect("a day of the calendar");
/// Chances of a shop to ask in a week, and how likely each is: two and a half questions a week.
const CHANCES: usize = 10;
const LIKELY: f64 = 0.25;
/// How often each goal is chosen.
const GOALS: [f64; 4] = [0.4, 0.15, 0.3, 0.15];
/// What plans for a topic take of a vendor: our prompt, and three plans with what is thought before.
const CALL: Usage = Usage {
    input_tokens: 3_000,
    output_tokens: 3_500,
};
/// One call after the other, with a pause: so many fit between two rounds.
const CALLS_OF_A_ROUND: usize = 60;

/// What the counted week was like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Week {
    pub shops: usize,
    pub topics: usize,
    pub requests: usize,
    /// Requests that found an answer.
    pub hits: usize,
    /// As many would have found one if nothing were asked for ahead of time.
    pub hits_without: usize,
    /// Calls ahead of time.
    pub warmings: usize,
    /// What they cost, in KRW.
    pub cost: i64,
}

impl Week {
    /// Of the requests, those that found an answer.
    pub fn hit_rate(&self) -> f64 {
        self.hits as f64 / self.requests.max(1) as f64
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |hits: usize| hits as f64 * 100.0 / self.requests.max(1) as f64;
        writeln!(
            f,
            "a week of {} shops: {} requests for {} topics",
            self.shops, self.requests, self.topics
        )?;
        writeln!(
            f,
            "found in the cache   {:5.1} %   goal 80 %",
            share(self.hits)
        )?;
        writeln!(f, "without warming      {:5.1} %", share(self.hits_without))?;
        write!(
            f,
            "asked ahead of time  {} calls, {} won a day",
            self.warmings,
            self.cost / 7
        )
    }
}

/// Replays the month of so many shops. The same seed gives the same week.
pub fn replay_week(seed: u64, shops: usize) -> Week {
    let mut chance = Chance::new(seed);
    let start = seoul::midnight(FIRST_DAY);
    let requests = requests(&mut chance, shops, start);
    let mut fleet = Fleet {
        chance,
        with: Cache::default(),
        without: Cache::default(),
        demand: BTreeMap::new(),
        made: HashMap::new(),
        ranked: Vec::new(),
        seasons: HashMap::new(),
        spent: HashMap::new(),
    };
    let counted = start + TimeDelta::weeks(3);
    let mut week = Week {
        shops,
        topics: 0,
        requests: 0,
        hits: 0,
        hits_without: 0,
        warmings: 0,
        cost: 0,
    };
    let every = TimeDelta::from_std(WARMING_EVERY).unwrap_or(TimeDelta::minutes(10));
    let mut round = start;
    for (at, topic) in requests {
        while round <= at {
            let calls = fleet.warm(round);
            if round >= counted {
                week.warmings += calls;
            }
            round += every;
        }
        let (hit, hit_without) = fleet.ask(at, topic);
        if at >= counted {
            week.requests += 1;
            week.hits += usize::from(hit);
            week.hits_without += usize::from(hit_without);
        }
    }
    week.topics = fleet.without.0.len();
    week.cost = week.warmings as i64 * ANTHROPIC_PRICE.of(CALL) / MICROS;
    week
}

/// Who asks for what and when, in order of time. A few trades in a few places make up most of it: the pair in the n-th
/// place has the n-th part of the first one's shops.
fn requests(
    chance: &mut Chance,
    shops: usize,
    start: DateTime<Utc>,
) -> Vec<(DateTime<Utc>, Topic)> {
    let mut pairs: Vec<(Industry, Region)> = Industry::ALL
        .into_iter()
        .flat_map(|industry| Region::ALL.map(|region| (industry, region)))
        .collect();
    for last in (1..pairs.len()).rev() {
        pairs.swap(last, chance.below(last + 1));
    }
    let weights: Vec<f64> = (1..=pairs.len()).map(|place| 1.0 / place as f64).collect();
    let mut requests = Vec::new();
    for _ in 0..shops {
        let (industry, region) = pairs[weighted(chance, &weights)];
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
                let day = week * 7 + chance.below(7) as u64;
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

/// Answers, each with when it ends.
#[derive(Default)]
struct Cache(HashMap<Topic, DateTime<Utc>>);

impl Cache {
    fn has(&self, topic: Topic, at: DateTime<Utc>) -> bool {
        self.0.get(&topic).is_some_and(|ends| *ends > at)
    }

    /// As the real one, it takes up to 5 % off.
    fn store(&mut self, topic: Topic, at: DateTime<Utc>, chance: &mut Chance) {
        let lives = LIFE.mul_f64(1.0 - 0.05 * chance.unit());
        let lives = TimeDelta::from_std(lives).unwrap_or_default();
        self.0.insert(topic, at + lives);
    }
}

/// A fleet that warms, and beside it the cache of one that does not.
struct Fleet {
    chance: Chance,
    with: Cache,
    without: Cache,
    demand: BTreeMap<NaiveDate, HashMap<Topic, i64>>,
    /// The latest answer of each topic.
    made: HashMap<Topic, Answered>,
    ranked: Vec<(Topic, i64)>,
    seasons: HashMap<Industry, String>,
    /// What was spent ahead of time, by day.
    spent: HashMap<NaiveDate, i64>,
}

impl Fleet {
    /// Whether an owner finds an answer, with warming and without. If not, a vendor makes one.
    fn ask(&mut self, at: DateTime<Utc>, topic: Topic) -> (bool, bool) {
        let day = self.demand.entry(seoul::day(at)).or_default();
        *day.entry(topic).or_default() += 1;
        let hit = self.with.has(topic, at);
        if !hit {
            self.with.store(topic, at, &mut self.chance);
            let season = season(topic.industry, seoul::day(at));
            self.made.insert(topic, Answered { season, at });
        }
        let hit_without = self.without.has(topic, at);
        if !hit_without {
            self.without.store(topic, at, &mut self.chance);
        }
        (hit, hit_without)
    }

    /// A round of warming; gives how many calls it took.
    fn warm(&mut self, now: DateTime<Utc>) -> usize {
        let today = seoul::day(now);
        let cost = ANTHROPIC_PRICE.of(CALL);
        let mut calls = 0;
        // Read anew each hour here, to be quick.
        if now.minute() == 0 {
            self.ranked = self.rank(today);
            let seasons = Industry::ALL.map(|industry| (industry, season(industry, today)));
            self.seasons = seasons.into_iter().collect();
        }
        for (topic, asked) in self.ranked.clone() {
            let Some(season) = self.seasons.get(&topic.industry).cloned() else {
                continue;
            };
            let made = self.made.get(&topic).cloned();
            let wanted = Wanted {
                topic,
                asked,
                answer: made,
            };
            if self.with.has(topic, now) && !wanted.is_due(&season, now) {
                continue;
            }
            let spent = self.spent.entry(today).or_default();
            if *spent >= i64::from(WARMING_BUDGET) * MICROS || calls == CALLS_OF_A_ROUND {
                break;
            }
            *spent += cost;
            calls += 1;
            self.with.store(topic, now, &mut self.chance);
            self.made.insert(topic, Answered { season, at: now });
        }
        calls
    }

    /// The topics most asked for lately, as the database tells them.
    fn rank(&self, today: NaiveDate) -> Vec<(Topic, i64)> {
        let mut asked: HashMap<Topic, i64> = HashMap::new();
        for (topic, count) in self.demand.range(since(today)..).flat_map(|(_, day)| day) {
            *asked.entry(*topic).or_default() += count;
        }
        let mut asked: Vec<(Topic, i64)> = asked
            .into_iter()
            .filter(|(_, asked)| *asked >= FEWEST)
            .collect();
        asked.sort_by_cached_key(|(topic, asked)| (-asked, topic.cache_key()));
        asked.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_of_five_owners_find_an_answer_within_the_budget() {
        let week = replay_week(1, 1_000);
        assert!(week.requests > 2_000, "{week}");
        assert!(week.hit_rate() >= 0.8, "{week}");
        assert!(week.hits > week.hits_without + week.requests / 10, "{week}");
        let most = i64::from(WARMING_BUDGET) * 7 + 7 * ANTHROPIC_PRICE.of(CALL) / MICROS;
        assert!(week.cost <= most, "{week}");
        assert_eq!(replay_week(1, 1_000), week);
    }
}
