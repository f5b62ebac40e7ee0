//! Forgetting an owner.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
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

/// Remembers that an owner left: from now on nothing of theirs is stored. The events they have runs for.
pub async fn insert_leaving(
    tx: &mut PgConnection,
    owner_id: Uuid,
    at: DateTime<Utc>,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('owner ' || $1::uuid::text, 0))",
        owner_id
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into erased_owners (owner_digest, erased_at, owner_id) values (sha256(uuid_send($1::uuid)), $2, $1)
         on conflict do nothing",
        owner_id,
        at
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query_scalar!(
        "select distinct event_id from distributions where owner_id = $1",
        owner_id
    )
    .fetch_all(tx)
    .await
}

/// An owner who has left and of whom something is still here.
#[derive(Debug)]
pub struct Leaving {
    pub owner_id: Uuid,
    pub erased_at: DateTime<Utc>,
    /// Channels with something left to be done.
    pub open: i64,
}

/// The owners to be finished with, a few at a time, those first who wait for nothing.
pub async fn list_leaving(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Leaving>> {
    sqlx::query_as!(
        Leaving,
        r#"select e.owner_id as "owner_id!", e.erased_at, count(t.id) as "open!"
           from erased_owners e
           left join distributions d on d.owner_id = e.owner_id
           left join channel_tasks t on t.distribution_id = d.id and t.due_at is not null
           where e.owner_id is not null
           group by e.owner_id, e.erased_at
           order by 3, e.erased_at limit 100"#
    )
    .fetch_all(db)
    .await
}

/// Deletes everything of this owner: runs with their tasks, logs and numbers, connections and marks. What stays is the
/// digest.
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
    sqlx::query!(
        "update erased_owners set owner_id = null where owner_id = $1",
        owner_id
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
