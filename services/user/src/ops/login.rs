use super::registration::{SignedIn, views};
use crate::domain::account::LoginId;
use crate::domain::throttle::FREE_FAILURES;
use crate::error::Error;
use crate::state::AppState;
use crate::store;
use chrono::Utc;
use janchi_db::audit;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// Logs in by phone or e-mail. Unknown accounts and wrong passwords take the same steps and get the same answer.
///
/// # Errors
/// [`Error::InvalidCredentials`], [`Error::LoginThrottled`], [`Error::Busy`].
pub async fn log_in(
    state: &AppState,
    login_id: &str,
    password: &str,
    user_agent: Option<&str>,
) -> Result<SignedIn, Error> {
    let login_hash = state.vault.login_hash(&LoginId::parse(login_id));
    let found = store::users::find_user_by_login(&state.db, &login_hash).await?;
    // One count per account, whichever of its two login ids is tried.
    let account = found
        .as_ref()
        .map_or(login_hash, |user| state.vault.account_hash(user.id));
    let hash = found.as_ref().map(|user| user.password_hash.as_str());
    if !check_password(state, &account, password, hash).await? {
        return Err(Error::InvalidCredentials);
    }
    let user = found.ok_or(Error::InvalidCredentials)?;

    let mut tx = state.db.begin().await?;
    // A password that was changed while this one was checked no longer opens anything.
    let now = store::users::lock_user(&mut *tx, user.id)
        .await?
        .ok_or(Error::InvalidCredentials)?;
    if now.password_hash != user.password_hash {
        return Err(Error::InvalidCredentials);
    }
    let opened = state.sessions.open(&mut tx, user.id, user_agent).await?;
    store::login_attempts::delete_attempts(&mut *tx, &account).await?;
    store::users::record_login(&mut *tx, user.id, state.clock.now()).await?;
    let (user_view, store_view) = views(state, &mut tx, user.id).await?;
    let detail = json!({ "sessionId": opened.session_id });
    audit::record(
        &mut tx,
        &user.id.to_string(),
        "user.logged_in",
        &user.id.to_string(),
        detail,
    )
    .await?;
    tx.commit().await?;
    state.sessions.remember(&state.db, opened.session_id).await;
    metrics::counter!("janchi_user_logins_total", "outcome" => "ok").increment(1);
    Ok(SignedIn {
        user: user_view,
        store: store_view,
        tokens: opened.tokens,
    })
}

/// Checks a password against an account's hash, with the account's throttle. Counts a failure.
///
/// # Errors
/// [`Error::LoginThrottled`] while the account is closed, [`Error::Busy`] if too many passwords wait.
pub async fn check_password(
    state: &AppState,
    account: &[u8],
    password: &str,
    hash: Option<&str>,
) -> Result<bool, Error> {
    // Asked before the queue, so that a closed account costs nothing, and again in turn, so that many tries at once
    // do not all get in before the first failure counts.
    refuse_closed(state, account).await?;
    let turn = state.passwords.turn().await?;
    refuse_closed(state, account).await?;
    if turn.verify(password, hash).await? {
        return Ok(true);
    }
    let mut tx = state.db.begin().await?;
    let after = count_failure(&mut tx, account).await?;
    tx.commit().await?;
    drop(turn);
    if after == FREE_FAILURES {
        tracing::warn!("an account's login is closed for a while after failed logins");
    }
    metrics::counter!("janchi_user_logins_total", "outcome" => "refused").increment(1);
    Ok(false)
}

async fn refuse_closed(state: &AppState, account: &[u8]) -> Result<(), Error> {
    let attempts = store::login_attempts::find_attempts(&state.db, account).await?;
    match attempts.and_then(|attempts| attempts.wait_seconds(Utc::now())) {
        None => Ok(()),
        Some(wait_seconds) => {
            metrics::counter!("janchi_user_logins_total", "outcome" => "throttled").increment(1);
            Err(Error::LoginThrottled { wait_seconds })
        }
    }
}

async fn count_failure(tx: &mut PgConnection, account: &[u8]) -> Result<i32, Error> {
    Ok(store::login_attempts::add_failure(tx, account, Utc::now())
        .await?
        .failures)
}

/// Changes the password of a logged-in owner and ends the other logins.
///
/// # Errors
/// [`Error::InvalidCredentials`] for a wrong current password; throttled like a login.
pub async fn change_password(
    state: &AppState,
    user_id: Uuid,
    session_id: Uuid,
    current: &str,
    new: &crate::domain::account::Password,
) -> Result<(), Error> {
    let user = store::users::find_user(&state.db, user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    let account = state.vault.account_hash(user_id);
    if !check_password(state, &account, current, Some(&user.password_hash)).await? {
        return Err(Error::InvalidCredentials);
    }
    let hash = state.passwords.hash(new).await?;
    let mut tx = state.db.begin().await?;
    let now = store::users::lock_user(&mut *tx, user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    if now.password_hash != user.password_hash {
        return Err(Error::InvalidCredentials);
    }
    store::users::update_password(&mut *tx, user_id, &hash, state.clock.now()).await?;
    store::password_resets::use_all_tokens(&mut *tx, user_id, Utc::now()).await?;
    store::login_attempts::delete_attempts(&mut *tx, &account).await?;
    let others = store::sessions::Ending::AllBut(session_id);
    let ended = store::sessions::end_sessions(&mut *tx, user_id, others, Utc::now()).await?;
    let detail = json!({ "endedSessions": ended.len() });
    audit::record(
        &mut tx,
        &user_id.to_string(),
        "user.password_changed",
        &user_id.to_string(),
        detail,
    )
    .await?;
    tx.commit().await?;
    state.sessions.tell(&state.db, &ended).await;
    Ok(())
}

/// Ends one login of an owner. `false` if it is not a live one of his.
///
/// # Errors
/// The database fails.
pub async fn end_login(
    state: &AppState,
    user_id: Uuid,
    session_id: Uuid,
    action: &str,
) -> Result<bool, Error> {
    let mut tx = state.db.begin().await?;
    let one = store::sessions::Ending::One(session_id);
    let ended = store::sessions::end_sessions(&mut *tx, user_id, one, Utc::now()).await?;
    if ended.is_empty() {
        return Ok(false);
    }
    audit::record(
        &mut tx,
        &user_id.to_string(),
        action,
        &session_id.to_string(),
        json!({}),
    )
    .await?;
    tx.commit().await?;
    state.sessions.tell(&state.db, &ended).await;
    Ok(true)
}
