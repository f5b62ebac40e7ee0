//! A run held for change: one place writes tasks, their log, and what the fleet is told, in one transaction.

use crate::domain::run;
use crate::domain::task::{Task, Work};
use crate::store;
use crate::store::distributions::Distribution;
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::{ChannelSummary, DistributionEvent, RunStatus};
use janchi_contracts::event::EventStatus;
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

    /// The transaction in which the run is locked.
    pub fn connection(&mut self) -> &mut PgConnection {
        self.tx
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
        let recalled = self.run.recalled_at.is_some();
        if recalled {
            self.tell_taken_down().await?;
        } else if self.run.status == RunStatus::Failed {
            self.follow_failure().await?;
        } else {
            self.run.recall_told_at = None;
        }
        if !recalled && self.changed && self.run.status != RunStatus::Running {
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

    /// What a failed run leads to depends on its event: one that goes on (a review said no after it had opened) may
    /// still have its channels back; one that is known to have failed is cleaned up; until that is known, nothing is
    /// published behind the back of an owner who is about to mend it.
    async fn follow_failure(&mut self) -> sqlx::Result<()> {
        match self.run.event.status {
            EventStatus::Scheduled | EventStatus::Ongoing => Ok(()),
            EventStatus::PublishFailed => {
                self.put_idle(|task| {
                    if matches!(task.due, Some((Work::TakeDown, _))) {
                        return;
                    }
                    let work = (Work::TakeDown, Utc::now());
                    task.due = task.may_be_left_up().then_some(work);
                    task.polls = 0;
                })
                .await?;
                self.tell_taken_down().await
            }
            _ => {
                self.put_idle(|task| {
                    if matches!(task.due, Some((Work::Recover, _))) {
                        task.due = None;
                    }
                })
                .await
            }
        }
    }

    /// Changes what is to be done with the tasks that nobody is at work on.
    async fn put_idle(&mut self, change: impl Fn(&mut Task)) -> sqlx::Result<()> {
        for task in &mut self.tasks {
            if task.is_held(Utc::now()) {
                continue;
            }
            let before = task.due;
            change(task);
            if task.due == before {
                continue;
            }
            task.lease_until = None;
            // False: a worker has just taken it up, and its end comes by here again.
            if !store::tasks::save_task(&mut *self.tx, task, self.now).await? {
                task.due = before;
            }
        }
        Ok(())
    }

    /// Once, when nothing is left to be done; what a worker holds is still due, whatever for.
    async fn tell_taken_down(&mut self) -> sqlx::Result<()> {
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
}
