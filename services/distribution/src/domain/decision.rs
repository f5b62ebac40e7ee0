//! What one try makes of a channel task. All the rules of trying again are here; those of taking down in `removal.rs`.

use super::outcome::{Outcome, Trouble};
use super::pace::{MAX_TRIES, Pace};
use super::removal::recall;
use super::task::{Steps, Task, Work};
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::ChannelStatus;
use janchi_contracts::reference::Channel;
use std::time::Duration;

/// When a decision is taken.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The machine's time, by which things are tried again.
    pub real: DateTime<Utc>,
    /// The fleet's time, which owners see.
    pub now: DateTime<Utc>,
    /// 0–1, spreads the waits.
    pub spread: f64,
    /// The run was called back meanwhile.
    pub recalled: bool,
}

/// Notes the end of a try of `work`. [`Trouble::LeaseLost`] notes nothing.
pub fn note(
    task: &mut Task,
    work: Work,
    result: Result<Outcome, Trouble>,
    pace: &Pace,
    at: Moment,
) {
    match result {
        Ok(outcome) => note_outcome(task, work, outcome, pace, at),
        Err(Trouble::LeaseLost) => return,
        Err(trouble) => note_trouble(task, work, trouble, pace, at),
    }
    if at.recalled {
        recall(task, at);
    }
}

fn note_outcome(task: &mut Task, work: Work, outcome: Outcome, pace: &Pace, at: Moment) {
    match outcome {
        Outcome::Published { external_id, url } => {
            task.external_id = external_id.or(task.external_id.take());
            task.external_url = url.or(task.external_url.take());
            settle(task, ChannelStatus::Published, None, at);
        }
        Outcome::PendingReview { external_id } => {
            task.polls = if task.status == ChannelStatus::PendingReview {
                task.polls + 1
            } else {
                0
            };
            task.status = ChannelStatus::PendingReview;
            task.external_id = Some(external_id);
            task.last_error = None;
            task.due = Some((
                Work::Review,
                later(at, pace.after_poll(task.polls, at.spread)),
            ));
        }
        Outcome::ManualActionRequired { reason, steps } => {
            settle(task, ChannelStatus::ManualActionRequired, reason, at);
            task.manual_steps = steps;
        }
        Outcome::Refused { reason } => {
            settle(task, ChannelStatus::Failed, Some(reason), at);
            // Nothing of it is up: another try is another publication.
            task.steps = Steps::fresh();
        }
        Outcome::OutcomeUnknown { reason } => match work {
            Work::Publish if can_be_asked(task.channel) => {
                try_again(task, reason, Duration::ZERO, pace, at);
            }
            Work::Publish => {
                settle(task, ChannelStatus::Unknown, Some(reason), at);
            }
            Work::Recover | Work::Review | Work::TakeDown => {
                task.last_error = Some(with_promise(reason, task.status));
                look_again(task, work, Duration::ZERO, pace, at);
            }
        },
    }
}

pub(super) fn note_trouble(task: &mut Task, work: Work, trouble: Trouble, pace: &Pace, at: Moment) {
    let (reason, wait, sent) = match trouble {
        Trouble::Open { retry_after } => (
            "채널이 계속 응답하지 않아 잠시 쉬고 있어요.".to_owned(),
            retry_after,
            false,
        ),
        Trouble::Transient { reason, wait } => (reason, wait.unwrap_or_default(), true),
        Trouble::Unexpected(_) | Trouble::LeaseLost => (
            "잔치에서 문제가 생겨 다시 시도해요.".to_owned(),
            Duration::ZERO,
            true,
        ),
    };
    if work == Work::Publish {
        if !sent {
            // An open breaker uses up no try.
            task.attempts -= 1;
            task.tries -= 1;
        }
        try_again(task, reason, wait, pace, at);
    } else {
        task.last_error = Some(with_promise(reason, task.status));
        look_again(task, work, wait, pace, at);
    }
}

/// What went wrong, and what happens without the owner's doing.
fn with_promise(reason: String, status: ChannelStatus) -> String {
    match status {
        ChannelStatus::Unknown => format!("{reason} 올라갔는지 계속 확인할게요."),
        ChannelStatus::Skipped => {
            format!("{reason} 이번에는 건너뛰고, 채널이 돌아오면 다시 시도할게요.")
        }
        _ => reason,
    }
}

/// Waits for the next try of the series, or leaves the channel out if there is none.
fn try_again(task: &mut Task, reason: String, wait: Duration, pace: &Pace, at: Moment) {
    let next = later(at, pace.after_try(task.tries, at.spread).max(wait));
    let end = task.series_started_at + pace.series_limit;
    if task.tries < MAX_TRIES && next <= end {
        task.status = ChannelStatus::Queued;
        task.last_error = Some(reason);
        task.due = Some((Work::Publish, next));
        return;
    }
    let status = if task.steps.may_be_up() {
        ChannelStatus::Unknown
    } else {
        ChannelStatus::Skipped
    };
    settle(task, status, Some(with_promise(reason, status)), at);
    task.polls = 0;
    look_again(task, Work::Recover, wait, pace, at);
}

fn look_again(task: &mut Task, work: Work, wait: Duration, pace: &Pace, at: Moment) {
    task.due = Some((
        work,
        later(at, pace.after_poll(task.polls, at.spread).max(wait)),
    ));
    task.polls += 1;
}

pub(super) fn settle(task: &mut Task, status: ChannelStatus, reason: Option<String>, at: Moment) {
    task.status = status;
    task.last_error = reason;
    task.manual_steps.clear();
    task.due = None;
    task.finished_at = Some(at.now);
}

fn later(at: Moment, wait: Duration) -> DateTime<Utc> {
    at.real + wait
}

/// Whether a platform can tell afterwards if something was published.
pub const fn can_be_asked(channel: Channel) -> bool {
    !matches!(channel, Channel::Naver)
}

#[cfg(test)]
mod tests {
    use super::*;
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

    fn fail(task: &mut Task, real: DateTime<Utc>) {
        note(
            task,
            Work::Publish,
            Err(Trouble::transient("고장")),
            &Pace::default(),
            at(real),
        );
    }

    #[test]
    fn a_failed_try_waits_in_the_table_and_the_third_leaves_the_channel_out() {
        let (mut task, real) = trying(Channel::GenieTv);
        for tries in 1..3 {
            fail(&mut task, real);
            assert_eq!(task.status, ChannelStatus::Queued);
            assert!(task.next_attempt_at().unwrap() > real && task.last_error.is_some());
            task.tries = tries + 1;
        }
        fail(&mut task, real);
        assert_eq!(task.status, ChannelStatus::Skipped);
        assert!(
            matches!(task.due, Some((Work::Recover, _))),
            "it comes back by itself"
        );
        let promised = |task: &Task| task.last_error.clone().unwrap().contains("다시 시도할게요");
        assert!(promised(&task));
        note(
            &mut task,
            Work::Recover,
            Err(Trouble::transient("고장")),
            &Pace::default(),
            at(real),
        );
        assert!(promised(&task), "also after a look in vain");
    }

    #[test]
    fn an_open_breaker_uses_no_try_but_its_wait_ends_with_the_series() {
        let (mut task, real) = trying(Channel::Kakao);
        let open = |seconds| {
            Err(Trouble::Open {
                retry_after: Duration::from_secs(seconds),
            })
        };
        note(
            &mut task,
            Work::Publish,
            open(20),
            &Pace::default(),
            at(real),
        );
        assert_eq!((task.status, task.tries), (ChannelStatus::Queued, 0));
        note(
            &mut task,
            Work::Publish,
            open(30),
            &Pace::default(),
            at(real + Duration::from_secs(20)),
        );
        assert_eq!(task.status, ChannelStatus::Skipped);
    }

    #[test]
    fn an_unknown_outcome_is_asked_about_where_that_is_possible() {
        let unknown = || {
            Ok(Outcome::OutcomeUnknown {
                reason: "무응답".into(),
            })
        };
        let (mut task, real) = trying(Channel::Instagram);
        task.steps.sending = true;
        note(
            &mut task,
            Work::Publish,
            unknown(),
            &Pace::default(),
            at(real),
        );
        assert_eq!(task.status, ChannelStatus::Queued);
        task.tries = 3;
        note(
            &mut task,
            Work::Publish,
            unknown(),
            &Pace::default(),
            at(real),
        );
        assert_eq!(task.status, ChannelStatus::Unknown);
        let (mut cafe, real) = trying(Channel::Naver);
        note(
            &mut cafe,
            Work::Publish,
            unknown(),
            &Pace::default(),
            at(real),
        );
        assert_eq!((cafe.status, cafe.due), (ChannelStatus::Unknown, None));
    }

    #[test]
    fn a_refusal_is_for_good_and_begins_a_new_publication() {
        let (mut task, real) = trying(Channel::UridongneTv);
        let series = task.steps.series;
        let refused = Ok(Outcome::Refused {
            reason: "안 돼요".into(),
        });
        note(
            &mut task,
            Work::Publish,
            refused,
            &Pace::default(),
            at(real),
        );
        assert_eq!((task.status, task.due), (ChannelStatus::Failed, None));
        assert_ne!(task.steps.series, series);
    }
}
