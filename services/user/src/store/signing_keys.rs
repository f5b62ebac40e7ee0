use crate::domain::key_ring::KeyTimes;
use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

/// More keys than this are never shown or kept in mind: one is made in weeks.
const MOST: i64 = 50;

/// A signing key as stored, its private part sealed.
pub struct SigningKeyRow {
    pub id: Uuid,
    pub kid: String,
    pub private_key: Option<Vec<u8>>,
    pub signs_from: DateTime<Utc>,
    pub leaves_at: Option<DateTime<Utc>>,
}

impl SigningKeyRow {
    /// When it does what.
    pub fn times(&self) -> KeyTimes {
        KeyTimes {
            signs_from: self.signs_from,
            leaves_at: self.leaves_at,
        }
    }
}

/// The youngest keys first, gone ones too.
///
/// # Errors
/// The statement fails.
pub async fn list_keys(db: impl PgExecutor<'_>) -> Result<Vec<SigningKeyRow>, Error> {
    Ok(sqlx::query_as!(
        SigningKeyRow,
        "select id, kid, private_key, signs_from, leaves_at from signing_keys order by signs_from desc, id desc limit $1",
        MOST
    )
    .fetch_all(db)
    .await?)
}

/// Whether a key ever was in the ring.
///
/// # Errors
/// The statement fails.
pub async fn is_known(db: impl PgExecutor<'_>, kid: &str) -> Result<bool, Error> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from signing_keys where kid = $1) as "known!""#,
        kid
    )
    .fetch_one(db)
    .await?)
}

/// Lets nobody else change the ring until the transaction ends. Readers go on.
///
/// # Errors
/// The statement fails.
pub async fn lock_ring(db: impl PgExecutor<'_>) -> Result<(), Error> {
    sqlx::query!("lock table signing_keys in share row exclusive mode")
        .execute(db)
        .await?;
    Ok(())
}

/// # Errors
/// The statement fails.
pub async fn insert_key(
    db: impl PgExecutor<'_>,
    id: Uuid,
    kid: &str,
    private_key: &[u8],
    signs_from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into signing_keys (id, kid, private_key, created_at, signs_from) values ($1, $2, $3, $4, $5)",
        id,
        kid,
        private_key,
        now,
        signs_from
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Sets when all keys but one leave, unless they leave earlier anyhow.
///
/// # Errors
/// The statement fails.
pub async fn retire_others(
    db: impl PgExecutor<'_>,
    kid: &str,
    leaves_at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update signing_keys set leaves_at = $2 where kid <> $1 and (leaves_at is null or leaves_at > $2)",
        kid,
        leaves_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Destroys the private parts of keys that are gone. Their names stay, so that none comes back.
///
/// # Errors
/// The statement fails.
pub async fn destroy_gone(db: impl PgExecutor<'_>, now: DateTime<Utc>) -> Result<u64, Error> {
    let done = sqlx::query!(
        "update signing_keys set private_key = null where private_key is not null and leaves_at < $1",
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
