//! Idempotency keys: the same key and request have one effect for 24 hours.
//!
//! [`claim`] and [`complete`] run in the transaction of the effect: a request that fails leaves no trace, and a second
//! one with the same key waits for the first one's row.

use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, Row};

/// What a key stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// Not seen before: do it, then [`complete`].
    Fresh,
    /// Done before: answer with this status and these ids, minting new tokens.
    Replay { status: u16, ids: Value },
    /// Seen with another request: 422 `IDEMPOTENCY_KEY_REUSED`.
    Reused,
}

/// Claims a key within its scope (the user's id and the call). `fingerprint` is a keyed hash of the request: whoever
/// reads the table learns nothing of it.
///
/// # Errors
/// The statement fails, for example because the first request with this key takes longer than the lock time-out.
pub async fn claim(
    connection: &mut PgConnection,
    scope: &str,
    key: &str,
    fingerprint: &[u8; 32],
) -> sqlx::Result<Claim> {
    let key_hash = hash(key);
    sqlx::query(
        "delete from idempotency_keys where scope = $1 and key_hash = $2 and created_at < now() - interval '24 hours'",
    )
    .bind(scope)
    .bind(&key_hash)
    .execute(&mut *connection)
    .await?;
    let inserted = sqlx::query(
        "insert into idempotency_keys (scope, key_hash, fingerprint) values ($1, $2, $3) on conflict do nothing",
    )
    .bind(scope)
    .bind(&key_hash)
    .bind(fingerprint.as_slice())
    .execute(&mut *connection)
    .await?;
    if inserted.rows_affected() == 1 {
        return Ok(Claim::Fresh);
    }
    let row = sqlx::query(
        "select fingerprint, status, ids from idempotency_keys where scope = $1 and key_hash = $2",
    )
    .bind(scope)
    .bind(&key_hash)
    .fetch_one(connection)
    .await?;
    if row.try_get::<Vec<u8>, _>("fingerprint")? != fingerprint {
        return Ok(Claim::Reused);
    }
    let status: Option<i16> = row.try_get("status")?;
    let ids: Option<Value> = row.try_get("ids")?;
    Ok(Claim::Replay {
        status: status.and_then(|s| u16::try_from(s).ok()).unwrap_or(200),
        ids: ids.unwrap_or(Value::Null),
    })
}

/// Stores what the effect was: its status and ids, never a token.
///
/// # Errors
/// The statement fails.
pub async fn complete(
    connection: &mut PgConnection,
    scope: &str,
    key: &str,
    status: u16,
    ids: &Value,
) -> sqlx::Result<()> {
    sqlx::query(
        "update idempotency_keys set status = $3, ids = $4 where scope = $1 and key_hash = $2",
    )
    .bind(scope)
    .bind(hash(key))
    .bind(i16::try_from(status).unwrap_or(200))
    .bind(ids)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets keys older than a day; called now and then by whoever has them.
///
/// # Errors
/// The statement fails.
pub async fn forget_old(connection: &mut PgConnection) -> sqlx::Result<u64> {
    let done =
        sqlx::query("delete from idempotency_keys where created_at < now() - interval '24 hours'")
            .execute(connection)
            .await?;
    Ok(done.rows_affected())
}

fn hash(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}
