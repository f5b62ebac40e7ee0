//! One typed sentence.

use crate::domain::intent::TEXT_LIMIT;
use crate::error::Error;
use crate::ops;
use crate::state::AppState;
use axum::extract::State;
use janchi_contracts::ai::{Intent, IntentRequest};
use janchi_web::{Json, Peer};

/// `POST /internal/intents`: what the sentence asks for.
pub async fn read_intent(
    State(state): State<AppState>,
    _: Peer,
    Json(body): Json<IntentRequest>,
) -> Result<Json<Intent>, Error> {
    if body.text.trim().is_empty() {
        return Err(Error::TextMissing);
    }
    if body.text.chars().count() > TEXT_LIMIT {
        return Err(Error::TextTooLong);
    }
    Ok(Json(ops::read_intent::read_intent(&state, &body).await))
}
