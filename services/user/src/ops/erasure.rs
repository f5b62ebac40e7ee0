use crate::domain::account::Email;
use crate::domain::vault::Column;
use crate::error::Error;
use crate::state::AppState;
use crate::store::{self, sessions::Ending};
use anyhow::Context;
use chrono::Utc;
use janchi_contracts::user::UserEvent;
use janchi_crypto::{BusinessNumber, Phone};
use janchi_db::audit;
use serde_json::json;
use uuid::Uuid;

/// Deletes an account with all that is its own, ends its logins and tells the other services, in one transaction.
/// What stays are audit rows, which hold ids and no personal data.
///
/// # Errors
/// The account is gone already, or the database fails.
pub async fn delete_account(state: &AppState, user_id: Uuid) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    let user = store::users::lock_user(&mut *tx, user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    let shop = store::stores::find_store_of(&mut *tx, user_id)
        .await?
        .context("an account has no shop")?;
    let vault = &state.vault;
    let mut hashes = vec![vault.account_hash(user_id)];
    if let Ok(email) = Email::parse(&vault.unseal(Column::UserEmail, user_id, &user.email)?) {
        hashes.push(vault.email_hash(&email));
    }
    if let Some(phone) = Phone::parse(&vault.unseal(Column::UserPhone, user_id, &user.phone)?) {
        hashes.push(vault.phone_hash(&phone));
    }
    let number = vault.unseal(Column::StoreBusinessNumber, shop.id, &shop.business_number)?;

    let ended = store::sessions::end_sessions(&mut *tx, user_id, Ending::All, Utc::now()).await?;
    for hash in &hashes {
        store::login_attempts::delete_attempts(&mut *tx, hash).await?;
    }
    store::password_resets::delete_requests(&mut *tx, &hashes).await?;
    store::users::delete_idempotency_keys(&mut *tx, user_id).await?;
    store::users::delete_user(&mut *tx, user_id).await?;
    janchi_queue::send_event(
        &mut tx,
        &UserEvent::Deleted {
            user_id,
            store_id: shop.id,
        },
    )
    .await?;
    let detail = json!({ "storeId": shop.id });
    audit::record(
        &mut tx,
        &user_id.to_string(),
        "user.deleted",
        &user_id.to_string(),
        detail,
    )
    .await?;
    tx.commit().await?;

    state.sessions.tell(&state.db, &ended).await;
    if let Some(number) = BusinessNumber::parse(&number) {
        state
            .business
            .cache
            .delete(&vault.business_cache_key(&number))
            .await;
    }
    Ok(())
}
