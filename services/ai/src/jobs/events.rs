//! What other services tell: how events went, and who is gone.

use crate::ops::outcome::{count, take_outcome};
use crate::state::AppState;
use crate::store::{erasure, progress};
use janchi_contracts::analytics::Outcome;
use janchi_contracts::user::UserEvent;
use janchi_queue::{Handler, JobError, Message, Subscription, settle};

/// The queue of this service and what goes into it.
pub fn subscription() -> Subscription {
    Subscription::events("ai.events", &["analytics.outcome", "user.deleted"], 4)
}

/// Handles the messages of [`subscription`].
#[derive(Clone)]
pub struct Hear(pub AppState);

impl Handler for Hear {
    async fn handle(&self, message: &Message) -> Result<(), JobError> {
        match message.name.as_str() {
            "analytics.outcome" => self.learn(message).await,
            "user.deleted" => self.erase(message).await,
            _ => Ok(()),
        }
    }
}

impl Hear {
    async fn learn(&self, message: &Message) -> Result<(), JobError> {
        let state = &self.0;
        let outcome: Outcome = message.decode()?;
        let mut tx = state.db.begin().await?;
        if settle(&mut tx, message).await? {
            let score = if erasure::hold_owner(&mut tx, outcome.owner_id).await? {
                take_outcome(&mut tx, &outcome, state.clock.now()).await?
            } else {
                None
            };
            tx.commit().await?;
            if let Some(score) = score {
                count(&score);
            }
            state.learning.refresh();
        }
        Ok(())
    }

    async fn erase(&self, message: &Message) -> Result<(), JobError> {
        let state = &self.0;
        let UserEvent::Deleted { user_id, .. } = message.decode::<UserEvent>()? else {
            return Ok(());
        };
        let mut tx = state.db.begin().await?;
        if settle(&mut tx, message).await? {
            let jobs = erasure::erase_owner(&mut tx, user_id, state.clock.now()).await?;
            tx.commit().await?;
            for job in jobs {
                progress::forget(&state.cache, job).await;
            }
            state.learning.refresh();
        }
        Ok(())
    }
}
