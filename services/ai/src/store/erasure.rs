//! Everything of an owner, gone. Vendors' answers hold nothing of any shop and stay.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Keeps an owner from being erased until this transaction ends. `false` for one who has left: a job or an outcome of
/// theirs that was still under way leaves nothing behind.
pub async fn hold_owner(db: &mut PgConnection, owner: Uuid) -> sqlx::Result<bool> {
    sqlx::query!(
        "select pg_advisory_xact_lock_shared(hashtextextended('owner ' || $1::uuid::text, 0))",
        owner
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query_scalar!(
        r#"select not exists (select from erased_owners where owner_digest = sha256(uuid_send($1))) as "here!""#,
        owner
    )
    .fetch_one(db)
    .await
}

/// Deletes the owner's rows, remembers that they left, and gives the jobs whose progress may still lie in Redis.
pub async fn erase_owner(
    db: &mut PgConnection,
    owner: Uuid,
    at: DateTime<Utc>,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('owner ' || $1::uuid::text, 0))",
        owner
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!(
        "insert into erased_owners (owner_digest, erased_at) values (sha256(uuid_send($1)), $2) on conflict do nothing",
        owner,
        at
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from outcomes where owner_id = $1", owner)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from lessons where owner_id = $1", owner)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from forecast_scores where owner_id = $1", owner)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from job_costs where owner_id = $1", owner)
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
