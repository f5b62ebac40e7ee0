//! Beginning a run.

use crate::domain::codes;
use crate::domain::task::Task;
use crate::ops::{films, recall};
use crate::state::AppState;
use crate::store;
use crate::store::distributions::Distribution;
use anyhow::Context;
use chrono::Utc;
use janchi_contracts::distribution::{DistributionEvent, PublishEvent, RunStatus};
use sqlx::PgConnection;
use uuid::Uuid;

/// Writes the run with one task per channel and tells its codes, all in the caller's transaction. A run that exists or
/// has a newer one after it, an event that was cancelled meanwhile or an owner who has left changes nothing. Older runs of the event are
/// called back.
pub async fn start_run(
    state: &AppState,
    tx: &mut PgConnection,
    job: &PublishEvent,
) -> anyhow::Result<()> {
    let event = &job.event;
    if !store::erasure::hold_owner(&mut *tx, event.owner_id).await? {
        tracing::info!(event.id = %event.event_id, "publish came after its owner had left");
        return Ok(());
    }
    store::distributions::lock_event(tx, event.event_id).await?;
    if store::distributions::is_cancelled(&mut *tx, event.event_id).await? {
        tracing::info!(event.id = %event.event_id, "publish came after cancel");
        return Ok(());
    }
    let now = state.clock.now();
    let run = i32::try_from(job.run).context("read the run's number")?;
    let latest = store::distributions::find_latest(&mut *tx, event.event_id).await?;
    if latest.is_some_and(|latest| latest.run > run) {
        // What a newer approval has taken the place of is not brought up again.
        tracing::info!(event.id = %event.event_id, run, "publish came after a newer run");
        return Ok(());
    }
    let distribution = Distribution {
        id: Uuid::now_v7(),
        event_id: event.event_id,
        run,
        owner_id: event.owner_id,
        event: event.clone(),
        status: RunStatus::Running,
        recalled_at: None,
        recall_told_at: None,
        updated_at: now,
    };
    if !store::distributions::insert_distribution(&mut *tx, &distribution).await? {
        return Ok(());
    }
    recall::recall_runs(state, tx, event.event_id, run).await?;
    let mut tasks: Vec<Task> = Vec::new();
    for choice in &event.channels {
        if tasks.iter().any(|task| task.channel == choice.channel) {
            continue;
        }
        let budget = choice.budget.unwrap_or(0).max(0);
        let mut task = Task::new(
            distribution.id,
            choice.channel,
            budget,
            state.config.sandbox,
            Utc::now(),
        );
        if Task::is_spoken(choice.channel) {
            task.spoken_code = Some(free_spoken_code(tx).await?);
        }
        store::tasks::insert_task(&mut *tx, &task, now).await?;
        store::logs::insert_log(&mut *tx, &task, None, "runner", now).await?;
        films::order_film(state, tx, &task, event).await?;
        tasks.push(task);
    }
    let started = DistributionEvent::Started {
        event_id: event.event_id,
        owner_id: event.owner_id,
        run: job.run,
        codes: tasks.iter().map(Task::code).collect(),
    };
    janchi_queue::send_event(tx, &started).await?;
    if tasks.is_empty() {
        let none = Distribution {
            status: RunStatus::Failed,
            ..distribution
        };
        store::distributions::update_distribution(&mut *tx, &none).await?;
        tell_failed(tx, job).await?;
    }
    Ok(())
}

/// Tells that a run came to nothing. One that another copy of the order has begun stands.
pub async fn tell_given_up(tx: &mut PgConnection, job: &PublishEvent) -> anyhow::Result<()> {
    let event_id = job.event.event_id;
    let latest = store::distributions::find_latest(&mut *tx, event_id).await?;
    if latest.is_some_and(|latest| latest.run_number() >= job.run) {
        return Ok(());
    }
    tell_failed(tx, job).await
}

async fn tell_failed(tx: &mut PgConnection, job: &PublishEvent) -> anyhow::Result<()> {
    let failed = DistributionEvent::Finished {
        event_id: job.event.event_id,
        run: job.run,
        status: RunStatus::Failed,
        channels: Vec::new(),
    };
    janchi_queue::send_event(tx, &failed).await?;
    Ok(())
}

/// A code nobody uses, a digit longer after every tenth that is taken. Two runs may still draw the same one at the
/// same time: the unique constraint then fails one transaction, and its job is tried again.
async fn free_spoken_code(tx: &mut PgConnection) -> anyhow::Result<String> {
    for draw in 0..40usize {
        let code = codes::spoken_code(draw / 10);
        if !store::tasks::is_spoken_code_taken(&mut *tx, &code).await? {
            return Ok(code);
        }
    }
    anyhow::bail!("no spoken code is free")
}
