//! What an owner wishes before there is a plan: a budget and days, or nothing of it.

use super::{dates, money};
use crate::problem::Refusal;
use crate::visit::Visit;
use crate::words::{Language, Words};
use chrono::NaiveDate;
use serde_json::Value;

/// Budgets that are one tap away, KRW.
pub(super) const USUAL: [i64; 4] = [100_000, 300_000, 500_000, 1_000_000];
/// Above it a typing mistake is likelier than an event of a shop.
const MOST: i64 = 10_000_000_000;

/// As it was typed, and what it means.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    pub text: String,
    pub objective: String,
    /// The chosen one of the usual budgets; empty lets the plan propose.
    pub budget: String,
    pub other_budget: String,
    pub starts_on: String,
    pub ends_on: String,
}

impl Wish {
    pub(super) fn typed(visit: &Visit) -> Self {
        Self {
            text: visit.typed("text"),
            objective: visit.typed("objective"),
            budget: visit.typed("budget"),
            other_budget: visit.typed("otherBudget"),
            starts_on: visit.typed("startsOn"),
            ends_on: visit.typed("endsOn"),
        }
    }

    /// The wishes that were made, or what is wrong with them.
    pub(super) fn read(&self, today: &str, refusal: &mut Refusal, w: Words) -> Wanted {
        let budget = match self.other_budget.trim() {
            "" => self.budget.parse().ok().filter(|won| USUAL.contains(won)),
            other => {
                let won = money::read_budget(other, w.0 == Language::Korean);
                let won = won.filter(|won| (1..=MOST).contains(won));
                if won.is_none() {
                    refusal.add("budget", w.say("make-budget-wrong"));
                }
                won
            }
        };
        let mut day = |name: &str, typed: &str| {
            let found = dates::read(typed);
            if found.is_none() && !typed.trim().is_empty() {
                refusal.add(name, w.say("make-day-wrong"));
            }
            found
        };
        let (from, to) = (
            day("startsAt", &self.starts_on),
            day("endsAt", &self.ends_on),
        );
        if to.is_some_and(|to| dates::read(today).is_some_and(|today| to < today)) {
            refusal.add("endsAt", w.say("make-day-past"));
        }
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            refusal.add("endsAt", w.say("make-days-turned"));
        }
        Wanted {
            budget,
            starts_at: from.map(|day| dates::start(day, None)),
            ends_at: to.map(|day| dates::end(day, None)),
            note: None,
            has_days: from.is_some() || to.is_some(),
        }
    }
}

/// What is wanted, in the API's words.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub budget: Option<i64>,
    pub starts_at: Option<String>,
    pub ends_at: Option<String>,
    pub note: Option<String>,
    /// Days were chosen in the fields: a sentence does not change them.
    has_days: bool,
}

impl Wanted {
    /// Fills what was left open from a sentence as it was understood. What was chosen in a field stays.
    pub(super) fn fill(&mut self, intent: &Value, today: &str) {
        let text = |name: &str| intent[name].as_str().map(str::to_owned);
        self.budget = self.budget.or(intent["budget"].as_i64());
        self.note = text("note");
        if !self.has_days {
            (self.starts_at, self.ends_at) = (text("startsAt"), text("endsAt"));
        }
        // A sentence about last week is no wish for one that is over before it begins.
        let past = |time: &Option<String>| {
            dates::read(&dates::day_of(time.as_deref()))
                .zip(dates::read(today))
                .is_some_and(|(day, today): (NaiveDate, NaiveDate)| day < today)
        };
        if past(&self.ends_at) {
            (self.starts_at, self.ends_at) = (None, None);
        }
    }
}
