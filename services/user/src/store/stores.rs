use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

/// A shop as stored.
pub struct StoreRow {
    pub id: Uuid,
    pub user_id: Uuid,
    pub name: String,
    pub industry: String,
    pub region: String,
    pub address: String,
    pub business_number: Vec<u8>,
    pub business_hours: Option<String>,
    pub phone: Option<Vec<u8>>,
    pub verification: String,
    pub sandbox: bool,
    pub check_attempts: i32,
    pub created_at: DateTime<Utc>,
    /// Grows with each change that its owner sees.
    pub version: i64,
}

/// What is written for a new shop; personal data already sealed.
pub struct NewStore<'a> {
    pub id: Uuid,
    pub user_id: Uuid,
    pub name: &'a str,
    pub industry: &'a str,
    pub region: &'a str,
    pub address: &'a str,
    pub business_number: &'a [u8],
    pub business_number_hash: &'a [u8],
    pub business_hours: Option<&'a str>,
    pub phone: Option<&'a [u8]>,
    pub verification: &'a str,
    pub sandbox: bool,
    /// When the tax office is asked again, for a shop that waits for its answer.
    pub next_check_at: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

/// # Errors
/// The business number is another shop's.
pub async fn insert_store(db: impl PgExecutor<'_>, store: NewStore<'_>) -> Result<(), Error> {
    sqlx::query!(
        "insert into stores (id, user_id, name, industry, region, address, business_number, business_number_hash,
                business_hours, phone, verification, sandbox, next_check_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
        store.id,
        store.user_id,
        store.name,
        store.industry,
        store.region,
        store.address,
        store.business_number,
        store.business_number_hash,
        store.business_hours,
        store.phone,
        store.verification,
        store.sandbox,
        store.next_check_at,
        store.now,
    )
    .execute(db)
    .await
    .map_err(|error| match janchi_db::constraint(&error) {
        Some("stores_business_number_key") => Error::BusinessNumberTaken,
        _ => error.into(),
    })?;
    Ok(())
}

/// # Errors
/// The statement fails.
pub async fn find_store_of(
    db: impl PgExecutor<'_>,
    user_id: Uuid,
) -> Result<Option<StoreRow>, Error> {
    Ok(sqlx::query_as!(
        StoreRow,
        "select id, user_id, name, industry, region, address, business_number, business_hours, phone, verification,
                sandbox, check_attempts, created_at, version
         from stores where user_id = $1",
        user_id
    )
    .fetch_optional(db)
    .await?)
}

/// Reads a shop and keeps others from changing it until the transaction ends.
///
/// # Errors
/// The statement fails.
pub async fn lock_store_of(
    db: impl PgExecutor<'_>,
    user_id: Uuid,
) -> Result<Option<StoreRow>, Error> {
    Ok(sqlx::query_as!(
        StoreRow,
        "select id, user_id, name, industry, region, address, business_number, business_hours, phone, verification,
                sandbox, check_attempts, created_at, version
         from stores where user_id = $1 for update",
        user_id
    )
    .fetch_optional(db)
    .await?)
}

/// # Errors
/// The statement fails.
pub async fn is_business_taken(
    db: impl PgExecutor<'_>,
    business_number_hash: &[u8],
) -> Result<bool, Error> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from stores where business_number_hash = $1) as "taken!""#,
        business_number_hash
    )
    .fetch_one(db)
    .await?)
}

/// What changes in a shop; absent parts stay. The inner none of hours and phone removes them.
#[derive(Default)]
pub struct StoreChange<'a> {
    pub name: Option<&'a str>,
    pub industry: Option<&'a str>,
    pub region: Option<&'a str>,
    pub address: Option<&'a str>,
    pub business_hours: Option<Option<&'a str>>,
    pub phone: Option<Option<&'a [u8]>>,
}

/// # Errors
/// The statement fails.
pub async fn update_store(
    db: impl PgExecutor<'_>,
    user_id: Uuid,
    change: StoreChange<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update stores set name = coalesce($2, name), industry = coalesce($3, industry),
                region = coalesce($4, region), address = coalesce($5, address),
                business_hours = case when $6 then $7 else business_hours end,
                phone = case when $8 then $9 else phone end, version = version + 1, updated_at = $10
         where user_id = $1",
        user_id,
        change.name,
        change.industry,
        change.region,
        change.address,
        change.business_hours.is_some(),
        change.business_hours.flatten(),
        change.phone.is_some(),
        change.phone.flatten(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes up to `limit` shops whose check is due and moves their next try to `lease_until`, so that no other process
/// asks for them meanwhile and a crash only delays them.
///
/// # Errors
/// The statement fails.
pub async fn claim_due_checks(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<StoreRow>, Error> {
    Ok(sqlx::query_as!(
        StoreRow,
        "update stores set next_check_at = $2, check_attempts = check_attempts + 1
         where id in (select id from stores where verification = 'PENDING_REVIEW' and next_check_at <= $1
                      order by next_check_at limit $3 for update skip locked)
         returning id, user_id, name, industry, region, address, business_number, business_hours, phone, verification,
                sandbox, check_attempts, created_at, version",
        now,
        lease_until,
        limit
    )
    .fetch_all(db)
    .await?)
}

/// # Errors
/// The statement fails.
pub async fn postpone_check(
    db: impl PgExecutor<'_>,
    id: Uuid,
    next: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update stores set next_check_at = $2 where id = $1 and verification = 'PENDING_REVIEW'",
        id,
        next
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the wait of a shop under review. `false` if it does not wait (any more).
///
/// # Errors
/// The statement fails.
pub async fn settle_verification(
    db: impl PgExecutor<'_>,
    id: Uuid,
    verification: &str,
    sandbox: bool,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update stores set verification = $2, sandbox = $3, settled_at = $4, updated_at = $4, version = version + 1,
                next_check_at = null
         where id = $1 and verification = 'PENDING_REVIEW'",
        id,
        verification,
        sandbox,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A person's decision about a shop, named by its own or its owner's id. Gives the shop's id; none if there is no such
/// shop, or if it is verified or so decided already.
///
/// # Errors
/// The statement fails.
pub async fn decide_verification(
    db: impl PgExecutor<'_>,
    id: Uuid,
    verification: &str,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, Error> {
    Ok(sqlx::query_scalar!(
        "update stores set verification = $2, sandbox = false, settled_at = $3, updated_at = $3, version = version + 1,
                next_check_at = null
         where (id = $1 or user_id = $1) and verification not in ('VERIFIED', $2) returning id",
        id,
        verification,
        now
    )
    .fetch_optional(db)
    .await?)
}

/// The shops that wait for a decision, longest first: not answered for, or refused by the tax office since.
///
/// # Errors
/// The statement fails.
pub async fn list_reviews(db: impl PgExecutor<'_>, limit: i64) -> Result<Vec<StoreRow>, Error> {
    Ok(sqlx::query_as!(
        StoreRow,
        "select id, user_id, name, industry, region, address, business_number, business_hours, phone, verification,
                sandbox, check_attempts, created_at, version
         from stores where verification not in ('VERIFIED', 'REFUSED') order by created_at, id limit $1",
        limit
    )
    .fetch_all(db)
    .await?)
}
