//! Owners' accounts on the platforms.

use super::unreadable;
use chrono::{DateTime, Utc};
use janchi_contracts::reference::{Channel, Code};
use sqlx::PgExecutor;
use uuid::Uuid;

/// One connection; the credentials are encrypted, bound to `id`.
#[derive(Debug, Clone)]
pub struct Connection {
    pub id: Uuid,
    pub channel: Channel,
    pub account_name: Option<String>,
    pub credentials: Vec<u8>,
    pub expires_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

struct Row {
    id: Uuid,
    channel: String,
    account_name: Option<String>,
    credentials: Vec<u8>,
    expires_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

/// The owner's connections, at most one per channel.
pub async fn list_connections(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
) -> sqlx::Result<Vec<Connection>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, channel, account_name, credentials, expires_at, updated_at
         from channel_connections where owner_id = $1 order by channel limit 20",
        owner_id
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Connection {
                id: r.id,
                channel: Channel::from_code(&r.channel).ok_or_else(|| unreadable("channel"))?,
                account_name: r.account_name,
                credentials: r.credentials,
                expires_at: r.expires_at,
                updated_at: r.updated_at,
            })
        })
        .collect()
}

/// Connects a channel anew. The row of an earlier connection is replaced, id included, because the credentials are
/// bound to it.
pub async fn upsert_connection(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    c: &Connection,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into channel_connections (id, owner_id, channel, account_name, credentials, expires_at, created_at,
                                          updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict on constraint channel_connections_owner_channel_key do update
         set id = excluded.id, account_name = excluded.account_name, credentials = excluded.credentials,
             expires_at = excluded.expires_at, updated_at = excluded.updated_at",
        c.id,
        owner_id,
        c.channel.code(),
        c.account_name,
        c.credentials,
        c.expires_at,
        c.updated_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets a connection; false if there was none.
pub async fn delete_connection(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    channel: Channel,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from channel_connections where owner_id = $1 and channel = $2",
        owner_id,
        channel.code()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
