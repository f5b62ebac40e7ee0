//! What an owner changes in an event: all that is wrong with it is told at once. Which fields are fixed by now is in
//! `locks.rs`, what makes a period in `period.rs`.

use crate::domain::event::Event;
use crate::domain::fault::Faults;
use crate::domain::limits::{
    DESCRIPTION, TITLE, WINNERS, WantedBonus, WantedPrize, check_bonus, check_prizes,
    check_winners, money, optional, within,
};
use crate::domain::text;
use chrono::{DateTime, Utc};

/// New values of some fields. Outer none: stays as it is; inner none: emptied.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    pub title: Option<Option<String>>,
    pub description: Option<Option<String>>,
    pub starts_at: Option<Option<DateTime<Utc>>>,
    pub ends_at: Option<Option<DateTime<Utc>>>,
    pub prizes: Option<Option<Vec<WantedPrize>>>,
    pub winner_count: Option<Option<i64>>,
    pub visit_bonus: Option<Option<WantedBonus>>,
    pub budget: Option<Option<i64>>,
}

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    Invalid(Faults),
    /// The event was approved: this field is fixed.
    Locked(&'static str),
}

impl Event {
    /// The event with the changes. Before approval everything may change; after it title, description and, before
    /// the first entry, a later end. A value that is set to what it already is counts as no change.
    ///
    /// # Errors
    /// Values out of their limits, or a field that is fixed by now.
    pub fn changed(&self, changes: &Changes, now: DateTime<Utc>) -> Result<Self, Refused> {
        let mut after = self.clone();
        let mut faults = Faults::default();
        if let Some(title) = &changes.title {
            after.title = optional(&mut faults, title.as_ref(), |t| {
                text::line("title", t, TITLE)
            });
        }
        if let Some(description) = &changes.description {
            after.description = optional(
                &mut faults,
                description.as_ref().filter(|d| !d.trim().is_empty()),
                |d| text::paragraph("description", d, DESCRIPTION),
            );
        }
        if let Some(prizes) = &changes.prizes {
            after.prizes = check_prizes(&mut faults, prizes.as_deref().unwrap_or_default());
        }
        if let Some(count) = changes.winner_count {
            after.winner_count = optional(&mut faults, count.as_ref(), |n| {
                within("winnerCount", *n, WINNERS)
            })
            .and_then(|n| u32::try_from(n).ok());
        }
        if let Some(bonus) = changes.visit_bonus {
            after.visit_bonus = check_bonus(&mut faults, bonus);
        }
        if let Some(budget) = changes.budget {
            after.budget = optional(&mut faults, budget.as_ref(), |won| money("budget", *won));
        }
        after.set_period(changes, now, &mut faults);
        if changes.prizes.is_some() || changes.winner_count.is_some() {
            check_winners(&after, &mut faults);
        }
        faults.check().map_err(Refused::Invalid)?;
        self.check_locks(&after)?;
        Ok(after)
    }
}

#[cfg(test)]
pub(super) mod example {
    //! What the tests of changes, locks and periods share.

    use super::Refused;
    use crate::domain::event::Event;
    use crate::domain::limits::WantedPrize;
    use chrono::{DateTime, Utc};

    pub fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    pub fn now() -> DateTime<Utc> {
        at("2026-11-22T00:00:00Z")
    }

    pub fn codes(result: Result<Event, Refused>) -> Vec<(String, &'static str)> {
        match result {
            Err(Refused::Invalid(faults)) => {
                faults.0.into_iter().map(|f| (f.field, f.code)).collect()
            }
            other => panic!("expected faults, got {other:?}"),
        }
    }

    pub fn prize(name: &str, quantity: i64, unit_cost: i64) -> WantedPrize {
        WantedPrize {
            name: name.into(),
            quantity,
            unit_cost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Changes;
    use super::example::{codes, now, prize};
    use crate::domain::event::example::draft;
    use crate::domain::limits::WantedBonus;

    #[test]
    fn nothing_asked_changes_nothing() {
        assert_eq!(
            draft().changed(&Changes::default(), now()).unwrap(),
            draft()
        );
    }

    #[test]
    fn all_wrong_fields_are_told_at_once() {
        let changes = Changes {
            title: Some(Some("가".repeat(101))),
            prizes: Some(Some(vec![prize("", 0, -1)])),
            winner_count: Some(Some(10_001)),
            visit_bonus: Some(Some(WantedBonus {
                enabled: true,
                weight: Some(0),
            })),
            budget: Some(Some(-1)),
            ..Changes::default()
        };
        let codes = codes(draft().changed(&changes, now()));
        for expected in [
            ("title", "TOO_LONG"),
            ("prizes[0].name", "REQUIRED"),
            ("prizes[0].quantity", "OUT_OF_RANGE"),
            ("prizes[0].unitCost", "NEGATIVE"),
            ("winnerCount", "OUT_OF_RANGE"),
            ("visitBonus.weight", "OUT_OF_RANGE"),
            ("budget", "NEGATIVE"),
        ] {
            assert!(
                codes.iter().any(|(f, c)| (f.as_str(), *c) == expected),
                "{expected:?} in {codes:?}"
            );
        }
    }

    #[test]
    fn a_visit_counts_three_unless_set() {
        let bonus = |weight| Changes {
            visit_bonus: Some(Some(WantedBonus {
                enabled: true,
                weight,
            })),
            ..Changes::default()
        };
        assert_eq!(
            draft()
                .changed(&bonus(None), now())
                .unwrap()
                .visit_bonus
                .weight,
            3
        );
        assert_eq!(
            draft()
                .changed(&bonus(Some(5)), now())
                .unwrap()
                .visit_bonus
                .weight,
            5
        );
    }

    #[test]
    fn so_many_prizes_that_too_many_win_are_refused() {
        let prizes = Changes {
            prizes: Some(Some(vec![prize("가", 9000, 1), prize("나", 9000, 1)])),
            ..Changes::default()
        };
        assert_eq!(
            codes(draft().changed(&prizes, now())),
            [("winnerCount".to_owned(), "OUT_OF_RANGE")]
        );
        let counted = Changes {
            winner_count: Some(Some(100)),
            ..prizes
        };
        assert!(draft().changed(&counted, now()).is_ok());
    }

    #[test]
    fn null_empties_a_field() {
        let changes = Changes {
            title: Some(None),
            ends_at: Some(None),
            prizes: Some(None),
            budget: Some(None),
            ..Changes::default()
        };
        let after = draft().changed(&changes, now()).unwrap();
        assert_eq!(
            (after.title, after.ends_at, after.budget),
            (None, None, None)
        );
        assert!(after.prizes.is_empty());
    }
}
