use super::throttle::{Knock, Source};
use crate::domain::account::{Email, Name};
use crate::domain::vault::Column;
use crate::error::Error;
use crate::state::AppState;
use crate::store::{self, users::UserChange, users::UserRow};
use chrono::{DateTime, Duration, Utc};
use janchi_crypto::Phone;
use janchi_db::audit;
use serde_json::json;
use uuid::Uuid;

/// A login this old has proved lately enough who it is.
const LATELY: Duration = Duration::minutes(15);

/// What an owner changes about the account; absent parts stay.
pub struct Change {
    pub name: Option<Name>,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
}

/// By what a caller shows that it is the owner, and not somebody with the owner's token.
pub struct Proof {
    pub session_id: Uuid,
    /// When the password was last given in this login.
    pub since: DateTime<Utc>,
    pub password: Option<String>,
}

/// Changes an account. Another e-mail or phone is another way in, because reset links go there: it wants the password,
/// given within the last quarter of an hour or now, and ends the links that are on their way.
///
/// # Errors
/// [`Error::PasswordNeeded`], [`Error::WrongPassword`], an e-mail or phone that is taken, [`Error::Outdated`] for a
/// version that `is_seen` refuses.
pub async fn change(
    state: &AppState,
    user_id: Uuid,
    change: &Change,
    proof: &Proof,
    is_seen: impl Fn(i64) -> bool,
) -> Result<UserRow, Error> {
    let before = store::users::find_user(&state.db, user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    if !is_seen(before.version) {
        return Err(Error::Outdated);
    }
    let (email, phone) = (
        other_email(state, &before, change)?,
        other_phone(state, &before, change)?,
    );
    let is_sensitive = email.is_some() || phone.is_some();
    if is_sensitive {
        prove(state, &before, proof).await?;
    }
    let name = change
        .name
        .as_ref()
        .map(|name| state.vault.seal(Column::UserName, user_id, name.as_str()));
    let parts = UserChange {
        name: name.as_deref(),
        email: email
            .as_ref()
            .map(|(sealed, hash)| (&sealed[..], &hash[..])),
        phone: phone
            .as_ref()
            .map(|(sealed, hash)| (&sealed[..], &hash[..])),
    };
    let mut tx = state.db.begin().await?;
    let now = store::users::lock_user(&mut *tx, user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    if !is_seen(now.version) {
        return Err(Error::Outdated);
    }
    if is_sensitive && now.password_hash != before.password_hash {
        return Err(Error::WrongPassword);
    }
    store::users::update_user(&mut *tx, user_id, parts, state.clock.now()).await?;
    if is_sensitive {
        store::password_resets::use_all_tokens(&mut *tx, user_id, Utc::now()).await?;
    }
    let after = store::users::find_user(&mut *tx, user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    let detail = json!({
        "name": change.name.is_some(), "email": email.is_some(), "phoneNumber": phone.is_some(),
    });
    let id = user_id.to_string();
    audit::record(&mut tx, &id, "user.updated", &id, detail).await?;
    tx.commit().await?;
    Ok(after)
}

/// A new value sealed, and the hash it is found by.
type Sealed = Option<(Vec<u8>, Vec<u8>)>;

fn other_email(state: &AppState, row: &UserRow, change: &Change) -> Result<Sealed, Error> {
    let Some(email) = &change.email else {
        return Ok(None);
    };
    let vault = &state.vault;
    if vault.unseal(Column::UserEmail, row.id, &row.email)? == email.as_str() {
        return Ok(None);
    }
    let sealed = vault.seal(Column::UserEmail, row.id, email.as_str());
    Ok(Some((sealed, vault.email_hash(email))))
}

fn other_phone(state: &AppState, row: &UserRow, change: &Change) -> Result<Sealed, Error> {
    let Some(phone) = &change.phone else {
        return Ok(None);
    };
    let vault = &state.vault;
    if vault.unseal(Column::UserPhone, row.id, &row.phone)? == phone.e164() {
        return Ok(None);
    }
    let sealed = vault.seal(Column::UserPhone, row.id, &phone.e164());
    Ok(Some((sealed, vault.phone_hash(phone))))
}

async fn prove(state: &AppState, user: &UserRow, proof: &Proof) -> Result<(), Error> {
    let Some(password) = &proof.password else {
        let lately = Utc::now() - proof.since <= LATELY;
        return if lately {
            Ok(())
        } else {
            Err(Error::PasswordNeeded)
        };
    };
    let knock = Knock::on(state, user, Source::Session(proof.session_id), password);
    if knock.fits(state).await? {
        Ok(())
    } else {
        Err(Error::WrongPassword)
    }
}
