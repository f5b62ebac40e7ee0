use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderName, header};
use janchi_web::Json;
use serde_json::Value;

/// The public keys of owners' tokens and of participation's receipt tokens.
pub async fn jwks(State(state): State<AppState>) -> ([(HeaderName, &'static str); 1], Json<Value>) {
    (
        [(header::CACHE_CONTROL, "public, max-age=60")],
        Json(state.jwks.as_ref().clone()),
    )
}
