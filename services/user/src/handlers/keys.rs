use crate::error::Error;
use crate::state::AppState;
use axum::extract::State;
use axum::http::header;
use janchi_web::Json;
use janchi_web::openapi::Answer;
use serde_json::Value;

/// The public keys of owners' tokens and of participation's receipt tokens. A key is here for half a minute before its
/// first token, and until its last one has ended, so an answer may be kept for some seconds.
pub async fn jwks(State(state): State<AppState>) -> Result<Answer<200, Json<Value>>, Error> {
    let jwks = state.keys.jwks().await?;
    let caching = (header::CACHE_CONTROL, "public, max-age=10");
    Ok(Answer::new(([caching], Json(jwks))))
}
