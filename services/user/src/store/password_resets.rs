use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

/// A wish for a reset link that waits to be served.
pub struct RequestRow {
    pub id: Uuid,
    pub login_hash: Vec<u8>,
    pub attempts: i32,
}

/// Notes a wish for a reset link, known account or not. More than `most` of one login id since `since` are not noted:
/// nobody's phone is flooded with links.
///
/// # Errors
/// The statement fails.
pub async fn insert_request(
    db: impl PgExecutor<'_>,
    login_hash: &[u8],
    since: DateTime<Utc>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into password_reset_requests (id, login_hash, created_at, next_try_at)
         select $1, $2, $3, $3
         where (select count(*) from password_reset_requests where login_hash = $2 and created_at > $4) < $5",
        Uuid::now_v7(),
        login_hash,
        now,
        since,
        most
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes due wishes and moves their next try to `lease_until`.
///
/// # Errors
/// The statement fails.
pub async fn claim_requests(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    most_attempts: i32,
    limit: i64,
) -> Result<Vec<RequestRow>, Error> {
    Ok(sqlx::query_as!(
        RequestRow,
        "update password_reset_requests set next_try_at = $2, attempts = attempts + 1
         where id in (select id from password_reset_requests where next_try_at <= $1 and attempts < $3
                      order by next_try_at limit $4 for update skip locked)
         returning id, login_hash, attempts",
        now,
        lease_until,
        most_attempts,
        limit
    )
    .fetch_all(db)
    .await?)
}

/// Marks a wish as served or given up: it is kept for counting, but not taken again.
///
/// # Errors
/// The statement fails.
pub async fn finish_request(
    db: impl PgExecutor<'_>,
    id: Uuid,
    most_attempts: i32,
) -> Result<(), Error> {
    sqlx::query!(
        "update password_reset_requests set attempts = $2 where id = $1",
        id,
        most_attempts
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Stores the hash of a token; the same one twice is one.
///
/// # Errors
/// The statement fails.
pub async fn insert_token(
    db: impl PgExecutor<'_>,
    user_id: Uuid,
    token_hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into password_resets (id, user_id, token_hash, created_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (token_hash) do nothing",
        Uuid::now_v7(),
        user_id,
        token_hash,
        now,
        expires_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whose token this is, if it could be used now.
///
/// # Errors
/// The statement fails.
pub async fn find_owner(
    db: impl PgExecutor<'_>,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, Error> {
    Ok(sqlx::query_scalar!(
        "select user_id from password_resets where token_hash = $1 and used_at is null and expires_at > $2",
        token_hash,
        now
    )
    .fetch_optional(db)
    .await?)
}

/// Uses a token up and gives its owner; none if it is unknown, used or too old. Of two at once one wins.
///
/// # Errors
/// The statement fails.
pub async fn use_token(
    db: impl PgExecutor<'_>,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, Error> {
    Ok(sqlx::query_scalar!(
        "update password_resets set used_at = $2
         where token_hash = $1 and used_at is null and expires_at > $2 returning user_id",
        token_hash,
        now
    )
    .fetch_optional(db)
    .await?)
}

/// Uses up whatever other tokens an owner has, because the password they would change is already another.
///
/// # Errors
/// The statement fails.
pub async fn use_all_tokens(
    db: impl PgExecutor<'_>,
    user_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update password_resets set used_at = $2 where user_id = $1 and used_at is null",
        user_id,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets the wishes of one login id.
///
/// # Errors
/// The statement fails.
pub async fn delete_requests(
    db: impl PgExecutor<'_>,
    login_hashes: &[Vec<u8>],
) -> Result<(), Error> {
    sqlx::query!(
        "delete from password_reset_requests where login_hash = any($1)",
        login_hashes
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets wishes and tokens older than `before`.
///
/// # Errors
/// The statement fails.
pub async fn delete_old(db: impl PgExecutor<'_>, before: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "with requests as (delete from password_reset_requests where created_at < $1)
         delete from password_resets where expires_at < $1",
        before
    )
    .execute(db)
    .await?;
    Ok(())
}
