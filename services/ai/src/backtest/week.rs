//! A made-up month of owners who ask for plans, through the rules by which answers are cached and asked for ahead of
//! time. The first three weeks are what the fleet learns from; the last one is counted.

use super::chance::Chance;
use super::owners::{self, Mix};
use crate::config::{ANTHROPIC_PRICE, WARMING_EVERY};
use crate::domain::cost::{MICROS, Usage};
use crate::domain::draft::Topic;
use crate::domain::warming::{ASKED, Answered, LIFE, PLANNED, Reach, Wanted, season, since};
use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use janchi_contracts::reference::Industry;
use janchi_runtime::seoul;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// A Monday.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 10, 26).expect("a day of the calendar");
/// What plans for a topic take of a vendor: our prompt, and three plans with what is thought before.
const CALL: Usage = Usage {
    input_tokens: 3_000,
    output_tokens: 3_500,
};
/// One call after the other, with a pause: so many fit between two rounds.
const CALLS_OF_A_ROUND: usize = 60;

/// Who answers what is not in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// A vendor, for money.
    Vendor,
    /// The planner, for nothing.
    Planner,
}

/// The fleet whose month is replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    pub shops: usize,
    pub mix: Mix,
    pub maker: Maker,
    /// What answers ahead of time may cost a day, in KRW.
    pub budget: u32,
}

/// What the counted week was like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Week {
    pub setting: Setting,
    pub topics: usize,
    pub requests: usize,
    /// Requests that found an answer.
    pub hits: usize,
    /// As many would have found one if nothing were made ahead of time.
    pub hits_without: usize,
    /// Of the requests of the fleet's very first week, the share that found an answer: warming knows nothing yet.
    pub first_week: f64,
    /// Answers made ahead of time.
    pub warmings: usize,
    /// What they cost, in KRW.
    pub cost: i64,
}

impl Week {
    /// Of the requests, those that found an answer.
    pub fn hit_rate(&self) -> f64 {
        share(self.hits, self.requests)
    }
}

fn share(part: usize, of: usize) -> f64 {
    part as f64 / of.max(1) as f64
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Setting {
            shops,
            mix,
            maker,
            budget: _,
        } = self.setting;
        let mix = match mix {
            Mix::Country => "trades as in the country",
            Mix::Even => "all trades equally common",
        };
        let maker = match maker {
            Maker::Vendor => "a vendor",
            Maker::Planner => "the planner",
        };
        writeln!(
            f,
            "a week of {shops} shops, {mix}, answers by {maker}: {} requests, {} topics ever",
            self.requests, self.topics
        )?;
        writeln!(
            f,
            "  found in the cache   {:5.1} %   goal 80 %",
            self.hit_rate() * 100.0
        )?;
        writeln!(
            f,
            "  without warming      {:5.1} %   in the fleet's first week {:.1} %",
            share(self.hits_without, self.requests) * 100.0,
            self.first_week * 100.0
        )?;
        write!(
            f,
            "  made ahead of time   {} answers, {} won a day",
            self.warmings,
            self.cost / 7
        )
    }
}

/// Replays the month of a fleet. The same seed gives the same week.
pub fn replay_week(seed: u64, setting: Setting) -> Week {
    let mut chance = Chance::new(seed);
    let start = seoul::midnight(FIRST_DAY);
    let requests = owners::requests(&mut chance, setting.shops, setting.mix, start);
    let mut fleet = Fleet::new(chance, setting);
    let counted = start + TimeDelta::weeks(3);
    let mut week = Week {
        setting,
        topics: 0,
        requests: 0,
        hits: 0,
        hits_without: 0,
        first_week: 0.0,
        warmings: 0,
        cost: 0,
    };
    let (mut early, mut early_hits) = (0, 0);
    let every = TimeDelta::from_std(WARMING_EVERY).unwrap_or(TimeDelta::minutes(10));
    let mut round = start;
    for (at, topic) in requests {
        while round <= at {
            let made = fleet.warm(round);
            if round >= counted {
                week.warmings += made;
            }
            round += every;
        }
        let (hit, hit_without) = fleet.ask(at, topic);
        if at >= counted {
            week.requests += 1;
            week.hits += usize::from(hit);
            week.hits_without += usize::from(hit_without);
        } else if at < start + TimeDelta::weeks(1) {
            early += 1;
            early_hits += usize::from(hit);
        }
    }
    week.topics = fleet.without.0.len();
    week.first_week = share(early_hits, early);
    week.cost = week.warmings as i64 * fleet.price / MICROS;
    week
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
    maker: Maker,
    reach: Reach,
    /// Of an answer, in millionths of a won.
    price: i64,
    /// Of a day, as [`Self::price`].
    budget: i64,
}

impl Fleet {
    fn new(chance: Chance, setting: Setting) -> Self {
        let maker = setting.maker;
        let (reach, price) = match maker {
            Maker::Vendor => (ASKED, ANTHROPIC_PRICE.of(CALL)),
            Maker::Planner => (PLANNED, 0),
        };
        Self {
            chance,
            with: Cache::default(),
            without: Cache::default(),
            demand: BTreeMap::new(),
            made: HashMap::new(),
            ranked: Vec::new(),
            seasons: HashMap::new(),
            spent: HashMap::new(),
            maker,
            reach,
            price,
            budget: i64::from(setting.budget) * MICROS,
        }
    }

    /// Whether an owner finds an answer, with warming and without. If not, a vendor makes one.
    fn ask(&mut self, at: DateTime<Utc>, topic: Topic) -> (bool, bool) {
        let day = self.demand.entry(seoul::day(at)).or_default();
        *day.entry(topic).or_default() += 1;
        let hit = self.with.has(topic, at);
        if !hit {
            self.with.store(topic, at, &mut self.chance);
            let season = self.season_of(topic);
            self.made.insert(topic, Answered { season, at });
        }
        let hit_without = self.without.has(topic, at);
        if !hit_without {
            self.without.store(topic, at, &mut self.chance);
        }
        (hit, hit_without)
    }

    /// A round of warming; gives how many answers it made.
    fn warm(&mut self, now: DateTime<Utc>) -> usize {
        let today = seoul::day(now);
        let mut made = 0;
        // Read anew each hour here, to be quick.
        if now.minute() == 0 {
            self.ranked = self.rank(today);
            let seasons = Industry::ALL.map(|industry| (industry, season(industry, today)));
            self.seasons = seasons.into_iter().collect();
        }
        for (topic, asked) in std::mem::take(&mut self.ranked) {
            if self.is_due(topic, asked, now) && self.may_make(today, made) {
                *self.spent.entry(today).or_default() += self.price;
                made += 1;
                self.with.store(topic, now, &mut self.chance);
                let season = self.season_of(topic);
                self.made.insert(topic, Answered { season, at: now });
            }
            self.ranked.push((topic, asked));
        }
        made
    }

    fn season_of(&self, topic: Topic) -> String {
        self.seasons
            .get(&topic.industry)
            .cloned()
            .unwrap_or_default()
    }

    fn may_make(&self, today: NaiveDate, made: usize) -> bool {
        let spent = self.spent.get(&today).copied().unwrap_or(0);
        match self.maker {
            Maker::Vendor => spent < self.budget && made < CALLS_OF_A_ROUND,
            Maker::Planner => true,
        }
    }

    /// As the service decides it: nothing is there, the season is over, or a vendor's answer is about to end.
    fn is_due(&self, topic: Topic, asked: i64, now: DateTime<Utc>) -> bool {
        let season = self.season_of(topic);
        let answer = self.made.get(&topic).cloned();
        if !self.with.has(topic, now) || answer.as_ref().is_none_or(|a| a.season != season) {
            return true;
        }
        let wanted = Wanted {
            topic,
            asked,
            answer,
        };
        self.maker == Maker::Vendor && wanted.is_due(&season, now)
    }

    /// The topics most asked for lately, as the database tells them.
    fn rank(&self, today: NaiveDate) -> Vec<(Topic, i64)> {
        let mut asked: HashMap<Topic, i64> = HashMap::new();
        for (topic, count) in self.demand.range(since(today)..).flat_map(|(_, day)| day) {
            *asked.entry(*topic).or_default() += count;
        }
        let mut asked: Vec<(Topic, i64)> = asked
            .into_iter()
            .filter(|(_, asked)| *asked >= self.reach.fewest)
            .collect();
        asked.sort_by_cached_key(|(topic, asked)| (-asked, topic.cache_key()));
        asked.truncate(usize::try_from(self.reach.most).unwrap_or(usize::MAX));
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::WARMING_BUDGET;

    fn week(shops: usize, mix: Mix, maker: Maker) -> Week {
        let setting = Setting {
            shops,
            mix,
            maker,
            budget: WARMING_BUDGET,
        };
        replay_week(1, setting)
    }

    #[test]
    fn four_of_five_owners_find_an_answer_within_the_budget() {
        for mix in [Mix::Country, Mix::Even] {
            let week = week(1_000, mix, Maker::Vendor);
            assert!(week.requests > 2_000, "{week}");
            assert!(week.hits > week.hits_without + week.requests / 10, "{week}");
            let most = i64::from(WARMING_BUDGET) * 7 + 7 * ANTHROPIC_PRICE.of(CALL) / MICROS;
            assert!(week.cost <= most, "{week}");
            if mix == Mix::Country {
                assert!(week.hit_rate() >= 0.8, "{week}");
            }
        }
    }

    #[test]
    fn the_planner_is_asked_ahead_for_whatever_anybody_wanted() {
        let week = week(1_000, Mix::Even, Maker::Planner);
        assert!(week.hit_rate() >= 0.95 && week.cost == 0, "{week}");
    }

    #[test]
    fn the_same_seed_gives_the_same_week() {
        let again = || week(200, Mix::Country, Maker::Vendor);
        assert_eq!(again(), again());
    }
}
