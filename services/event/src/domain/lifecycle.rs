//! Where an event may go from where it stands. Every change of status is here.
//!
//! `DRAFT` → `PUBLISHING` → `SCHEDULED` → `ONGOING` → `ENDED`; a failed publication can be mended and approved
//! again; whatever is not over can be cancelled once it was approved.

use crate::domain::event::Event;
use chrono::{DateTime, Utc};
use janchi_contracts::event::{EventEvent, EventStatus};

/// A change of status that the fleet is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Approved,
    Scheduled,
    Opened,
    Ended,
    Cancelled,
    PublishFailed,
}

impl Move {
    /// How the history and the audit log call it.
    pub const fn action(self) -> &'static str {
        match self {
            Self::Approved => "event.approved",
            Self::Scheduled => "event.scheduled",
            Self::Opened => "event.opened",
            Self::Ended => "event.ended",
            Self::Cancelled => "event.cancelled",
            Self::PublishFailed => "event.publish_failed",
        }
    }

    /// The message, with the event as it is after the move.
    pub fn message(self, event: &Event) -> EventEvent {
        let snapshot = event.snapshot();
        match self {
            Self::Approved => EventEvent::Approved(snapshot),
            Self::Scheduled => EventEvent::Scheduled(snapshot),
            Self::Opened => EventEvent::Opened(snapshot),
            Self::Ended => EventEvent::Ended(snapshot),
            Self::Cancelled => EventEvent::Cancelled(snapshot),
            Self::PublishFailed => EventEvent::PublishFailed(snapshot),
        }
    }
}

/// The status does not allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAllowed;

impl Event {
    /// What the clock would do to the event now, one step at a time.
    pub fn due(&self, now: DateTime<Utc>) -> Option<Move> {
        match self.status {
            EventStatus::Scheduled if self.starts_at.is_some_and(|at| at <= now) => {
                Some(Move::Opened)
            }
            EventStatus::Ongoing if self.ends_at.is_some_and(|at| at <= now) => Some(Move::Ended),
            _ => None,
        }
    }

    /// Takes the step that is due. The recorded closing is the rule's, however late the clock was read.
    pub fn take_due_step(&mut self, now: DateTime<Utc>) -> Option<Move> {
        let step = self.due(now)?;
        match step {
            Move::Opened => self.open(now),
            _ => {
                self.status = EventStatus::Ended;
                self.closed_at = self.ends_at;
            }
        }
        Some(step)
    }

    fn open(&mut self, now: DateTime<Utc>) {
        self.status = EventStatus::Ongoing;
        // A clock that was read after the end must not record an opening after the closing.
        self.opened_at = Some(self.ends_at.map_or(now, |end| end.min(now)));
    }

    /// Approval: distribution begins. Whether the event is complete is preflight's matter.
    ///
    /// # Errors
    /// It was approved before, or cancelled.
    pub fn approve(&mut self, now: DateTime<Utc>) -> Result<Move, NotAllowed> {
        if !self.is_open_to_change() {
            return Err(NotAllowed);
        }
        self.status = EventStatus::Publishing;
        self.run += 1;
        self.approved_at = Some(now);
        Ok(Move::Approved)
    }

    /// Distribution is through: at least one channel has it. Opens at once if the start is past.
    ///
    /// # Errors
    /// The event does not wait for distribution.
    pub fn publish(&mut self, now: DateTime<Utc>) -> Result<Move, NotAllowed> {
        if !matches!(
            self.status,
            EventStatus::Publishing | EventStatus::PublishFailed
        ) {
            return Err(NotAllowed);
        }
        if self.starts_at.is_some_and(|at| at <= now) {
            self.open(now);
            return Ok(Move::Opened);
        }
        self.status = EventStatus::Scheduled;
        Ok(Move::Scheduled)
    }

    /// No channel took it: the owner may mend and approve again.
    ///
    /// # Errors
    /// The event does not wait for distribution.
    pub fn fail_publishing(&mut self) -> Result<Move, NotAllowed> {
        if self.status != EventStatus::Publishing {
            return Err(NotAllowed);
        }
        self.status = EventStatus::PublishFailed;
        Ok(Move::PublishFailed)
    }

    /// The owner closes it before its time; the rule stays beside the real closing.
    ///
    /// # Errors
    /// It is not ongoing.
    pub fn end_now(&mut self, now: DateTime<Utc>) -> Result<Move, NotAllowed> {
        if self.status != EventStatus::Ongoing {
            return Err(NotAllowed);
        }
        self.status = EventStatus::Ended;
        self.closed_at = Some(now);
        Ok(Move::Ended)
    }

    /// The owner takes it down.
    ///
    /// # Errors
    /// It was never approved, is over, or is cancelled already.
    pub fn cancel(&mut self, now: DateTime<Utc>) -> Result<Move, NotAllowed> {
        match self.status {
            EventStatus::Draft | EventStatus::Ended | EventStatus::Cancelled => Err(NotAllowed),
            EventStatus::Publishing
            | EventStatus::PublishFailed
            | EventStatus::Scheduled
            | EventStatus::Ongoing => {
                if self.opened_at.is_some() {
                    self.closed_at = Some(now);
                }
                self.status = EventStatus::Cancelled;
                Ok(Move::Cancelled)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Move, NotAllowed};
    use crate::domain::event::example::draft;
    use chrono::{DateTime, Utc};
    use janchi_contracts::event::EventStatus::{self, *};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    const ALL: [EventStatus; 7] = [
        Draft,
        Publishing,
        Scheduled,
        Ongoing,
        Ended,
        PublishFailed,
        Cancelled,
    ];

    #[test]
    fn the_clock_opens_and_ends() {
        let mut event = draft();
        event.status = Scheduled;
        assert_eq!(event.take_due_step(at("2026-12-01T23:59:59Z")), None);
        assert_eq!(
            event.take_due_step(at("2026-12-02T00:00:00Z")),
            Some(Move::Opened)
        );
        assert_eq!(event.opened_at, Some(at("2026-12-02T00:00:00Z")));
        assert_eq!(event.take_due_step(at("2026-12-08T23:59:59Z")), None);
        assert_eq!(
            event.take_due_step(at("2026-12-09T00:00:03Z")),
            Some(Move::Ended)
        );
        assert_eq!((event.status, event.closed_at), (Ended, event.ends_at));
    }

    #[test]
    fn a_clock_read_too_late_still_opens_before_it_ends() {
        let mut event = draft();
        event.status = Scheduled;
        let late = at("2027-01-01T00:00:00Z");
        assert_eq!(event.take_due_step(late), Some(Move::Opened));
        assert_eq!(event.take_due_step(late), Some(Move::Ended));
        assert_eq!(event.take_due_step(late), None);
        assert!(event.opened_at <= event.closed_at);
    }

    #[test]
    fn the_clock_moves_nothing_else() {
        for status in [Draft, Publishing, Ended, PublishFailed, Cancelled] {
            let mut event = draft();
            event.status = status;
            assert_eq!(event.due(at("2030-01-01T00:00:00Z")), None, "{status:?}");
        }
    }

    #[test]
    fn an_event_whose_start_is_past_opens_when_distribution_is_through() {
        let mut event = draft();
        event.approve(at("2026-12-03T00:00:00Z")).unwrap();
        assert_eq!((event.status, event.run), (Publishing, 1));
        assert_eq!(event.publish(at("2026-12-03T00:00:09Z")), Ok(Move::Opened));
        assert_eq!(event.opened_at, Some(at("2026-12-03T00:00:09Z")));
        let mut event = draft();
        event.approve(at("2026-12-01T00:00:00Z")).unwrap();
        assert_eq!(
            event.publish(at("2026-12-01T00:00:09Z")),
            Ok(Move::Scheduled)
        );
    }

    #[test]
    fn a_failed_publication_can_be_approved_again() {
        let mut event = draft();
        event.approve(at("2026-12-01T00:00:00Z")).unwrap();
        event.fail_publishing().unwrap();
        assert_eq!(event.status, PublishFailed);
        event.approve(at("2026-12-01T01:00:00Z")).unwrap();
        assert_eq!(event.run, 2);
    }

    #[test]
    fn each_step_has_its_statuses() {
        let now = at("2026-12-03T00:00:00Z");
        for status in ALL {
            let event = || {
                let mut event = draft();
                event.status = status;
                event
            };
            let allowed = |result: Result<Move, NotAllowed>| result.is_ok();
            assert_eq!(
                allowed(event().approve(now)),
                matches!(status, Draft | PublishFailed)
            );
            assert_eq!(
                allowed(event().publish(now)),
                matches!(status, Publishing | PublishFailed)
            );
            assert_eq!(allowed(event().fail_publishing()), status == Publishing);
            assert_eq!(allowed(event().end_now(now)), status == Ongoing);
            assert_eq!(
                allowed(event().cancel(now)),
                matches!(status, Publishing | Scheduled | Ongoing | PublishFailed)
            );
        }
    }

    #[test]
    fn an_early_end_keeps_the_rule_beside_the_real_closing() {
        let mut event = draft();
        event.status = Ongoing;
        event.end_now(at("2026-12-05T00:00:00Z")).unwrap();
        assert_eq!(event.ends_at, Some(at("2026-12-09T00:00:00Z")));
        assert_eq!(event.closed_at, Some(at("2026-12-05T00:00:00Z")));
    }
}
