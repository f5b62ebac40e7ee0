//! What other services ask. Never routed from outside.

use crate::domain::code;
use crate::domain::event::Event;
use crate::error::Error;
use crate::ops::current;
use crate::state::AppState;
use crate::store;
use axum::extract::State;
use janchi_contracts::event::EventSnapshot;
use janchi_web::{Json, Path, Peer};
use uuid::Uuid;

/// `GET /internal/events/{id}`
pub async fn get_snapshot(
    State(state): State<AppState>,
    _: Peer,
    Path(id): Path<Uuid>,
) -> Result<Json<EventSnapshot>, Error> {
    let event = store::events::find_event(&state.db, id).await?;
    snapshot(&state, event).await
}

/// `GET /internal/events/by-code/{code}`
pub async fn get_snapshot_by_code(
    State(state): State<AppState>,
    _: Peer,
    Path(text): Path<String>,
) -> Result<Json<EventSnapshot>, Error> {
    let code = code::parse(&text).ok_or(Error::NotFound)?;
    let event = store::events::find_event_by_code(&state.db, &code).await?;
    snapshot(&state, event).await
}

async fn snapshot(state: &AppState, event: Option<Event>) -> Result<Json<EventSnapshot>, Error> {
    let event = event.ok_or(Error::NotFound)?;
    let event = current::bring_up(&state.db, event, state.now())
        .await?
        .ok_or(Error::NotFound)?;
    Ok(Json(event.snapshot()))
}
