use super::keys::{self, NewKey};
use super::password_resets::{LINK_MINUTES, link};
use crate::config::Config;
use crate::domain::account::LoginId;
use crate::domain::key_ring::{KeyState, Rotation};
use crate::domain::vault::{Column, Vault};
use crate::domain::verification::Verification;
use crate::error::Error;
use crate::store::{self, signing_keys::SigningKeyRow};
use anyhow::Context;
use chrono::{DateTime, Duration, Utc};
use janchi_auth::Signer;
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
    /// `PENDING_REVIEW`, or what the tax office answered after the sign-up.
    pub verification: String,
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

/// Shops that wait for a decision, longest first, at most `limit`: those under review, and those that the tax office
/// refused since.
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
                verification: row.verification,
                check_attempts: row.check_attempts,
                registered_at: row.created_at,
            })
        })
        .collect()
}

/// Decides about a shop, named by its own or its owner's id. `false` if there is no such shop, or if it is verified or
/// so decided already.
///
/// # Errors
/// The database fails.
pub async fn settle_review(
    config: &Config,
    id: Uuid,
    settlement: Settlement,
) -> anyhow::Result<bool> {
    let (db, _) = open(config)?;
    let code = match settlement {
        Settlement::Verified => Verification::Verified.code(),
        Settlement::Refused => Verification::Refused.code(),
    };
    let mut tx = db.begin().await.context("begin a transaction")?;
    let decided = store::stores::decide_verification(&mut *tx, id, code, Utc::now()).await?;
    if let Some(shop) = decided {
        let detail = json!({ "verification": code, "by": "operator" });
        let action = "store.verification_settled";
        audit::record(&mut tx, "operator", action, &shop.to_string(), detail).await?;
    }
    tx.commit().await.context("commit")?;
    Ok(decided.is_some())
}

/// A signing key as an operator sees it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyView {
    pub kid: String,
    /// `CURRENT`, `NEXT`, `RETIRED` or `GONE`.
    pub state: &'static str,
    pub signs_from: DateTime<Utc>,
    pub leaves_at: Option<DateTime<Utc>>,
}

/// The keys that sign access tokens, youngest first.
///
/// # Errors
/// The database fails.
pub async fn list_keys(config: &Config) -> anyhow::Result<Vec<KeyView>> {
    let (db, _) = open(config)?;
    Ok(views(keys::list(&db, Utc::now()).await?))
}

fn views(keys: Vec<(KeyState, SigningKeyRow)>) -> Vec<KeyView> {
    let view = |(state, row): (KeyState, SigningKeyRow)| KeyView {
        kid: row.kid,
        state: state.code(),
        signs_from: row.signs_from,
        leaves_at: row.leaves_at,
    };
    keys.into_iter().map(view).collect()
}

/// Makes a new signing key and lets it take the place of the old one. Gives the keys as they are now, or none if the
/// last rotation has not come to its end and this is no emergency.
///
/// # Errors
/// The database or a key fails.
pub async fn rotate_keys(
    config: &Config,
    rotation: Rotation,
) -> anyhow::Result<Option<Vec<KeyView>>> {
    let (db, vault) = open(config)?;
    let setting = config.jwt_signing_key.clone();
    let signer = Signer::from_pkcs8_base64(&setting).context("JWT_SIGNING_KEY")?;
    let configured = NewKey { signer, setting };
    let (signer, setting) = Signer::generate()?;
    let new = NewKey { signer, setting };
    let mut tx = db.begin().await.context("begin a transaction")?;
    // A service that never ran has yet to take its first key in.
    let usual = Rotation::usual();
    keys::add(&mut tx, &vault, &configured, usual, "operator").await?;
    let waits = keys::list(&mut *tx, Utc::now())
        .await?
        .iter()
        .any(|(state, _)| *state == KeyState::Next);
    if waits && rotation != Rotation::at_once() {
        return Ok(None);
    }
    keys::add(&mut tx, &vault, &new, rotation, "operator").await?;
    let after = keys::list(&mut *tx, Utc::now()).await?;
    tx.commit().await.context("commit")?;
    Ok(Some(views(after)))
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
