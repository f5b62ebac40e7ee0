use crate::domain::throttle::Attempts;
use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

/// The failures of an account from one source (empty: strangers).
///
/// # Errors
/// The statement fails.
pub async fn find_attempts(
    db: impl PgExecutor<'_>,
    account: &[u8],
    source: &[u8],
) -> Result<Option<Attempts>, Error> {
    Ok(sqlx::query_as!(
        Attempts,
        "select failures, window_started_at, last_failed_at, blocked_until from login_attempts
         where account_hash = $1 and source_hash = $2",
        account,
        source
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
    source: &[u8],
    now: DateTime<Utc>,
) -> Result<Attempts, Error> {
    // The row must be there to be locked, else two first failures would both count as the first.
    sqlx::query!(
        "insert into login_attempts (account_hash, source_hash, failures, window_started_at, last_failed_at)
         values ($1, $2, 0, $3, $3) on conflict do nothing",
        account,
        source,
        now
    )
    .execute(&mut *tx)
    .await?;
    let before = sqlx::query_as!(
        Attempts,
        "select failures, window_started_at, last_failed_at, blocked_until from login_attempts
         where account_hash = $1 and source_hash = $2 for update",
        account,
        source
    )
    .fetch_optional(&mut *tx)
    .await?;
    let after = Attempts::after_failure(before, now);
    sqlx::query!(
        "update login_attempts set failures = $3, window_started_at = $4, last_failed_at = $5, blocked_until = $6
         where account_hash = $1 and source_hash = $2",
        account,
        source,
        after.failures,
        after.window_started_at,
        after.last_failed_at,
        after.blocked_until
    )
    .execute(tx)
    .await?;
    Ok(after)
}

/// Forgets the failures of one source, because it has got in.
///
/// # Errors
/// The statement fails.
pub async fn delete_attempts_from(
    db: impl PgExecutor<'_>,
    account: &[u8],
    source: &[u8],
) -> Result<(), Error> {
    sqlx::query!(
        "delete from login_attempts where account_hash = $1 and source_hash = $2",
        account,
        source
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets all failures of an account, because its password is another or it is gone.
///
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
        "delete from login_attempts where (account_hash, source_hash) in
             (select account_hash, source_hash from login_attempts where last_failed_at < $1 limit 1000)",
        before
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
