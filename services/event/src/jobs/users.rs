//! An owner is gone: so is everything of theirs.

use crate::state::AppState;
use crate::store;
use crate::store::jobs::progress_key;
use janchi_contracts::user::UserEvent;
use janchi_queue::{JobError, Message, settle};
use serde_json::json;

/// `user.deleted`
pub async fn erase(state: &AppState, message: &Message) -> Result<(), JobError> {
    let UserEvent::Deleted { user_id, .. } = message.decode::<UserEvent>()? else {
        return Ok(());
    };
    let mut tx = state.db.begin().await?;
    if !settle(&mut tx, message).await? {
        return Ok(());
    }
    let jobs = store::erasure::erase_owner(&mut tx, user_id).await?;
    janchi_db::audit::record(
        &mut tx,
        "system",
        "owner.erased",
        &user_id.to_string(),
        json!({}),
    )
    .await?;
    tx.commit().await?;
    for id in jobs {
        state.cache.delete(&progress_key(id)).await;
    }
    Ok(())
}
