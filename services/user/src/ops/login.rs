use super::registration::{SignedIn, views};
use super::throttle::{Count, Knock, Source};
use crate::domain::account::{LoginId, Password};
use crate::error::Error;
use crate::state::AppState;
use crate::store::{self, sessions::Ending, users::UserRow};
use chrono::Utc;
use janchi_db::audit;
use serde_json::json;
use uuid::Uuid;

/// What a client says of itself when it logs in.
#[derive(Debug, Default)]
pub struct Caller {
    pub user_agent: Option<String>,
    /// What it was given at an earlier login.
    pub device_token: Option<String>,
}

impl Caller {
    /// The device, if this account's owner has logged in with it before.
    fn known_device(&self, state: &AppState, user_id: Uuid) -> Option<Uuid> {
        let token = self.device_token.as_deref()?;
        state.vault.known_device(user_id, token, today())
    }

    /// What the client shows the next time.
    pub fn new_token(&self, state: &AppState, user_id: Uuid) -> String {
        let device = self.known_device(state, user_id);
        let device = device.unwrap_or_else(Uuid::new_v4);
        state.vault.device_token(user_id, device, today())
    }
}

/// Days since 1970.
fn today() -> u32 {
    u32::try_from(Utc::now().timestamp() / 86_400).unwrap_or(0)
}

/// Logs in by phone or e-mail. Unknown accounts and wrong passwords take the same steps and get the same answer.
///
/// # Errors
/// [`Error::InvalidCredentials`], [`Error::LoginThrottled`], [`Error::Busy`].
pub async fn log_in(
    state: &AppState,
    login_id: &str,
    password: &str,
    caller: &Caller,
) -> Result<SignedIn, Error> {
    let login_hash = state.vault.login_hash(&LoginId::parse(login_id));
    let found = store::users::find_user_by_login(&state.db, &login_hash).await?;
    let knock = match &found {
        None => Knock::nobody(login_hash, password),
        Some(user) => {
            let device = caller.known_device(state, user.id);
            let source = device.map_or(Source::Stranger, Source::Device);
            Knock::on(state, user, source, password)
        }
    };
    if !knock.fits(state).await? {
        return Err(Error::InvalidCredentials);
    }
    let user = found.as_ref().ok_or(Error::InvalidCredentials)?;
    let signed_in = enter(state, user, Some(&knock.count), caller).await?;
    metrics::counter!("janchi_user_logins_total", "outcome" => "ok").increment(1);
    Ok(signed_in)
}

/// Opens a login of an account whose password was just found to be right, and forgets that source's failures.
///
/// # Errors
/// [`Error::InvalidCredentials`] if the password was changed meanwhile: the old one no longer opens anything.
pub async fn enter(
    state: &AppState,
    user: &UserRow,
    count: Option<&Count>,
    caller: &Caller,
) -> Result<SignedIn, Error> {
    let signer = state.sessions.signer().await?;
    let mut tx = state.db.begin().await?;
    let now = store::users::lock_user(&mut *tx, user.id)
        .await?
        .ok_or(Error::InvalidCredentials)?;
    if now.password_hash != user.password_hash {
        return Err(Error::InvalidCredentials);
    }
    let agent = caller.user_agent.as_deref();
    let opened = state
        .sessions
        .open(&mut tx, &signer, user.id, agent)
        .await?;
    if let Some(count) = count {
        count.forget(&mut tx).await?;
    }
    store::users::record_login(&mut *tx, user.id, state.clock.now()).await?;
    let (user_view, store_view) = views(state, &mut tx, user.id).await?;
    let detail = json!({ "sessionId": opened.session_id });
    let id = user.id.to_string();
    audit::record(&mut tx, &id, "user.logged_in", &id, detail).await?;
    tx.commit().await?;
    state.sessions.remember(&state.db, opened.session_id).await;
    Ok(SignedIn {
        user: user_view,
        store: store_view,
        tokens: opened.tokens,
        device_token: caller.new_token(state, user.id),
    })
}

/// Changes the password of a logged-in owner and ends the other logins.
///
/// # Errors
/// [`Error::WrongPassword`] for a wrong current password; throttled like a login.
pub async fn change_password(
    state: &AppState,
    user_id: Uuid,
    session_id: Uuid,
    current: &str,
    new: &Password,
) -> Result<(), Error> {
    let user = store::users::find_user(&state.db, user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    let knock = Knock::on(state, &user, Source::Session(session_id), current);
    if !knock.fits(state).await? {
        return Err(Error::WrongPassword);
    }
    let hash = state.passwords.hash(new).await?;
    let mut tx = state.db.begin().await?;
    let now = store::users::lock_user(&mut *tx, user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    if now.password_hash != user.password_hash {
        return Err(Error::WrongPassword);
    }
    store::users::update_password(&mut *tx, user_id, &hash, state.clock.now()).await?;
    store::password_resets::use_all_tokens(&mut *tx, user_id, Utc::now()).await?;
    let account = state.vault.account_hash(user_id);
    store::login_attempts::delete_attempts(&mut *tx, &account).await?;
    let others = Ending::AllBut(session_id);
    let ended = store::sessions::end_sessions(&mut *tx, user_id, others, Utc::now()).await?;
    let detail = json!({ "endedSessions": ended.len() });
    let id = user_id.to_string();
    audit::record(&mut tx, &id, "user.password_changed", &id, detail).await?;
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
    let one = Ending::One(session_id);
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
