use super::password_resets::{LINK_MINUTES, link};
use crate::config::Config;
use crate::domain::account::LoginId;
use crate::domain::vault::{Column, Vault};
use crate::domain::verification::Verification;
use crate::error::Error;
use crate::store;
use anyhow::Context;
use chrono::{DateTime, Duration, Utc};
use janchi_crypto::BusinessNumber;
use janchi_db::audit;
use serde::Serialize;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

/// A shop that waits for a person's decision.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    pub store_id: Uuid,
    pub user_id: Uuid,
    pub store_name: String,
    /// Masked.
    pub business_number: String,
    /// How often the tax office was asked since.
    pub check_attempts: i32,
    pub registered_at: DateTime<Utc>,
}

/// What a person decided about a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    Verified,
    Refused,
}

fn open(config: &Config) -> anyhow::Result<(PgPool, Vault)> {
    let db = janchi_db::connect(&config.shared.database_url, 1)?;
    Ok((
        db,
        Vault::open(&config.encryption_keys, &config.lookup_key)?,
    ))
}

/// Shops under review, longest waiting first, at most `limit`.
///
/// # Errors
/// The database or a key fails.
pub async fn list_reviews(config: &Config, limit: i64) -> anyhow::Result<Vec<Review>> {
    let (db, vault) = open(config)?;
    let rows = store::stores::list_reviews(&db, limit).await?;
    rows.into_iter()
        .map(|row| {
            let number = vault.unseal(Column::StoreBusinessNumber, row.id, &row.business_number)?;
            Ok(Review {
                store_id: row.id,
                user_id: row.user_id,
                store_name: row.name,
                business_number: BusinessNumber::parse(&number)
                    .context("a stored business number is none")?
                    .masked(),
                check_attempts: row.check_attempts,
                registered_at: row.created_at,
            })
        })
        .collect()
}

/// Settles the review of a shop, named by its own or its owner's id. `false` if it is not under review.
///
/// # Errors
/// The database fails.
pub async fn settle_review(
    config: &Config,
    id: Uuid,
    settlement: Settlement,
) -> anyhow::Result<bool> {
    let (db, _) = open(config)?;
    let verification = match settlement {
        Settlement::Verified => Verification::Verified,
        Settlement::Refused => Verification::Refused,
    };
    let mut tx = db.begin().await.context("begin a transaction")?;
    let done =
        store::stores::settle_verification(&mut *tx, id, verification.code(), false, Utc::now())
            .await?;
    if done {
        let detail = json!({ "verification": verification.code(), "by": "operator" });
        audit::record(
            &mut tx,
            "operator",
            "store.verification_settled",
            &id.to_string(),
            detail,
        )
        .await?;
    }
    tx.commit().await.context("commit")?;
    Ok(done)
}

/// Makes a single-use reset link for an account, named by phone or e-mail. None if there is no such account.
///
/// # Errors
/// The database or a key fails.
pub async fn reset_link(config: &Config, login_id: &str) -> anyhow::Result<Option<String>> {
    let (db, vault) = open(config)?;
    let hash = vault.login_hash(&LoginId::parse(login_id));
    let Some(user) = store::users::find_user_by_login(&db, &hash).await? else {
        return Ok(None);
    };
    let token = janchi_crypto::random_token(32);
    let (now, token_hash) = (Utc::now(), vault.token_hash(&token));
    let mut tx = db.begin().await.context("begin a transaction")?;
    let ends = now + Duration::minutes(LINK_MINUTES);
    store::password_resets::insert_token(&mut *tx, user.id, &token_hash, now, ends).await?;
    audit::record(
        &mut tx,
        "operator",
        "user.reset_link_made",
        &user.id.to_string(),
        json!({}),
    )
    .await
    .map_err(Error::from)?;
    tx.commit().await.context("commit")?;
    Ok(Some(link(&config.public_base_url, &token)?.into()))
}
