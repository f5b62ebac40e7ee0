//! One task in the hands of one worker: take it up, speak to the platform, write down what came of it.

use crate::clients::Adapter;
use crate::clients::assignment::Assignment;
use crate::domain::decision::{self, Moment};
use crate::domain::film::Film;
use crate::domain::material;
use crate::domain::outcome::{Outcome, Removal, Trouble};
use crate::domain::removal;
use crate::domain::task::{Steps, Task, Work};
use crate::ops::journal::Journal;
use crate::ops::open_run::OpenRun;
use crate::ops::{breakers, connections, films, view};
use crate::state::AppState;
use crate::store::tasks::Claim;
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::ChannelStatus;
use janchi_contracts::event::{EventSnapshot, EventStatus};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What came of speaking to the platform.
enum End {
    Tried(Result<Outcome, Trouble>),
    Removed(Result<Removal, Trouble>),
}

/// Works on a claimed task to its end. Whatever goes wrong here leaves the task claimed: when the lease ends somebody
/// takes it up again where its steps stand.
pub async fn work_on(state: &AppState, claim: &Claim) -> anyhow::Result<()> {
    let begun = Instant::now();
    let Some((work, mut assignment, fence)) = take_up(state, claim).await? else {
        return Ok(());
    };
    let channel = assignment.channel;
    // The lease runs from the claim: what taking up took is no longer there for the platform.
    let limit = state.config.pace.attempt.saturating_sub(begun.elapsed());
    let end = speak(state, work, &mut assignment, limit).await;
    if let End::Tried(Err(Trouble::Unexpected(error)))
    | End::Removed(Err(Trouble::Unexpected(error))) = &end
    {
        tracing::error!(task.id = %claim.task_id, channel = channel.named().code, error = format!("{error:#}"), "channel task failed");
    }
    let steps = assignment.journal.steps().clone();
    let event_id = assignment.event.event_id;
    put_down(state, claim, fence, work, end, steps).await?;
    if let Err(error) = breakers::remember(state, channel).await {
        tracing::warn!(%error, "could not write down the state of a breaker");
    }
    view::tell_watchers(state, event_id).await;
    Ok(())
}

/// Marks the beginning of the try and gathers what the adapter needs; none if there is nothing to do any more.
async fn take_up(
    state: &AppState,
    claim: &Claim,
) -> anyhow::Result<Option<(Work, Assignment, i64)>> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let base = &state.config.public_base_url;
    let Some(mut open) = OpenRun::open(&mut tx, base, claim.distribution_id, now).await? else {
        return Ok(None);
    };
    let Some(index) = position(&open.tasks, claim.task_id, claim.fence) else {
        return Ok(None);
    };
    let before = open.tasks[index].clone();
    let Some((work, _)) = before.due else {
        return Ok(None);
    };
    let recalled = open.run.recalled_at.is_some();
    let film = films::film_of(state, open.connection(), &before).await?;
    let held = film
        .as_ref()
        .and_then(|film| film.holds(&before, Utc::now()));
    let task = &mut open.tasks[index];
    let publishes = matches!(work, Work::Publish | Work::Recover);
    let goes_on = if recalled && work != Work::TakeDown {
        // A dead worker left it behind; nothing is sent any more.
        if task.status == ChannelStatus::Publishing {
            task.status = ChannelStatus::Queued;
        }
        removal::recall(task, moment(state, recalled));
        task.lease_until = None;
        false
    } else if work == Work::Publish && task.is_worn_out() {
        let at = moment(state, recalled);
        let end = Err(Trouble::Unexpected(anyhow!(
            "no worker came to the end of a try"
        )));
        decision::note(task, work, end, &state.config.pace, at);
        task.lease_until = None;
        false
    } else if publishes && is_over(&open.run.event, now) {
        task.status = if task.steps.may_be_up() {
            ChannelStatus::Unknown
        } else {
            ChannelStatus::Skipped
        };
        task.last_error = Some("이벤트가 끝나서 올리지 않았어요.".to_owned());
        (task.due, task.lease_until, task.finished_at) = (None, None, Some(now));
        false
    } else if publishes && let Some(until) = held {
        // No try: nothing is sent before the film is there.
        (task.due, task.lease_until) = (Some((work, until)), None);
        false
    } else {
        if film.as_ref().is_some_and(Film::is_late) && task.tries == 0 {
            // The wait is not part of the series of tries.
            task.series_started_at = Utc::now();
        }
        if publishes {
            task.attempts += 1;
        }
        if work == Work::Publish {
            task.tries += 1;
            task.status = ChannelStatus::Publishing;
            task.started_at.get_or_insert(now);
            task.finished_at = None;
        }
        true
    };
    if !open.save(index, &before, "runner").await? {
        return Ok(None);
    }
    let (task, run) = (open.tasks[index].clone(), open.run.clone());
    open.close().await?;
    tx.commit().await?;
    view::tell_watchers(state, run.event_id).await;
    if !goes_on {
        return Ok(None);
    }
    let credentials = connections::usable_credentials(state, run.owner_id, task.channel).await?;
    let assignment = Assignment {
        channel: task.channel,
        tracking_url: task.tracking_url(base, &run.event.code),
        spoken_code: task.spoken_code.clone(),
        credentials,
        budget: task.budget,
        external_id: task.external_id.clone(),
        external_url: task.external_url.clone(),
        now,
        journal: Journal::open(state.db.clone(), task.id, task.fence, task.steps.clone()),
        event: run.event,
        film,
    };
    Ok(Some((work, assignment, task.fence)))
}

fn moment(state: &AppState, recalled: bool) -> Moment {
    Moment {
        real: Utc::now(),
        now: state.clock.now(),
        spread: rand::random(),
        recalled,
    }
}

fn position(tasks: &[Task], id: Uuid, fence: i64) -> Option<usize> {
    tasks
        .iter()
        .position(|task| task.id == id && task.fence == fence)
}

fn is_over(event: &EventSnapshot, now: DateTime<Utc>) -> bool {
    event.closed_at.is_some()
        || matches!(event.status, EventStatus::Ended | EventStatus::Cancelled)
        || event.ends_at.is_some_and(|end| end <= now)
}

/// Calls the platform within what is left of the time of one try.
async fn speak(state: &AppState, work: Work, assignment: &mut Assignment, limit: Duration) -> End {
    let adapter = state.platforms.of(assignment.channel);
    let late = || Trouble::transient("채널이 제때 응답하지 않았어요.");
    match (work, adapter) {
        (Work::TakeDown, adapter) => {
            let put_up_by_hand =
                !assignment.journal.steps().may_be_up() && assignment.external_id.is_none();
            let removal = match adapter {
                Some(adapter) if !put_up_by_hand => {
                    tokio::time::timeout(limit, adapter.take_down(assignment))
                        .await
                        .unwrap_or_else(|_| Err(late()))
                }
                _ => Ok(removal_by_hand(assignment)),
            };
            End::Removed(match removal {
                // Nothing of ours was up; what the owner put up is still there.
                Ok(Removal::Removed) if is_confirmed(assignment) => Ok(removal_by_hand(assignment)),
                removal => removal,
            })
        }
        (_, None) => End::Tried(Ok(Outcome::ManualActionRequired {
            reason: None,
            steps: assignment.manual_steps(),
        })),
        (Work::Review, Some(adapter)) => {
            let answer = tokio::time::timeout(limit, adapter.review(assignment)).await;
            End::Tried(answer.unwrap_or_else(|_| Err(late())))
        }
        (Work::Publish | Work::Recover, Some(adapter)) => {
            End::Tried(publish(adapter, assignment, limit).await)
        }
    }
}

fn removal_by_hand(assignment: &Assignment) -> Removal {
    let url = assignment.external_url.as_deref();
    Removal::ByHand {
        steps: material::removal_steps(assignment.channel, url),
    }
}

/// Whether the owner said where it is: no platform gives a place without a number of its own.
fn is_confirmed(assignment: &Assignment) -> bool {
    assignment.external_url.is_some() && assignment.external_id.is_none()
}

async fn publish(
    adapter: &Adapter,
    assignment: &mut Assignment,
    limit: Duration,
) -> Result<Outcome, Trouble> {
    match tokio::time::timeout(limit, adapter.publish(assignment)).await {
        Ok(result) => result,
        Err(_) if assignment.journal.steps().may_be_up() => Ok(Outcome::OutcomeUnknown {
            reason: "채널이 제때 응답하지 않았어요.".to_owned(),
        }),
        Err(_) => Err(Trouble::transient("채널이 제때 응답하지 않았어요.")),
    }
}

/// Writes down what came of it, unless somebody else holds the task by now.
async fn put_down(
    state: &AppState,
    claim: &Claim,
    fence: i64,
    work: Work,
    end: End,
    steps: Steps,
) -> anyhow::Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let base = &state.config.public_base_url;
    let Some(mut open) = OpenRun::open(&mut tx, base, claim.distribution_id, now).await? else {
        return Ok(());
    };
    let Some(index) = position(&open.tasks, claim.task_id, fence) else {
        tracing::warn!(task.id = %claim.task_id, "late result of a channel task dropped");
        return Ok(());
    };
    let before = open.tasks[index].clone();
    let moment = moment(state, open.run.recalled_at.is_some());
    let task = &mut open.tasks[index];
    task.steps = steps;
    task.lease_until = None;
    match end {
        End::Tried(result) => decision::note(task, work, result, &state.config.pace, moment),
        End::Removed(result) => removal::note_removal(task, result, &state.config.pace, moment),
    }
    if !open.save(index, &before, "platform").await? {
        return Ok(());
    }
    open.close().await?;
    tx.commit().await?;
    Ok(())
}
