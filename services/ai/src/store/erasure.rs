//! Everything of an owner, gone. Vendors' answers hold nothing of any shop and stay.

use sqlx::PgConnection;
use uuid::Uuid;

/// Deletes the owner's rows and gives the jobs whose progress may still lie in Redis.
pub async fn erase_owner(db: &mut PgConnection, owner: Uuid) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query!("delete from outcomes where owner_id = $1", owner)
        .execute(&mut *db)
        .await?;
    // Forecasts go with their recommendation.
    sqlx::query_scalar!(
        "delete from recommendations where owner_id = $1 returning job_id",
        owner
    )
    .fetch_all(db)
    .await
}
