//! What a worker writes down between two steps at a platform.

use crate::domain::outcome::Trouble;
use crate::domain::task::Steps;
use crate::store;
use anyhow::Context;
use sqlx::PgPool;
use uuid::Uuid;

/// The steps of one task in the hands of one worker. What is noted here is on disk before the next step is taken,
/// and only as long as no other worker has taken the task over.
#[derive(Debug)]
pub struct Journal {
    db: PgPool,
    task_id: Uuid,
    fence: i64,
    steps: Steps,
}

impl Journal {
    /// The journal of the task that is held with this fence.
    pub fn open(db: PgPool, task_id: Uuid, fence: i64, steps: Steps) -> Self {
        Self {
            db,
            task_id,
            fence,
            steps,
        }
    }

    /// What was done so far.
    pub fn steps(&self) -> &Steps {
        &self.steps
    }

    /// Changes the steps and stores them.
    ///
    /// # Errors
    /// [`Trouble::LeaseLost`] when another worker holds the task: then nothing more is to be sent.
    pub async fn note(&mut self, change: impl FnOnce(&mut Steps)) -> Result<(), Trouble> {
        change(&mut self.steps);
        let stored = store::tasks::update_steps(&self.db, self.task_id, self.fence, &self.steps)
            .await
            .context("store the steps of a channel task")?;
        if stored {
            Ok(())
        } else {
            Err(Trouble::LeaseLost)
        }
    }
}
