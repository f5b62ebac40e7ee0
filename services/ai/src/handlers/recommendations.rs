//! Earlier answers, asked for by the event service before it makes a job.

use crate::ops;
use crate::state::AppState;
use axum::extract::State;
use janchi_contracts::ai::{RecommendEvent, RecommendationLookup};
use janchi_web::{Json, Peer};

/// `POST /internal/recommendations/lookup`: the cached answer fitted to this shop, or null.
pub async fn lookup(
    State(state): State<AppState>,
    _: Peer,
    Json(command): Json<RecommendEvent>,
) -> Json<RecommendationLookup> {
    let result = ops::recommend::lookup(&state, &command).await;
    Json(RecommendationLookup { result })
}
