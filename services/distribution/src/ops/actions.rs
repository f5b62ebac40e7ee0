//! What an owner does to one channel.

use crate::domain::task::{Steps, Task, Work};
use crate::error::Error;
use crate::ops::films;
use crate::ops::open_run::OpenRun;
use crate::ops::view;
use crate::state::AppState;
use crate::store;
use crate::store::distributions::Distribution;
use chrono::Utc;
use janchi_contracts::distribution::ChannelStatus;
use janchi_contracts::reference::Channel;
use serde_json::json;
use uuid::Uuid;

/// One of the owner's three actions.
#[derive(Debug, Clone)]
pub enum Action {
    /// Try again now, with a new series of tries.
    Retry,
    /// Leave it out.
    Skip,
    /// It was put up by hand and is here.
    Confirm(String),
}

impl Action {
    const fn audit_name(&self) -> &'static str {
        match self {
            Self::Retry => "channel.retried",
            Self::Skip => "channel.skipped",
            Self::Confirm(_) => "channel.confirmed",
        }
    }

    fn refuse(&self, task: &Task) -> Option<Error> {
        match self {
            Self::Retry if !task.is_retryable() => Some(Error::NotRetryable),
            Self::Skip if !task.is_skippable() => Some(Error::NotSkippable),
            Self::Confirm(_) if !task.is_confirmable() => Some(Error::NotConfirmable),
            _ => None,
        }
    }
}

/// The latest run of an event of this owner.
pub async fn find_owned(
    state: &AppState,
    owner_id: Uuid,
    event_id: Uuid,
) -> Result<Distribution, Error> {
    let found = store::distributions::find_latest(&state.db, event_id).await?;
    found
        .filter(|run| run.owner_id == owner_id)
        .ok_or(Error::NotFound)
}

/// Does it, with its audit entry, and tells the fleet what it changed.
pub async fn act(
    state: &AppState,
    owner_id: Uuid,
    event_id: Uuid,
    channel: Channel,
    action: Action,
) -> Result<(), Error> {
    let latest = find_owned(state, owner_id, event_id).await?;
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let opened = OpenRun::open(&mut tx, &state.config.public_base_url, latest.id, now).await?;
    let mut open = opened.ok_or(Error::NotFound)?;
    let index = open
        .tasks
        .iter()
        .position(|task| task.channel == channel)
        .ok_or(Error::NotFound)?;
    let before = open.tasks[index].clone();
    if open.run.recalled_at.is_some() {
        return Err(Error::Recalled);
    }
    if let Some(error) = action.refuse(&before) {
        return Err(error);
    }
    if before.is_held(Utc::now()) {
        return Err(Error::Busy);
    }
    change(&mut open.tasks[index], &action, state);
    if !open.save(index, &before, "owner").await? {
        return Err(Error::Busy);
    }
    let (task, event) = (open.tasks[index].clone(), open.run.event.clone());
    open.close().await?;
    if matches!(action, Action::Retry) {
        films::order_again(state, &mut tx, &task, &event).await?;
    }
    let detail = json!({"channel": channel.named().code, "run": latest.run});
    let (owner, subject) = (owner_id.to_string(), event_id.to_string());
    janchi_db::audit::record(&mut tx, &owner, action.audit_name(), &subject, detail).await?;
    tx.commit().await?;
    state.wake.ring();
    view::tell_watchers(state, event_id).await;
    Ok(())
}

fn change(task: &mut Task, action: &Action, state: &AppState) {
    let now = state.clock.now();
    task.lease_until = None;
    match action {
        Action::Retry => {
            let asked_first = crate::domain::decision::can_be_asked(task.channel);
            // Where the platform cannot be asked, the owner has looked and says that nothing is up.
            if !task.steps.may_be_up() || !asked_first {
                task.steps = Steps {
                    material_id: task.steps.material_id.clone(),
                    ..Steps::fresh()
                };
            }
            task.status = ChannelStatus::Queued;
            task.due = Some((Work::Publish, Utc::now()));
            task.series_started_at = Utc::now();
            (task.tries, task.polls) = (0, 0);
            task.manual_steps.clear();
            task.finished_at = None;
        }
        Action::Skip => {
            task.status = ChannelStatus::Skipped;
            task.due = None;
            task.last_error = Some("사장님이 건너뛰었어요.".to_owned());
            task.manual_steps.clear();
            task.finished_at = Some(now);
        }
        Action::Confirm(url) => {
            task.status = ChannelStatus::Published;
            task.due = None;
            task.external_url = Some(url.clone());
            task.last_error = None;
            task.manual_steps.clear();
            task.started_at.get_or_insert(now);
            task.finished_at = Some(now);
        }
    }
}
