use super::LoggedIn;
use crate::domain::account::{Email, Name, Password, parse_phone};
use crate::domain::fault::Faults;
use crate::error::Error;
use crate::ops::account_change::{self, Change};
use crate::ops::profile::UserView;
use crate::ops::{erasure, login};
use crate::state::AppState;
use crate::store::{self, users::UserRow};
use axum::extract::State;
use axum::http::header;
use axum::response::NoContent;
use janchi_web::openapi::Answer;
use janchi_web::{Empty, IfMatch, Json, etag};
use schemars::JsonSchema;
use serde::Deserialize;

/// An account with its version, for whoever wants to write only over what they have seen.
type Versioned = Answer<200, Json<UserView>>;

fn answer(state: &AppState, row: &UserRow) -> Result<Versioned, Error> {
    let view = UserView::open(&state.vault, row)?;
    Ok(Answer::new((
        [(header::ETAG, etag(row.version))],
        Json(view),
    )))
}

/// The owner's own account.
pub async fn get_me(State(state): State<AppState>, caller: LoggedIn) -> Result<Versioned, Error> {
    let row = store::users::find_user(&state.db, caller.user_id)
        .await?
        .ok_or(Error::AccountGone)?;
    answer(&state, &row)
}

/// `PATCH /api/users/me`: absent fields stay.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateMe {
    name: Option<String>,
    email: Option<String>,
    phone_number: Option<String>,
    /// Wanted for another e-mail or phone, unless the login is a quarter of an hour old at most.
    current_password: Option<String>,
}

/// Changes the owner's name, e-mail or phone. `If-Match` is heeded where it is sent.
pub async fn update_me(
    State(state): State<AppState>,
    caller: LoggedIn,
    seen: IfMatch,
    Json(body): Json<UpdateMe>,
) -> Result<Versioned, Error> {
    let mut faults = Faults::default();
    let name = faults.take_if("name", body.name.as_deref().map(Name::parse));
    let email = faults.take_if("email", body.email.as_deref().map(Email::parse));
    let phone = faults.take_if("phoneNumber", body.phone_number.as_deref().map(parse_phone));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let change = Change { name, email, phone };
    let proof = account_change::Proof {
        session_id: caller.session_id,
        since: caller.since,
        password: body.current_password,
    };
    let allowed = |version| seen.allows(version);
    let row = account_change::change(&state, caller.user_id, &change, &proof, allowed).await?;
    answer(&state, &row)
}

/// `PUT /api/users/me/password`
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    current_password: String,
    new_password: String,
}

/// Changes the password and ends the owner's other logins.
pub async fn change_password(
    State(state): State<AppState>,
    caller: LoggedIn,
    Json(body): Json<ChangePassword>,
) -> Result<NoContent, Error> {
    let new = Password::parse(&body.new_password)
        .map_err(|refusal| Error::field("newPassword", refusal))?;
    let (owner, session) = (caller.user_id, caller.session_id);
    login::change_password(&state, owner, session, &body.current_password, &new).await?;
    Ok(NoContent)
}

/// Deletes the account and all that is its own, here and, by `user.deleted`, in every other service.
pub async fn delete_me(
    State(state): State<AppState>,
    caller: LoggedIn,
    _: Empty,
) -> Result<NoContent, Error> {
    erasure::delete_account(&state, caller.user_id).await?;
    Ok(NoContent)
}
