//! What taking a channel down makes of its task.

use super::decision::{Moment, note_trouble, settle};
use super::material::removal_steps;
use super::outcome::{Removal, Trouble};
use super::pace::{MAX_REMOVALS, Pace};
use super::task::{Steps, Task, Work};
use janchi_contracts::distribution::ChannelStatus;

/// Calls a channel back: what may be up is taken down by the runner, the rest is cancelled at once. A worker that is
/// at it right now is let finish; its result is called back then.
pub fn recall(task: &mut Task, at: Moment) {
    let up = matches!(
        task.status,
        ChannelStatus::Published | ChannelStatus::PendingReview | ChannelStatus::Unknown
    );
    match task.status {
        ChannelStatus::Publishing | ChannelStatus::Cancelled => {}
        _ if up || task.steps.may_be_up() => {
            task.polls = 0;
            task.due = Some((Work::TakeDown, at.real));
        }
        ChannelStatus::ManualActionRequired => {
            settle(task, ChannelStatus::Cancelled, None, at);
            task.manual_steps = removal_steps(task.channel, None);
        }
        _ => settle(task, ChannelStatus::Cancelled, task.last_error.clone(), at),
    }
}

/// Notes the end of taking a channel down. In a run that was not called back (a failed one that is cleaned up) the
/// channel ends as failed instead of cancelled.
pub fn note_removal(task: &mut Task, result: Result<Removal, Trouble>, pace: &Pace, at: Moment) {
    let by_hand = |task: &mut Task, steps: Vec<String>| {
        if at.recalled {
            settle(task, ChannelStatus::ManualActionRequired, None, at);
        }
        task.due = None;
        task.manual_steps = steps;
    };
    match result {
        Ok(Removal::Removed) => {
            let status = if at.recalled {
                ChannelStatus::Cancelled
            } else {
                ChannelStatus::Failed
            };
            settle(task, status, task.last_error.clone(), at);
            task.steps = Steps::fresh();
        }
        Ok(Removal::ByHand { steps }) => by_hand(task, steps),
        Err(Trouble::LeaseLost) => {}
        Err(_) if task.polls >= MAX_REMOVALS => {
            let steps = removal_steps(task.channel, task.external_url.as_deref());
            by_hand(task, steps);
        }
        Err(trouble) => note_trouble(task, Work::TakeDown, trouble, pace, at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decision::note;
    use crate::domain::outcome::Outcome;
    use chrono::{DateTime, Utc};
    use janchi_contracts::reference::Channel;
    use uuid::Uuid;

    fn at(real: DateTime<Utc>) -> Moment {
        Moment {
            real,
            now: real,
            spread: 0.5,
            recalled: false,
        }
    }

    fn trying(channel: Channel) -> (Task, DateTime<Utc>) {
        let real = Utc::now();
        let mut task = Task::new(Uuid::now_v7(), channel, 0, false, real);
        task.status = ChannelStatus::Publishing;
        (task.attempts, task.tries) = (1, 1);
        (task, real)
    }

    #[test]
    fn what_finishes_after_a_recall_is_taken_down() {
        let (mut task, real) = trying(Channel::GenieTv);
        let published = Ok(Outcome::Published {
            external_id: Some("c1".into()),
            url: None,
        });
        note(
            &mut task,
            Work::Publish,
            published,
            &Pace::default(),
            Moment {
                recalled: true,
                ..at(real)
            },
        );
        assert!(matches!(task.due, Some((Work::TakeDown, _))));
        let (mut task, real) = trying(Channel::GenieTv);
        let refused = Err(Trouble::transient("고장"));
        note(
            &mut task,
            Work::Publish,
            refused,
            &Pace::default(),
            Moment {
                recalled: true,
                ..at(real)
            },
        );
        assert_eq!((task.status, task.due), (ChannelStatus::Cancelled, None));
    }

    #[test]
    fn a_removal_that_never_succeeds_ends_in_the_owners_hands() {
        let (mut task, real) = trying(Channel::GenieTv);
        task.status = ChannelStatus::Published;
        let moment = Moment {
            recalled: true,
            ..at(real)
        };
        for _ in 0..=MAX_REMOVALS {
            note_removal(
                &mut task,
                Err(Trouble::transient("고장")),
                &Pace::default(),
                moment,
            );
        }
        assert_eq!(task.status, ChannelStatus::ManualActionRequired);
        assert!(!task.manual_steps.is_empty() && task.due.is_none());
    }
}
