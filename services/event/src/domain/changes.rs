//! What an owner may change in an event, and when.

use crate::domain::event::Event;
use crate::domain::fault::Faults;
use crate::domain::limits::{
    DESCRIPTION, TITLE, WINNERS, WantedBonus, WantedPrize, check_bonus, check_prizes,
    check_winners, ends_before_start, ends_in_the_past, money, optional, sane, within,
};
use crate::domain::text;
use chrono::{DateTime, Utc};
use janchi_contracts::event::EventStatus;

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
        set_period(&mut after, changes, now, &mut faults);
        if changes.prizes.is_some() || changes.winner_count.is_some() {
            check_winners(&after, &mut faults);
        }
        faults.check().map_err(Refused::Invalid)?;
        self.check_locks(&after)?;
        Ok(after)
    }

    fn check_locks(&self, after: &Self) -> Result<(), Refused> {
        if self.is_open_to_change() {
            return Ok(());
        }
        if self.status == EventStatus::Cancelled
            && (self.title != after.title || self.description != after.description)
        {
            return Err(Refused::Locked("status"));
        }
        let fixed = [
            ("title", after.title.is_none() && self.title.is_some()),
            ("startsAt", self.starts_at != after.starts_at),
            ("prizes", self.prizes != after.prizes),
            ("winnerCount", self.winners() != after.winners()),
            ("visitBonus", self.visit_bonus != after.visit_bonus),
            ("budget", self.budget != after.budget),
            (
                "endsAt",
                self.ends_at != after.ends_at && !self.may_end_at(after.ends_at),
            ),
        ];
        match fixed.into_iter().find(|(_, changed)| *changed) {
            Some((field, _)) => Err(Refused::Locked(field)),
            None => Ok(()),
        }
    }

    /// A later end, for an event that is not over and that nobody entered: entrants relied on the period they saw.
    fn may_end_at(&self, ends_at: Option<DateTime<Utc>>) -> bool {
        let running = matches!(
            self.status,
            EventStatus::Publishing | EventStatus::Scheduled | EventStatus::Ongoing
        );
        running && !self.has_entries && ends_at.is_some() && ends_at > self.ends_at
    }
}

fn set_period(after: &mut Event, changes: &Changes, now: DateTime<Utc>, faults: &mut Faults) {
    if let Some(starts_at) = changes.starts_at {
        after.starts_at = optional(faults, starts_at.as_ref(), |at| sane("startsAt", *at));
    }
    if let Some(ends_at) = changes.ends_at {
        after.ends_at = optional(faults, ends_at.as_ref(), |at| sane("endsAt", *at));
        // An end that stays as it is was in the future once.
        if let Some(end) = after.ends_at
            && end <= now
        {
            faults.add(ends_in_the_past());
        }
    }
    if (changes.starts_at.is_some() || changes.ends_at.is_some())
        && let (Some(start), Some(end)) = (after.starts_at, after.ends_at)
        && end <= start
    {
        faults.add(ends_before_start());
    }
}
#[cfg(test)]
mod tests {
    use super::{Changes, Refused};
    use crate::domain::event::{Event, example::draft};
    use crate::domain::limits::{WantedBonus, WantedPrize};
    use chrono::{DateTime, Utc};
    use janchi_contracts::event::EventStatus;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn now() -> DateTime<Utc> {
        at("2026-11-22T00:00:00Z")
    }

    fn codes(result: Result<Event, Refused>) -> Vec<(String, &'static str)> {
        match result {
            Err(Refused::Invalid(faults)) => {
                faults.0.into_iter().map(|f| (f.field, f.code)).collect()
            }
            other => panic!("expected faults, got {other:?}"),
        }
    }

    fn prize(name: &str, quantity: i64, unit_cost: i64) -> WantedPrize {
        WantedPrize {
            name: name.into(),
            quantity,
            unit_cost,
        }
    }

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
    fn the_end_is_after_the_start_and_in_the_future() {
        let ends = |end: &str| Changes {
            ends_at: Some(Some(at(end))),
            ..Changes::default()
        };
        assert_eq!(
            codes(draft().changed(&ends("2026-12-02T00:00:00Z"), now())),
            [("endsAt".to_owned(), "NOT_AFTER_START")]
        );
        let past = Changes {
            starts_at: Some(Some(at("2026-11-01T00:00:00Z"))),
            ..ends("2026-11-22T00:00:00Z")
        };
        assert_eq!(
            codes(draft().changed(&past, now())),
            [("endsAt".to_owned(), "IN_THE_PAST")]
        );
        let late_start = Changes {
            starts_at: Some(Some(at("2026-12-20T00:00:00Z"))),
            ..Changes::default()
        };
        assert_eq!(
            codes(draft().changed(&late_start, now())),
            [("endsAt".to_owned(), "NOT_AFTER_START")]
        );
    }

    #[test]
    fn the_start_may_be_past() {
        let changes = Changes {
            starts_at: Some(Some(at("2026-11-01T00:00:00Z"))),
            ..Changes::default()
        };
        assert!(draft().changed(&changes, now()).is_ok());
    }

    #[test]
    fn an_old_end_does_not_stop_another_field() {
        let changes = Changes {
            title: Some(Some("새 제목".into())),
            ..Changes::default()
        };
        assert!(
            draft()
                .changed(&changes, at("2027-01-01T00:00:00Z"))
                .is_ok()
        );
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

    fn approved(status: EventStatus) -> Event {
        Event { status, ..draft() }
    }

    #[test]
    fn after_approval_words_may_change_and_rules_may_not() {
        let words = Changes {
            title: Some(Some("새 제목".into())),
            description: Some(Some("새 설명".into())),
            ..Changes::default()
        };
        let rules = [
            Changes {
                budget: Some(Some(1)),
                ..Changes::default()
            },
            Changes {
                winner_count: Some(Some(1)),
                ..Changes::default()
            },
            Changes {
                prizes: Some(Some(vec![prize("차", 1, 1)])),
                ..Changes::default()
            },
            Changes {
                starts_at: Some(Some(at("2026-12-03T00:00:00Z"))),
                ..Changes::default()
            },
            Changes {
                ends_at: Some(Some(at("2026-12-08T00:00:00Z"))),
                ..Changes::default()
            },
        ];
        for status in [
            EventStatus::Publishing,
            EventStatus::Scheduled,
            EventStatus::Ongoing,
            EventStatus::Ended,
        ] {
            assert!(approved(status).changed(&words, now()).is_ok());
            for change in &rules {
                assert!(
                    matches!(
                        approved(status).changed(change, now()),
                        Err(Refused::Locked(_))
                    ),
                    "{change:?}"
                );
            }
        }
        assert!(matches!(
            approved(EventStatus::Cancelled).changed(&words, now()),
            Err(Refused::Locked(_))
        ));
        assert!(
            approved(EventStatus::PublishFailed)
                .changed(&rules[0], now())
                .is_ok()
        );
    }

    #[test]
    fn a_later_end_is_possible_until_somebody_entered() {
        let later = Changes {
            ends_at: Some(Some(at("2026-12-12T00:00:00Z"))),
            ..Changes::default()
        };
        let mut event = approved(EventStatus::Ongoing);
        assert!(event.changed(&later, now()).is_ok());
        event.has_entries = true;
        assert_eq!(event.changed(&later, now()), Err(Refused::Locked("endsAt")));
        assert!(matches!(
            approved(EventStatus::Ended).changed(&later, now()),
            Err(Refused::Locked(_))
        ));
    }

    #[test]
    fn saying_what_already_is_changes_nothing() {
        let same = Changes {
            winner_count: Some(Some(3)),
            budget: Some(Some(100_000)),
            ends_at: Some(Some(at("2026-12-09T00:00:00Z"))),
            ..Changes::default()
        };
        assert!(approved(EventStatus::Ongoing).changed(&same, now()).is_ok());
    }
}
