//! Erasing everything an owner had here.

use sqlx::PgConnection;
use uuid::Uuid;

/// Removes an owner's events with all that hangs on them, their jobs and their idempotency keys. The ids of the
/// removed jobs, whose progress is to be dropped as well.
///
/// # Errors
/// A statement fails.
pub async fn erase_owner(tx: &mut PgConnection, owner_id: Uuid) -> sqlx::Result<Vec<Uuid>> {
    let jobs = sqlx::query_scalar!(
        "delete from jobs where owner_id = $1 returning id",
        owner_id
    )
    .fetch_all(&mut *tx)
    .await?;
    sqlx::query!("delete from events where owner_id = $1", owner_id)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "delete from idempotency_keys where scope = any($1)",
        &[approval_scope(owner_id), creation_scope(owner_id)]
    )
    .execute(tx)
    .await?;
    Ok(jobs)
}

/// The scope of an owner's idempotency keys for approvals.
pub fn approval_scope(owner_id: Uuid) -> String {
    format!("events.approve:{owner_id}")
}

/// The scope of an owner's idempotency keys for beginnings.
pub fn creation_scope(owner_id: Uuid) -> String {
    format!("events.create:{owner_id}")
}
