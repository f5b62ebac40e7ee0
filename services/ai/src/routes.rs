//! Every route on one screen. This service has no public ones: the event service is its face.

use crate::handlers::{intents, recommendations};
use crate::state::AppState;
use axum::routing::post;
use janchi_web::openapi::ApiRouter;

/// `/internal/**`, for service tokens alone and not told to others.
#[rustfmt::skip]
pub fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .route("/internal/recommendations/lookup", post(recommendations::lookup))
        .route("/internal/intents", post(intents::read_intent))
}
