use crate::domain::account::Password;
use crate::error::Error;
use crate::ops::password_resets;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use janchi_web::{Json, Path};
use serde::Deserialize;

/// `POST /api/users/password-resets`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResetRequest {
    login_id: String,
}

/// Asks for a reset link. Answers the same whether or not the account exists.
pub async fn request_reset(
    State(state): State<AppState>,
    Json(body): Json<ResetRequest>,
) -> Result<(StatusCode, Json<serde_json::Value>), Error> {
    password_resets::request(&state, &body.login_id).await?;
    Ok((StatusCode::ACCEPTED, Json(serde_json::json!({}))))
}

/// `PUT /api/users/password-resets/{token}`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPassword {
    password: String,
}

/// Chooses a new password with a link, which is used up by it. Ends all logins.
pub async fn use_reset(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Json(body): Json<NewPassword>,
) -> Result<StatusCode, Error> {
    let password =
        Password::parse(&body.password).map_err(|refusal| Error::field("password", refusal))?;
    password_resets::use_link(&state, &token, &password).await?;
    Ok(StatusCode::NO_CONTENT)
}
