use super::LoggedIn;
use crate::domain::account::{Email, Name, Password, parse_phone};
use crate::domain::fault::{Faults, Refusal};
use crate::domain::vault::Column;
use crate::error::Error;
use crate::ops::profile::UserView;
use crate::ops::{erasure, login};
use crate::state::AppState;
use crate::store::{self, users::UserChange};
use axum::extract::State;
use axum::http::StatusCode;
use janchi_db::audit;
use janchi_web::{Empty, Json};
use serde::Deserialize;
use serde_json::json;

/// The owner's own account.
pub async fn get_me(
    State(state): State<AppState>,
    caller: LoggedIn,
) -> Result<Json<UserView>, Error> {
    let row = store::users::find_user(&state.db, caller.user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    Ok(Json(UserView::open(&state.vault, &row)?))
}

/// `PATCH /api/users/me`: absent fields stay.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateMe {
    name: Option<String>,
    email: Option<String>,
    phone_number: Option<String>,
}

/// Changes the owner's name, e-mail or phone.
pub async fn update_me(
    State(state): State<AppState>,
    caller: LoggedIn,
    Json(body): Json<UpdateMe>,
) -> Result<Json<UserView>, Error> {
    let mut faults = Faults::default();
    let name = faults.take_if("name", body.name.as_deref().map(Name::parse));
    let email = faults.take_if("email", body.email.as_deref().map(Email::parse));
    let phone = faults.take_if("phoneNumber", body.phone_number.as_deref().map(parse_phone));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let (id, vault) = (caller.user_id, &state.vault);
    let name = name.map(|name| vault.seal(Column::UserName, id, name.as_str()));
    let email = email.map(|email| {
        (
            vault.seal(Column::UserEmail, id, email.as_str()),
            vault.email_hash(&email),
        )
    });
    let phone = phone.map(|phone| {
        (
            vault.seal(Column::UserPhone, id, &phone.e164()),
            vault.phone_hash(&phone),
        )
    });
    let change = UserChange {
        name: name.as_deref(),
        email: email
            .as_ref()
            .map(|(sealed, hash)| (sealed.as_slice(), hash.as_slice())),
        phone: phone
            .as_ref()
            .map(|(sealed, hash)| (sealed.as_slice(), hash.as_slice())),
    };
    let mut tx = state.db.begin().await?;
    store::users::update_user(&mut *tx, id, change, state.clock.now()).await?;
    let row = store::users::find_user(&mut *tx, id)
        .await?
        .ok_or(Error::AccountGone)?;
    let detail =
        json!({ "name": name.is_some(), "email": email.is_some(), "phoneNumber": phone.is_some() });
    audit::record(
        &mut tx,
        &id.to_string(),
        "user.updated",
        &id.to_string(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(Json(UserView::open(vault, &row)?))
}

/// `PUT /api/users/me/password`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    current_password: String,
    new_password: String,
}

/// The current password is not the one given.
const WRONG_PASSWORD: Refusal = Refusal::new(
    "WRONG_PASSWORD",
    "지금 비밀번호가 맞지 않아요.",
    "This is not your current password.",
);

/// Changes the password and ends the owner's other logins.
pub async fn change_password(
    State(state): State<AppState>,
    caller: LoggedIn,
    Json(body): Json<ChangePassword>,
) -> Result<StatusCode, Error> {
    let new = Password::parse(&body.new_password)
        .map_err(|refusal| Error::field("newPassword", refusal))?;
    login::change_password(
        &state,
        caller.user_id,
        caller.session_id,
        &body.current_password,
        &new,
    )
    .await
    .map_err(|error| match error {
        // 401 would tell the client that its token is no good.
        Error::InvalidCredentials => Error::field("currentPassword", WRONG_PASSWORD),
        other => other,
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes the account and all that is its own, here and, by `user.deleted`, in every other service.
pub async fn delete_me(
    State(state): State<AppState>,
    caller: LoggedIn,
    _: Empty,
) -> Result<StatusCode, Error> {
    erasure::delete_account(&state, caller.user_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
