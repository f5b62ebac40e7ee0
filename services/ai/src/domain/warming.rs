//! Which answers are asked for ahead of time: those that many will want and that are about to end.

use super::draft::Topic;
use super::occasions;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use janchi_contracts::reference::Industry;
use std::time::Duration;

/// How long a cached answer lives; the cache takes up to 5 % off.
pub const LIFE: Duration = Duration::from_secs(24 * 3600);
const SHORTEST_LIFE: TimeDelta = TimeDelta::seconds((LIFE.as_secs() * 95 / 100).cast_signed());
/// An answer that ends within this time is asked for anew: longer than a round takes and the next one needs to come.
const HORIZON: TimeDelta = TimeDelta::minutes(45);
/// What was asked for in so many days says what will be.
const MEMORY: Days = Days::new(21);

/// Which topics are kept warm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Asked for less often lately, a topic is not worth an answer a day.
    pub fewest: i64,
    /// No more topics than this, the most wanted first.
    pub most: i64,
}

/// Where vendors answer: each answer costs money and a call.
pub const ASKED: Reach = Reach {
    fewest: 3,
    most: 400,
};
/// Where the planner answers, which costs a few milliseconds: whatever anybody asked for.
pub const PLANNED: Reach = Reach {
    fewest: 1,
    most: 2_000,
};

/// A topic and how it is served now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub topic: Topic,
    /// How often it was asked for lately.
    pub asked: i64,
    /// The latest answer, if there is one.
    pub answer: Option<Answered>,
}

/// A vendor's answer: for which season, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub season: String,
    pub at: DateTime<Utc>,
}

impl Wanted {
    /// Whether it should be asked for anew now; `season` is what today's answer would be made for.
    pub fn is_due(&self, season: &str, now: DateTime<Utc>) -> bool {
        self.answer.as_ref().is_none_or(|answer| {
            answer.at + SHORTEST_LIFE - HORIZON <= now || answer.season != season
        })
    }
}

/// The first day whose requests still count.
pub fn since(today: NaiveDate) -> NaiveDate {
    today - MEMORY
}

/// The occasion that an answer for a trade is made for on a day.
pub fn season(industry: Industry, today: NaiveDate) -> String {
    occasions::upcoming(industry, today)[0].code.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use janchi_contracts::reference::{Objective, Region};

    #[test]
    fn an_answer_is_due_when_it_ends_soon_or_its_season_is_over() {
        let topic = Topic {
            industry: Industry::Cafe,
            region: Region::Seoul,
            objective: Objective::Sales,
        };
        let now: DateTime<Utc> = "2026-11-22T03:00:00Z".parse().unwrap();
        let today = "2026-11-22".parse().unwrap();
        let due = |answer: Option<(&str, i64)>| {
            let answer = answer.map(|(season, minutes)| Answered {
                season: season.to_owned(),
                at: now - TimeDelta::minutes(minutes),
            });
            let wanted = Wanted {
                topic,
                asked: 9,
                answer,
            };
            wanted.is_due(&season(Industry::Cafe, today), now)
        };
        let current = season(Industry::Cafe, today);
        assert!(due(None));
        assert!(!due(Some((&current, 10))));
        assert!(!due(Some((&current, 22 * 60))));
        assert!(due(Some((&current, 22 * 60 + 4))));
        assert!(due(Some(("LAST_SUMMER", 10))));
    }
}
