use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// An event's secret as it lies here: sealed, and none once it is destroyed.
#[derive(Debug, Clone)]
pub struct StoredKey {
    pub secret: Option<Vec<u8>>,
}

/// Stores the secret of an event at its opening.
///
/// # Errors
/// The statement fails.
pub async fn insert_key(
    connection: &mut PgConnection,
    event_id: Uuid,
    secret: &[u8],
    key_id: &str,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into event_keys (event_id, secret, key_id, created_at) values ($1, $2, $3, $4)",
        event_id,
        secret,
        key_id,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The secret of an event; none for one that opened before events had their own.
///
/// # Errors
/// The statement fails.
pub async fn find_key(db: impl PgExecutor<'_>, event_id: Uuid) -> Result<Option<StoredKey>, Error> {
    Ok(sqlx::query_as!(
        StoredKey,
        "select secret from event_keys where event_id = $1",
        event_id
    )
    .fetch_optional(db)
    .await?)
}

/// Destroys an event's secret and tells its name; none if it was destroyed, or there was none.
///
/// # Errors
/// The statement fails.
pub async fn destroy_key(
    connection: &mut PgConnection,
    event_id: Uuid,
    at: DateTime<Utc>,
) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar!(
        "update event_keys set secret = null, destroyed_at = $2
         where event_id = $1 and secret is not null returning key_id",
        event_id,
        at
    )
    .fetch_optional(connection)
    .await?)
}

/// Puts a new secret in the place of an event's old one, which is gone with that, and tells the old one's name.
///
/// # Errors
/// The statement fails, or there is no old one.
pub async fn replace_key(
    connection: &mut PgConnection,
    event_id: Uuid,
    secret: &[u8],
    key_id: &str,
    at: DateTime<Utc>,
) -> Result<String, Error> {
    Ok(sqlx::query_scalar!(
        "with old as (select key_id from event_keys where event_id = $1 and secret is not null for update)
         update event_keys k set secret = $2, key_id = $3, created_at = $4 from old
         where k.event_id = $1 returning old.key_id",
        event_id,
        secret,
        key_id,
        at
    )
    .fetch_one(connection)
    .await?)
}
