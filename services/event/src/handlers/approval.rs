//! Approving, ending and cancelling.

use crate::error::Error;
use crate::handlers::views::{EventAnswer, EventView};
use crate::ops::approval;
use crate::state::AppState;
use axum::extract::State;
use janchi_web::openapi::Answer;
use janchi_web::{Empty, IdempotencyKey, Json, Owner, Path};
use uuid::Uuid;

/// `POST /api/events/{id}/approve`
pub async fn approve_event(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    key: IdempotencyKey,
    _: Empty,
) -> Result<Answer<202, Json<EventView>>, Error> {
    let event = approval::approve(&state, id, owner.user_id, key.0.as_deref()).await?;
    Ok(Answer::new(EventAnswer(event)))
}

/// `POST /api/events/{id}/end`
pub async fn end_event(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    _: Empty,
) -> Result<EventAnswer, Error> {
    approval::end(&state, id, owner.user_id)
        .await
        .map(EventAnswer)
}

/// `POST /api/events/{id}/cancel`
pub async fn cancel_event(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    _: Empty,
) -> Result<EventAnswer, Error> {
    approval::cancel(&state, id, owner.user_id)
        .await
        .map(EventAnswer)
}
