//! The job `distribution.publish`.

use crate::ops::start;
use crate::ops::view;
use crate::state::AppState;
use janchi_contracts::distribution::PublishEvent;
use janchi_queue::{Handler, JobError, Message};
use sqlx::PgConnection;

/// Begins a run; the task runner does the rest.
#[derive(Clone)]
pub struct Publish(pub AppState);

impl Handler for Publish {
    async fn handle(&self, message: &Message) -> Result<(), JobError> {
        let job: PublishEvent = message.decode()?;
        let mut tx = self.0.db.begin().await?;
        if !janchi_queue::settle(&mut tx, message).await? {
            return Ok(());
        }
        start::start_run(&self.0, &mut tx, &job).await?;
        tx.commit().await?;
        self.0.wake.ring();
        view::tell_watchers(&self.0, job.event.event_id).await;
        Ok(())
    }

    /// The event must not wait for ever: a run that cannot even begin has failed.
    async fn give_up(
        &self,
        message: &Message,
        _reason: &str,
        tx: &mut PgConnection,
    ) -> anyhow::Result<()> {
        if let Ok(job) = message.decode::<PublishEvent>() {
            start::tell_given_up(tx, &job).await?;
        }
        Ok(())
    }
}
