//! A run held for change: one place writes tasks, their log, and what the fleet is told, in one transaction.

use crate::domain::run;
use crate::domain::task::{Task, Work};
use crate::store;
use crate::store::distributions::Distribution;
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::{ChannelSummary, DistributionEvent, RunStatus};
use sqlx::PgConnection;
use url::Url;
use uuid::Uuid;

/// A run whose row is locked until the transaction ends.
pub struct OpenRun<'t> {
    tx: &'t mut PgConnection,
    base: &'t Url,
    now: DateTime<Utc>,
    changed: bool,
    pub run: Distribution,
    pub tasks: Vec<Task>,
}

impl<'t> OpenRun<'t> {
    /// Locks the run and reads its channels; none if it is gone.
    pub async fn open(
        tx: &'t mut PgConnection,
        base: &'t Url,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Option<Self>> {
        let Some(run) = store::distributions::lock_distribution(tx, id).await? else {
            return Ok(None);
        };
        let tasks = store::tasks::list_tasks(&mut *tx, id).await?;
        Ok(Some(Self {
            tx,
            base,
            now,
            changed: false,
            run,
            tasks,
        }))
    }

    /// Stores the changed task at `index`, which was `before`, logs it and tells it. False when somebody else has
    /// taken the task meanwhile: then the transaction is to be dropped.
    pub async fn save(&mut self, index: usize, before: &Task, actor: &str) -> sqlx::Result<bool> {
        let task = &mut self.tasks[index];
        if !store::tasks::save_task(&mut *self.tx, task, self.now).await? {
            return Ok(false);
        }
        let moved = task.status != before.status;
        if moved || task.last_error != before.last_error {
            store::logs::insert_log(&mut *self.tx, task, Some(before.status), actor, self.now)
                .await?;
        }
        if moved || task.external_url != before.external_url {
            let channel = task.summary(self.base, &self.run.event.code);
            let told = DistributionEvent::ChannelChanged {
                event_id: self.run.event_id,
                run: self.run.run_number(),
                channel,
            };
            janchi_queue::send_event(self.tx, &told).await?;
        }
        self.changed |= moved;
        Ok(true)
    }

    /// All channels as other services see them.
    pub fn summaries(&self) -> Vec<ChannelSummary> {
        self.tasks
            .iter()
            .map(|task| task.summary(self.base, &self.run.event.code))
            .collect()
    }

    /// Works out what the changes make of the run, stores and tells it.
    pub async fn close(mut self) -> sqlx::Result<()> {
        self.run.status = run::status_of(self.tasks.iter().map(|task| task.status));
        self.run.updated_at = self.now;
        if self.run.recalled_at.is_some() {
            self.tell_taken_down().await?;
        } else if self.run.status == RunStatus::Failed {
            self.stop_recovering().await?;
        }
        if self.run.recalled_at.is_none() && self.changed && self.run.status != RunStatus::Running {
            let told = DistributionEvent::Finished {
                event_id: self.run.event_id,
                run: self.run.run_number(),
                status: self.run.status,
                channels: self.summaries(),
            };
            janchi_queue::send_event(self.tx, &told).await?;
        }
        store::distributions::update_distribution(&mut *self.tx, &self.run).await
    }

    async fn tell_taken_down(&mut self) -> sqlx::Result<()> {
        // What a worker holds is still due, whatever for.
        let open = self.tasks.iter().any(|task| task.due.is_some());
        if open || self.run.recall_told_at.is_some() {
            return Ok(());
        }
        self.run.recall_told_at = Some(self.now);
        let told = DistributionEvent::TakenDown {
            event_id: self.run.event_id,
            run: self.run.run_number(),
            channels: self.summaries(),
        };
        janchi_queue::send_event(self.tx, &told).await?;
        Ok(())
    }

    /// The owner mends a failed event: nothing may be published behind their back meanwhile.
    async fn stop_recovering(&mut self) -> sqlx::Result<()> {
        for task in &mut self.tasks {
            if matches!(task.due, Some((Work::Recover, _))) && !task.is_held(Utc::now()) {
                task.due = None;
                task.lease_until = None;
                store::tasks::save_task(&mut *self.tx, task, self.now).await?;
            }
        }
        Ok(())
    }
}
