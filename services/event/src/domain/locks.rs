//! What approval fixes: customers rely on what they were promised.

use crate::domain::changes::Refused;
use crate::domain::event::Event;
use chrono::{DateTime, Utc};
use janchi_contracts::event::EventStatus;

impl Event {
    /// Whether this event may become `after`: everything may change before approval, after it title, description and,
    /// before the first entry, a later end.
    ///
    /// # Errors
    /// The first field that is fixed.
    pub(super) fn check_locks(&self, after: &Self) -> Result<(), Refused> {
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

#[cfg(test)]
mod tests {
    use crate::domain::changes::example::{at, now, prize};
    use crate::domain::changes::{Changes, Refused};
    use crate::domain::event::{Event, example::draft};
    use janchi_contracts::event::EventStatus;

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
