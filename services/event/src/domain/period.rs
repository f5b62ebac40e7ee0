//! When an event runs.

use crate::domain::changes::Changes;
use crate::domain::event::Event;
use crate::domain::fault::Faults;
use crate::domain::limits::{ends_before_start, ends_in_the_past, optional, sane};
use chrono::{DateTime, Utc};

impl Event {
    /// Takes over a changed start and end. A start may be past; an end is in the future when it is set, and after the
    /// start.
    pub(super) fn set_period(
        &mut self,
        changes: &Changes,
        now: DateTime<Utc>,
        faults: &mut Faults,
    ) {
        if let Some(starts_at) = changes.starts_at {
            self.starts_at = optional(faults, starts_at.as_ref(), |at| sane("startsAt", *at));
        }
        if let Some(ends_at) = changes.ends_at {
            self.ends_at = optional(faults, ends_at.as_ref(), |at| sane("endsAt", *at));
            // An end that stays as it is was in the future once.
            if let Some(end) = self.ends_at
                && end <= now
            {
                faults.add(ends_in_the_past());
            }
        }
        if (changes.starts_at.is_some() || changes.ends_at.is_some())
            && let (Some(start), Some(end)) = (self.starts_at, self.ends_at)
            && end <= start
        {
            faults.add(ends_before_start());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::changes::Changes;
    use crate::domain::changes::example::{at, codes, now};
    use crate::domain::event::example::draft;

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
}
