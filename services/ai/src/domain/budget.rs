//! How a budget is split over the three tiers.

use super::knowledge::IndustryFacts;

/// The least an event can cost in KRW: below it three plans cannot differ in cost.
pub const SMALLEST: i64 = 3_000;

/// What each tier may cost, and the least it should cost so that the three rise; KRW.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    pub most: [i64; 3],
    pub least: [i64; 3],
}

/// Splits the owner's budget, or the trade's usual one. `None` when it is under [`SMALLEST`].
///
/// The highest tier may use all of it, the middle 65 %, the lowest 35 %. A budget over twenty times the trade's
/// usual one is not spent in full: a neighbourhood has only so many people.
pub fn caps(facts: &IndustryFacts, budget: Option<i64>) -> Option<Caps> {
    let budget = budget.unwrap_or(facts.budget);
    if budget < SMALLEST {
        return None;
    }
    let all = budget.min(facts.budget * 20);
    let part = |percent: i64| all * percent / 100;
    // Each least lies above the most of the tier below.
    Some(Caps {
        most: [part(35), part(65), all],
        least: [part(12), part(35) + 1, part(65) + 1],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::knowledge;

    #[test]
    fn tiers_rise_and_stay_within_the_budget() {
        for facts in &knowledge::get().industries {
            for budget in [SMALLEST, 9_999, 100_000, 300_000, 5_000_000, i64::MAX] {
                let caps = caps(facts, Some(budget)).unwrap();
                assert!(caps.most[2] <= budget);
                for tier in 0..3 {
                    assert!(caps.least[tier] <= caps.most[tier]);
                }
                assert!(caps.most[0] < caps.least[1] && caps.most[1] < caps.least[2]);
            }
            assert!(caps(facts, None).is_some());
            assert!(caps(facts, Some(SMALLEST - 1)).is_none());
        }
    }
}
