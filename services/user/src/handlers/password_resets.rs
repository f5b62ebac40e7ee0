use crate::domain::account::Password;
use crate::error::Error;
use crate::ops::password_resets;
use crate::state::AppState;
use axum::extract::State;
use axum::response::NoContent;
use janchi_web::openapi::Answer;
use janchi_web::{Json, Path};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `POST /api/users/password-resets`
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResetRequest {
    login_id: String,
}

/// Nothing: whether the account exists is nobody's business.
#[derive(Serialize, JsonSchema)]
pub struct Asked {}

/// Asks for a reset link. Answers the same whether or not the account exists.
pub async fn request_reset(
    State(state): State<AppState>,
    Json(body): Json<ResetRequest>,
) -> Result<Answer<202, Json<Asked>>, Error> {
    password_resets::request(&state, &body.login_id).await?;
    Ok(Answer::new(Json(Asked {})))
}

/// `PUT /api/users/password-resets/{token}`
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPassword {
    password: String,
}

/// Chooses a new password with a link, which is used up by it. Ends all logins.
pub async fn use_reset(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Json(body): Json<NewPassword>,
) -> Result<NoContent, Error> {
    let password =
        Password::parse(&body.password).map_err(|refusal| Error::field("password", refusal))?;
    password_resets::use_link(&state, &token, &password).await?;
    Ok(NoContent)
}
