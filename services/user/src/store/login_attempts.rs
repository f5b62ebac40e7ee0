use crate::domain::throttle::Attempts;
use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

/// # Errors
/// The statement fails.
pub async fn find_attempts(
    db: impl PgExecutor<'_>,
    account: &[u8],
) -> Result<Option<Attempts>, Error> {
    Ok(sqlx::query_as!(
        Attempts,
        "select failures, window_started_at, last_failed_at, blocked_until from login_attempts where account_hash = $1",
        account
    )
    .fetch_optional(db)
    .await?)
}

/// Counts one failure; of two at once both count. Runs in a transaction.
///
/// # Errors
/// The statement fails.
pub async fn add_failure(
    tx: &mut PgConnection,
    account: &[u8],
    now: DateTime<Utc>,
) -> Result<Attempts, Error> {
    // The row must be there to be locked, else two first failures would both count as the first.
    sqlx::query!(
        "insert into login_attempts (account_hash, failures, window_started_at, last_failed_at)
         values ($1, 0, $2, $2) on conflict do nothing",
        account,
        now
    )
    .execute(&mut *tx)
    .await?;
    let before = sqlx::query_as!(
        Attempts,
        "select failures, window_started_at, last_failed_at, blocked_until from login_attempts
         where account_hash = $1 for update",
        account
    )
    .fetch_optional(&mut *tx)
    .await?;
    let after = Attempts::after_failure(before, now);
    sqlx::query!(
        "update login_attempts set failures = $2, window_started_at = $3, last_failed_at = $4, blocked_until = $5
         where account_hash = $1",
        account,
        after.failures,
        after.window_started_at,
        after.last_failed_at,
        after.blocked_until
    )
    .execute(tx)
    .await?;
    Ok(after)
}

/// # Errors
/// The statement fails.
pub async fn delete_attempts(db: impl PgExecutor<'_>, account: &[u8]) -> Result<(), Error> {
    sqlx::query!(
        "delete from login_attempts where account_hash = $1",
        account
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets accounts without a failure since `before`.
///
/// # Errors
/// The statement fails.
pub async fn delete_old_attempts(
    db: impl PgExecutor<'_>,
    before: DateTime<Utc>,
) -> Result<u64, Error> {
    let done = sqlx::query!(
        "delete from login_attempts where account_hash in
             (select account_hash from login_attempts where last_failed_at < $1 limit 1000)",
        before
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
