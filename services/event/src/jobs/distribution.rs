//! How publishing goes: the saga's second half.

use crate::ops::publishing;
use crate::state::AppState;
use janchi_contracts::distribution::DistributionEvent;
use janchi_queue::{JobError, Message, settle};

/// `distribution.*`
pub async fn handle(state: &AppState, message: &Message) -> Result<(), JobError> {
    let told = message.decode::<DistributionEvent>()?;
    let mut tx = state.db.begin().await?;
    if !settle(&mut tx, message).await? {
        return Ok(());
    }
    publishing::hear(&mut tx, told, state.now()).await?;
    tx.commit().await?;
    Ok(())
}
