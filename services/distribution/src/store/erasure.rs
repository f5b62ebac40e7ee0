//! Forgetting an owner.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Keeps an owner from being erased until this transaction ends; comes before every other lock. `false` for one who has
/// left: nothing of theirs may be stored any more.
pub async fn hold_owner(tx: &mut PgConnection, owner_id: Uuid) -> sqlx::Result<bool> {
    sqlx::query!(
        "select pg_advisory_xact_lock_shared(hashtextextended('owner ' || $1::uuid::text, 0))",
        owner_id
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query_scalar!(
        r#"select not exists (select from erased_owners where owner_digest = sha256(uuid_send($1))) as "here!""#,
        owner_id
    )
    .fetch_one(tx)
    .await
}

/// Deletes everything of this owner: runs with their tasks, logs and numbers, connections and marks. Remembers that
/// they left.
pub async fn delete_owner(
    tx: &mut PgConnection,
    owner_id: Uuid,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('owner ' || $1::uuid::text, 0))",
        owner_id
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into erased_owners (owner_digest, erased_at) values (sha256(uuid_send($1)), $2) on conflict do nothing",
        owner_id,
        at
    )
    .execute(&mut *tx)
    .await?;
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
