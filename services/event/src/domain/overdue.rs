//! What to do about an event that has waited too long for news of its run, from what distribution says when asked.

use crate::domain::event::Event;
use crate::domain::lifecycle::Move;
use janchi_contracts::distribution::{DistributionEvent, DistributionSummary, RunStatus, TakeDown};
use janchi_contracts::event::EventStatus;

/// How an event gets on that waits for distribution.
#[derive(Debug, Clone, PartialEq)]
pub enum Remedy {
    /// It is being worked on: the news will come.
    Wait,
    /// The news that did not come.
    Hear(DistributionEvent),
    /// Distribution knows nothing of the run: its order is given again.
    OrderAgain,
    /// Distribution does not know what became of the event: it is told again.
    TellAgain(Move),
}

impl Event {
    /// `known` is the latest run that distribution knows of this event.
    pub fn remedy(&self, known: Option<DistributionSummary>) -> Remedy {
        if known.as_ref().is_some_and(|known| known.run > self.run) {
            // This database is older than its neighbour's: nothing here can be right about a later run.
            return Remedy::Wait;
        }
        match self.status {
            EventStatus::Publishing => self.publishing(known),
            EventStatus::Cancelled => self.cancelled(known),
            EventStatus::PublishFailed => self.failed(known),
            EventStatus::Draft
            | EventStatus::Scheduled
            | EventStatus::Ongoing
            | EventStatus::Ended => Remedy::Wait,
        }
    }

    fn publishing(&self, known: Option<DistributionSummary>) -> Remedy {
        match known {
            Some(known) if known.run == self.run => match known.status {
                RunStatus::Running => Remedy::Wait,
                _ => self.finished(known),
            },
            _ => Remedy::OrderAgain,
        }
    }

    fn cancelled(&self, known: Option<DistributionSummary>) -> Remedy {
        match known {
            // Of whatever run: once it knows of the cancel, it begins no other.
            Some(known) if known.take_down == TakeDown::Done => self.taken_down(known),
            Some(known) if known.take_down == TakeDown::UnderWay => Remedy::Wait,
            _ => Remedy::TellAgain(Move::Cancelled),
        }
    }

    fn failed(&self, known: Option<DistributionSummary>) -> Remedy {
        match known {
            Some(known) if known.run == self.run => match (known.status, known.take_down) {
                // It recovered late.
                (RunStatus::Completed | RunStatus::Partial, _) => self.finished(known),
                (_, TakeDown::Done) => self.taken_down(known),
                (RunStatus::Running, _) | (_, TakeDown::UnderWay) => Remedy::Wait,
                (RunStatus::Failed, TakeDown::NotOrdered) => Remedy::TellAgain(Move::PublishFailed),
            },
            // The run was given up before it began: nothing of it is up.
            _ => Remedy::Hear(DistributionEvent::TakenDown {
                event_id: self.id,
                run: self.run,
                channels: Vec::new(),
            }),
        }
    }

    fn finished(&self, known: DistributionSummary) -> Remedy {
        Remedy::Hear(DistributionEvent::Finished {
            event_id: self.id,
            run: self.run,
            status: known.status,
            channels: known.channels,
        })
    }

    fn taken_down(&self, known: DistributionSummary) -> Remedy {
        Remedy::Hear(DistributionEvent::TakenDown {
            event_id: self.id,
            run: self.run,
            channels: known.channels,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Remedy;
    use crate::domain::event::{Event, example::draft};
    use crate::domain::lifecycle::Move;
    use janchi_contracts::distribution::{
        DistributionEvent, DistributionSummary, RunStatus, TakeDown,
    };
    use janchi_contracts::event::EventStatus::{self, *};

    fn waiting(status: EventStatus) -> Event {
        Event {
            status,
            run: 2,
            ..draft()
        }
    }

    fn known(run: u32, status: RunStatus, take_down: TakeDown) -> Option<DistributionSummary> {
        Some(DistributionSummary {
            event_id: draft().id,
            run,
            status,
            take_down,
            channels: vec![],
        })
    }

    fn is_finished(remedy: &Remedy) -> bool {
        matches!(
            remedy,
            Remedy::Hear(DistributionEvent::Finished { run: 2, .. })
        )
    }

    fn is_taken_down(remedy: &Remedy) -> bool {
        matches!(
            remedy,
            Remedy::Hear(DistributionEvent::TakenDown { run: 2, .. })
        )
    }

    #[test]
    fn a_run_that_ended_is_heard_of_and_one_that_goes_on_is_waited_for() {
        let event = waiting(Publishing);
        for status in [RunStatus::Completed, RunStatus::Partial, RunStatus::Failed] {
            let remedy = event.remedy(known(2, status, TakeDown::NotOrdered));
            assert!(is_finished(&remedy), "{remedy:?}");
        }
        let running = known(2, RunStatus::Running, TakeDown::NotOrdered);
        assert_eq!(event.remedy(running), Remedy::Wait);
    }

    #[test]
    fn a_run_that_is_not_known_is_ordered_again() {
        let event = waiting(Publishing);
        assert_eq!(event.remedy(None), Remedy::OrderAgain);
        let older = known(1, RunStatus::Failed, TakeDown::Done);
        assert_eq!(event.remedy(older), Remedy::OrderAgain);
    }

    #[test]
    fn a_cancel_that_did_not_arrive_is_told_again() {
        let event = waiting(Cancelled);
        let again = Remedy::TellAgain(Move::Cancelled);
        assert_eq!(event.remedy(None), again);
        let up = known(2, RunStatus::Completed, TakeDown::NotOrdered);
        assert_eq!(event.remedy(up), again);
        let going = known(2, RunStatus::Completed, TakeDown::UnderWay);
        assert_eq!(event.remedy(going), Remedy::Wait);
        for run in [0, 1, 2] {
            let done = known(run, RunStatus::Failed, TakeDown::Done);
            assert!(is_taken_down(&event.remedy(done)));
        }
    }

    #[test]
    fn a_failure_is_cleaned_up_or_turns_out_well() {
        let event = waiting(PublishFailed);
        let unheard = known(2, RunStatus::Failed, TakeDown::NotOrdered);
        let again = Remedy::TellAgain(Move::PublishFailed);
        assert_eq!(event.remedy(unheard), again);
        for going in [
            known(2, RunStatus::Failed, TakeDown::UnderWay),
            known(2, RunStatus::Running, TakeDown::NotOrdered),
        ] {
            assert_eq!(event.remedy(going), Remedy::Wait);
        }
        let done = known(2, RunStatus::Failed, TakeDown::Done);
        assert!(is_taken_down(&event.remedy(done)));
        let recovered = known(2, RunStatus::Partial, TakeDown::NotOrdered);
        assert!(is_finished(&event.remedy(recovered)));
        for never in [None, known(1, RunStatus::Failed, TakeDown::Done)] {
            assert!(is_taken_down(&event.remedy(never)));
        }
    }

    #[test]
    fn nobody_else_waits_and_a_later_run_is_not_touched() {
        for status in [Draft, Scheduled, Ongoing, Ended] {
            assert_eq!(waiting(status).remedy(None), Remedy::Wait);
        }
        for status in [Publishing, Cancelled, PublishFailed] {
            let later = known(3, RunStatus::Failed, TakeDown::Done);
            assert_eq!(waiting(status).remedy(later), Remedy::Wait);
        }
    }
}
