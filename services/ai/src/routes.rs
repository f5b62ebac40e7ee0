//! Every route on one screen. This service has no public ones: the event service is its face.

use crate::handlers::{intents, recommendations};
use crate::state::AppState;
use axum::Router;
use axum::routing::post;

/// `/internal/**`, for service tokens alone.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route(
            "/internal/recommendations/lookup",
            post(recommendations::lookup),
        )
        .route("/internal/intents", post(intents::read_intent))
        .with_state(state)
}
