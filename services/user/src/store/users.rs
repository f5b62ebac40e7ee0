use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

/// An account as stored.
pub struct UserRow {
    pub id: Uuid,
    pub role: String,
    pub name: Vec<u8>,
    pub email: Vec<u8>,
    pub phone: Vec<u8>,
    pub password_hash: String,
    /// Grows with each change that its owner sees.
    pub version: i64,
}

/// What is written for a new account; personal data already sealed.
pub struct NewUser<'a> {
    pub id: Uuid,
    pub name: &'a [u8],
    pub email: &'a [u8],
    pub email_hash: &'a [u8],
    pub phone: &'a [u8],
    pub phone_hash: &'a [u8],
    pub password_hash: &'a str,
    pub now: DateTime<Utc>,
}

/// # Errors
/// The e-mail or the phone is another account's.
pub async fn insert_user(db: impl PgExecutor<'_>, user: NewUser<'_>) -> Result<(), Error> {
    sqlx::query!(
        "insert into users (id, name, email, email_hash, phone, phone_hash, password_hash, created_at, updated_at, last_login_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8)",
        user.id,
        user.name,
        user.email,
        user.email_hash,
        user.phone,
        user.phone_hash,
        user.password_hash,
        user.now,
    )
    .execute(db)
    .await
    .map_err(taken)?;
    Ok(())
}

fn taken(error: sqlx::Error) -> Error {
    match janchi_db::constraint(&error) {
        Some("users_email_key") => Error::EmailTaken,
        Some("users_phone_key") => Error::PhoneTaken,
        _ => error.into(),
    }
}

/// # Errors
/// The statement fails.
pub async fn find_user(db: impl PgExecutor<'_>, id: Uuid) -> Result<Option<UserRow>, Error> {
    Ok(sqlx::query_as!(
        UserRow,
        "select id, role, name, email, phone, password_hash, version from users where id = $1",
        id
    )
    .fetch_optional(db)
    .await?)
}

/// Reads an account and keeps others from changing it until the transaction ends.
///
/// # Errors
/// The statement fails.
pub async fn lock_user(db: impl PgExecutor<'_>, id: Uuid) -> Result<Option<UserRow>, Error> {
    Ok(sqlx::query_as!(
        UserRow,
        "select id, role, name, email, phone, password_hash, version from users where id = $1 for update",
        id
    )
    .fetch_optional(db)
    .await?)
}

/// Finds the account whose e-mail or phone has this hash. The hash domains differ, so one never matches the other.
///
/// # Errors
/// The statement fails.
pub async fn find_user_by_login(
    db: impl PgExecutor<'_>,
    login_hash: &[u8],
) -> Result<Option<UserRow>, Error> {
    Ok(sqlx::query_as!(
        UserRow,
        "select id, role, name, email, phone, password_hash, version from users where email_hash = $1 or phone_hash = $1",
        login_hash
    )
    .fetch_optional(db)
    .await?)
}

/// Whether an e-mail is some account's, and whether a phone is.
///
/// # Errors
/// The statement fails.
pub async fn are_taken(
    db: impl PgExecutor<'_>,
    email_hash: &[u8],
    phone_hash: &[u8],
) -> Result<(bool, bool), Error> {
    let row = sqlx::query!(
        r#"select exists (select 1 from users where email_hash = $1) as "email!",
                  exists (select 1 from users where phone_hash = $2) as "phone!""#,
        email_hash,
        phone_hash
    )
    .fetch_one(db)
    .await?;
    Ok((row.email, row.phone))
}

/// What changes in an account; absent parts stay.
#[derive(Default)]
pub struct UserChange<'a> {
    pub name: Option<&'a [u8]>,
    pub email: Option<(&'a [u8], &'a [u8])>,
    pub phone: Option<(&'a [u8], &'a [u8])>,
}

/// # Errors
/// The new e-mail or phone is another account's.
pub async fn update_user(
    db: impl PgExecutor<'_>,
    id: Uuid,
    change: UserChange<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (email, email_hash) = change.email.unzip();
    let (phone, phone_hash) = change.phone.unzip();
    sqlx::query!(
        "update users set name = coalesce($2, name),
                email = coalesce($3, email), email_hash = coalesce($4, email_hash),
                phone = coalesce($5, phone), phone_hash = coalesce($6, phone_hash),
                version = version + 1, updated_at = $7
         where id = $1",
        id,
        change.name,
        email,
        email_hash,
        phone,
        phone_hash,
        now,
    )
    .execute(db)
    .await
    .map_err(taken)?;
    Ok(())
}

/// # Errors
/// The statement fails.
pub async fn update_password(
    db: impl PgExecutor<'_>,
    id: Uuid,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update users set password_hash = $2, updated_at = $3 where id = $1",
        id,
        hash,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// # Errors
/// The statement fails.
pub async fn record_login(
    db: impl PgExecutor<'_>,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!("update users set last_login_at = $2 where id = $1", id, now)
        .execute(db)
        .await?;
    Ok(())
}

/// Removes the account and, by foreign keys, its shop, sessions, refresh tokens and reset tokens.
///
/// # Errors
/// The statement fails.
pub async fn delete_user(db: impl PgExecutor<'_>, id: Uuid) -> Result<(), Error> {
    sqlx::query!("delete from users where id = $1", id)
        .execute(db)
        .await?;
    Ok(())
}

/// Forgets the idempotency keys under which this account was made.
///
/// # Errors
/// The statement fails.
pub async fn delete_idempotency_keys(db: impl PgExecutor<'_>, user_id: Uuid) -> Result<(), Error> {
    sqlx::query!(
        "delete from idempotency_keys where ids->>'userId' = $1",
        user_id.to_string()
    )
    .execute(db)
    .await?;
    Ok(())
}
