//! What happens elsewhere and concerns what is up.

use crate::ops::{films, leaving, recall, view};
use crate::state::AppState;
use crate::store;
use janchi_contracts::content::SpotEvent;
use janchi_contracts::event::EventEvent;
use janchi_contracts::user::UserEvent;
use janchi_queue::{Handler, JobError, Message};
use sqlx::PgConnection;

/// The routing keys this consumer is bound to.
pub const BINDINGS: &[&str] = &[
    "event.scheduled",
    "event.opened",
    "event.updated",
    "event.ended",
    "event.cancelled",
    "event.publish_failed",
    "content.spot.*",
    "user.deleted",
];

/// Keeps the runs in step with their events and owners.
#[derive(Clone)]
pub struct Events(pub AppState);

impl Handler for Events {
    async fn handle(&self, message: &Message) -> Result<(), JobError> {
        let mut tx = self.0.db.begin().await?;
        if !janchi_queue::settle(&mut tx, message).await? {
            return Ok(());
        }
        if message.name == "user.deleted" {
            if let UserEvent::Deleted { user_id, .. } = message.decode()? {
                leaving::begin(&self.0, &mut tx, user_id).await?;
            }
            tx.commit().await?;
            self.0.wake.ring();
            return Ok(());
        }
        if message.name.starts_with("content.spot.") {
            let told: SpotEvent = message.decode()?;
            let runs = films::take_in(&self.0, &mut tx, told).await?;
            tx.commit().await?;
            self.0.wake.ring();
            for event_id in runs {
                view::tell_watchers(&self.0, event_id).await;
            }
            return Ok(());
        }
        let told: EventEvent = message.decode()?;
        self.follow(&mut tx, &told).await?;
        tx.commit().await?;
        self.0.wake.ring();
        view::tell_watchers(&self.0, told.snapshot().event_id).await;
        Ok(())
    }
}

impl Events {
    async fn follow(&self, tx: &mut PgConnection, told: &EventEvent) -> Result<(), JobError> {
        let event = told.snapshot();
        if !store::erasure::hold_owner(&mut *tx, event.owner_id).await? {
            return Ok(());
        }
        store::distributions::lock_event(tx, event.event_id).await?;
        store::distributions::update_event(&mut *tx, event).await?;
        match told {
            EventEvent::Cancelled(_) => {
                store::distributions::insert_cancelled(&mut *tx, event, self.0.clock.now()).await?;
                recall::recall_runs(&self.0, tx, event.event_id, i32::MAX).await?;
            }
            EventEvent::PublishFailed(_) => {
                recall::clean_up_failed(&self.0, tx, event.event_id).await?
            }
            _ => {}
        }
        Ok(())
    }
}
