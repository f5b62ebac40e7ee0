use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

/// A login as its owner sees it.
pub struct SessionRow {
    pub id: Uuid,
    pub user_agent: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A refresh token with the state of its session.
pub struct RefreshRow {
    pub id: Uuid,
    pub session_id: Uuid,
    pub user_id: Uuid,
    pub used: bool,
    /// Neither the token nor its session has ended by time.
    pub alive: bool,
}

/// A login that still counts.
pub struct ActiveRow {
    pub user_id: Uuid,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// # Errors
/// The statement fails.
pub async fn insert_session(
    db: impl PgExecutor<'_>,
    id: Uuid,
    user_id: Uuid,
    user_agent: Option<&str>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into sessions (id, user_id, user_agent, created_at, last_used_at, expires_at)
         values ($1, $2, $3, $4, $4, $5)",
        id,
        user_id,
        user_agent,
        now,
        expires_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// # Errors
/// The statement fails.
pub async fn insert_refresh_token(
    db: impl PgExecutor<'_>,
    session_id: Uuid,
    token_hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into refresh_tokens (id, session_id, token_hash, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        Uuid::now_v7(),
        session_id,
        token_hash,
        now,
        expires_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Reads a refresh token and keeps its session for this transaction, so that of two refreshes with one token the
/// second sees it used.
///
/// # Errors
/// The statement fails.
pub async fn lock_refresh_token(
    db: impl PgExecutor<'_>,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<RefreshRow>, Error> {
    Ok(sqlx::query_as!(
        RefreshRow,
        r#"select t.id, t.session_id, s.user_id, (t.used_at is not null) as "used!",
                  (s.revoked_at is null and s.expires_at > $2 and t.expires_at > $2) as "alive!"
           from refresh_tokens t join sessions s on s.id = t.session_id
           where t.token_hash = $1 for update of t, s"#,
        token_hash,
        now
    )
    .fetch_optional(db)
    .await?)
}

/// Marks a refresh token as used and prolongs its session.
///
/// # Errors
/// The statement fails.
pub async fn use_refresh_token(
    db: impl PgExecutor<'_>,
    token: &RefreshRow,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "with used as (update refresh_tokens set used_at = $2 where id = $1)
         update sessions set last_used_at = $2, expires_at = $4 where id = $3",
        token.id,
        now,
        token.session_id,
        expires_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whose login this is and when it ends, if it still counts.
///
/// # Errors
/// The statement fails.
pub async fn find_active(
    db: impl PgExecutor<'_>,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<ActiveRow>, Error> {
    Ok(sqlx::query_as!(
        ActiveRow,
        "select user_id, created_at, expires_at from sessions where id = $1 and revoked_at is null and expires_at > $2",
        id,
        now
    )
    .fetch_optional(db)
    .await?)
}

/// Newest first, after `before` (creation time and id of the last one seen).
///
/// # Errors
/// The statement fails.
pub async fn list_sessions(
    db: impl PgExecutor<'_>,
    user_id: Uuid,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<SessionRow>, Error> {
    let (at, id) = before.unzip();
    Ok(sqlx::query_as!(
        SessionRow,
        "select id, user_agent, created_at, last_used_at, expires_at from sessions
         where user_id = $1 and revoked_at is null and expires_at > $2
           and ($3::timestamptz is null or (created_at, id) < ($3, $4))
         order by created_at desc, id desc limit $5",
        user_id,
        now,
        at,
        id,
        limit
    )
    .fetch_all(db)
    .await?)
}

/// # Errors
/// The statement fails.
pub async fn count_sessions(
    db: impl PgExecutor<'_>,
    user_id: Uuid,
    now: DateTime<Utc>,
) -> Result<i64, Error> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from sessions where user_id = $1 and revoked_at is null and expires_at > $2"#,
        user_id,
        now
    )
    .fetch_one(db)
    .await?)
}

/// Which of an owner's sessions end.
#[derive(Debug, Clone, Copy)]
pub enum Ending {
    All,
    One(Uuid),
    AllBut(Uuid),
}

/// Revokes live sessions and notes their end for Redis and the gateways. Gives the ids that ended now.
///
/// # Errors
/// The statement fails.
pub async fn end_sessions(
    db: impl PgExecutor<'_>,
    user_id: Uuid,
    ending: Ending,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, Error> {
    let (only, but) = match ending {
        Ending::All => (None, None),
        Ending::One(id) => (Some(id), None),
        Ending::AllBut(id) => (None, Some(id)),
    };
    Ok(sqlx::query_scalar!(
        "with ended as (
             update sessions set revoked_at = $4
             where user_id = $1 and revoked_at is null and expires_at > $4
               and ($2::uuid is null or id = $2) and ($3::uuid is null or id <> $3)
             returning id)
         insert into session_ends (session_id, created_at) select id, $4 from ended
         on conflict (session_id) do update set created_at = excluded.created_at
         returning session_id",
        user_id,
        only,
        but,
        now
    )
    .fetch_all(db)
    .await?)
}

/// Ends that are not told yet, oldest first.
///
/// # Errors
/// The statement fails.
pub async fn list_untold_ends(db: impl PgExecutor<'_>, limit: i64) -> Result<Vec<Uuid>, Error> {
    Ok(sqlx::query_scalar!(
        "select session_id from session_ends order by created_at limit $1",
        limit
    )
    .fetch_all(db)
    .await?)
}

/// # Errors
/// The statement fails.
pub async fn delete_ends(db: impl PgExecutor<'_>, ids: &[Uuid]) -> Result<(), Error> {
    sqlx::query!("delete from session_ends where session_id = any($1)", ids)
        .execute(db)
        .await?;
    Ok(())
}

/// Forgets refresh tokens that ended before this: a login that is refreshed for months would gather thousands.
///
/// # Errors
/// The statement fails.
pub async fn delete_old_refresh_tokens(
    db: impl PgExecutor<'_>,
    before: DateTime<Utc>,
) -> Result<u64, Error> {
    let done = sqlx::query!(
        "delete from refresh_tokens where id in
             (select id from refresh_tokens where expires_at < $1 limit 1000)",
        before
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Forgets sessions that ended by time or by will more than a day ago, with their refresh tokens.
///
/// # Errors
/// The statement fails.
pub async fn delete_old_sessions(
    db: impl PgExecutor<'_>,
    before: DateTime<Utc>,
) -> Result<u64, Error> {
    let done = sqlx::query!(
        "delete from sessions where id in
             (select id from sessions where expires_at < $1 or revoked_at < $1 limit 1000)",
        before
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
