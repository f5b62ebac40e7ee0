//! Forgetting an owner.

use sqlx::PgConnection;
use uuid::Uuid;

/// Deletes everything of this owner: runs with their tasks, logs and numbers, connections and marks.
pub async fn delete_owner(tx: &mut PgConnection, owner_id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from distributions where owner_id = $1", owner_id)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "delete from channel_connections where owner_id = $1",
        owner_id
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("delete from cancelled_events where owner_id = $1", owner_id)
        .execute(&mut *tx)
        .await?;
    Ok(())
}
