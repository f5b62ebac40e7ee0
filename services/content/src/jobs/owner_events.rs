//! `content.events`: what other services tell. Today: an owner left.

use crate::domain::file_key::FileKey;
use crate::state::AppState;
use crate::store::owners::{erase_owner, hold_files_alone};
use crate::store::sets::forget_style;
use janchi_contracts::user::UserEvent;
use janchi_queue::{Handler, JobError, Message, settle};
use uuid::Uuid;

/// The queue and what goes into it.
pub const QUEUE: &str = "content.events";
pub const PATTERNS: &[&str] = &["user.deleted"];

/// The consumer of other services' events.
#[derive(Clone)]
pub struct OwnerEvents(pub AppState);

impl Handler for OwnerEvents {
    async fn handle(&self, message: &Message) -> Result<(), JobError> {
        match message.decode()? {
            UserEvent::Deleted { user_id, .. } => erase(&self.0, message, user_id).await,
            UserEvent::Registered { .. } => Ok(()),
        }
    }
}

async fn erase(state: &AppState, message: &Message, owner_id: Uuid) -> Result<(), JobError> {
    let mut tx = state.db.begin().await?;
    if !settle(&mut tx, message).await? {
        return Ok(());
    }
    hold_files_alone(&mut tx).await?;
    let leftovers = erase_owner(&mut tx, owner_id, state.clock.now()).await?;
    // Before the commit: a crash in between lets the message come again, and the rows still name the files.
    for key in leftovers
        .file_keys
        .iter()
        .filter_map(|key| FileKey::parse(key))
    {
        state.files.remove(&key).await?;
    }
    tx.commit().await?;
    for (event_id, style) in leftovers.cached {
        forget_style(&state.cache, event_id, style).await;
    }
    Ok(())
}
