use crate::clients::messages::Messages;
use crate::domain::account::{LoginId, Password};
use crate::domain::vault::Column;
use crate::error::Error;
use crate::state::AppState;
use crate::store::{self, password_resets::RequestRow, sessions::Ending};
use anyhow::Context;
use chrono::{Duration, Utc};
use janchi_crypto::Phone;
use janchi_db::audit;
use serde_json::json;
use url::Url;
use uuid::Uuid;

/// A link is good for half an hour.
pub const LINK_MINUTES: i64 = 30;
/// So many links per login id within an hour; further wishes are answered the same and not served.
const MOST_PER_HOUR: i64 = 5;
/// So many times a link is tried to be sent.
const MOST_ATTEMPTS: i32 = 3;
const LEASE_SECONDS: i64 = 20;
const ROUND: i64 = 20;

/// The address a person opens to choose a new password.
///
/// # Errors
/// The public base URL cannot carry a path.
pub fn link(public_base_url: &Url, token: &str) -> anyhow::Result<Url> {
    let mut link = public_base_url.clone();
    link.path_segments_mut()
        .map_err(|()| anyhow::anyhow!("PUBLIC_BASE_URL cannot carry a path"))?
        .pop_if_empty()
        .extend(["password-resets", token]);
    Ok(link)
}

/// Notes the wish for a link. Does the same work whether or not the login id is anybody's; who it is, is looked up
/// later by [`serve_requests`].
///
/// # Errors
/// The database fails.
pub async fn request(state: &AppState, login_id: &str) -> Result<(), Error> {
    let now = Utc::now();
    let hash = state.vault.login_hash(&LoginId::parse(login_id));
    let hour_ago = now - Duration::hours(1);
    store::password_resets::insert_request(&state.db, &hash, hour_ago, MOST_PER_HOUR, now).await?;
    state.resets_wanted.notify_one();
    Ok(())
}

/// Serves the wishes that are due: makes the token and sends the link. Without a message channel there is nothing to
/// send; an operator makes a link instead.
///
/// # Errors
/// The database fails.
pub async fn serve_requests(state: &AppState) -> Result<(), Error> {
    let now = Utc::now();
    let lease = now + Duration::seconds(LEASE_SECONDS);
    let due =
        store::password_resets::claim_requests(&state.db, now, lease, MOST_ATTEMPTS, ROUND).await?;
    for wish in due {
        match send(state, &wish).await {
            Ok(()) => {
                store::password_resets::finish_request(&state.db, wish.id, MOST_ATTEMPTS).await?
            }
            Err(error) => {
                tracing::warn!(error = %format!("{error:#}"), attempt = wish.attempts, "reset link was not sent");
            }
        }
    }
    Ok(())
}

async fn send(state: &AppState, wish: &RequestRow) -> anyhow::Result<()> {
    let Some(messages) = &state.messages else {
        return Ok(());
    };
    let Some(user) = store::users::find_user_by_login(&state.db, &wish.login_hash).await? else {
        return Ok(());
    };
    let phone = Phone::parse(
        &state
            .vault
            .unseal(Column::UserPhone, user.id, &user.phone)?,
    )
    .context("a stored phone is no phone")?;
    let token = state.vault.reset_token(wish.id);
    store_token(state, user.id, &token).await?;
    send_link(
        messages,
        wish.id,
        &phone,
        &link(&state.public_base_url, &token)?,
    )
    .await
}

async fn store_token(state: &AppState, user_id: Uuid, token: &str) -> Result<(), Error> {
    let now = Utc::now();
    let ends = now + Duration::minutes(LINK_MINUTES);
    store::password_resets::insert_token(
        &state.db,
        user_id,
        &state.vault.token_hash(token),
        now,
        ends,
    )
    .await
}

async fn send_link(messages: &Messages, id: Uuid, phone: &Phone, link: &Url) -> anyhow::Result<()> {
    messages
        .send_reset_link(id, phone, link.as_str())
        .await
        .context("send a reset link")
}

/// Uses a link: sets the password, ends all logins and all other links.
///
/// # Errors
/// [`Error::ResetTokenInvalid`] for a token that is unknown, used or too old.
pub async fn use_link(state: &AppState, token: &str, password: &Password) -> Result<(), Error> {
    let hash = state.vault.token_hash(token);
    // Asked before the costly hashing; decided by the update below.
    let user_id = store::password_resets::find_owner(&state.db, &hash, Utc::now())
        .await?
        .ok_or(Error::ResetTokenInvalid)?;
    let password_hash = state.passwords.hash(password).await?;
    let now = Utc::now();
    let mut tx = state.db.begin().await?;
    // The account first, as in whatever else changes it: else this and a deletion would wait for each other.
    store::users::lock_user(&mut *tx, user_id)
        .await?
        .ok_or(Error::ResetTokenInvalid)?;
    store::password_resets::use_token(&mut *tx, &hash, now)
        .await?
        .ok_or(Error::ResetTokenInvalid)?;
    store::users::update_password(&mut *tx, user_id, &password_hash, state.clock.now()).await?;
    store::password_resets::use_all_tokens(&mut *tx, user_id, now).await?;
    store::login_attempts::delete_attempts(&mut *tx, &state.vault.account_hash(user_id)).await?;
    let ended = store::sessions::end_sessions(&mut *tx, user_id, Ending::All, now).await?;
    let detail = json!({ "endedSessions": ended.len() });
    audit::record(
        &mut tx,
        &user_id.to_string(),
        "user.password_reset",
        &user_id.to_string(),
        detail,
    )
    .await?;
    tx.commit().await?;
    state.sessions.tell(&state.db, &ended).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::link;
    use url::Url;

    #[test]
    fn a_link_keeps_the_path_of_its_base() {
        let made = |base: &str| link(&Url::parse(base).unwrap(), "t0k").unwrap().to_string();
        assert_eq!(
            made("https://janchi.kr"),
            "https://janchi.kr/password-resets/t0k"
        );
        assert_eq!(
            made("https://janchi.kr/shop/"),
            "https://janchi.kr/shop/password-resets/t0k"
        );
    }
}
