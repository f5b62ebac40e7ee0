//! Every route on one screen.

use crate::handlers::{channels, distributions, internal, stream};
use crate::state::AppState;
use axum::Router;
use axum::routing::{get, post, put};

/// The service's HTTP face.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route(
            "/api/distributions/{event_id}",
            get(distributions::get_distribution),
        )
        .route(
            "/api/distributions/{event_id}/stream",
            get(stream::stream_distribution),
        )
        .route(
            "/api/distributions/{event_id}/channels/{channel}/retry",
            post(distributions::retry_channel),
        )
        .route(
            "/api/distributions/{event_id}/channels/{channel}/skip",
            post(distributions::skip_channel),
        )
        .route(
            "/api/distributions/{event_id}/channels/{channel}/confirm",
            post(distributions::confirm_channel),
        )
        .route("/api/channels", get(channels::list_channels))
        .route(
            "/api/channels/{channel}/connection",
            put(channels::connect_channel).delete(channels::disconnect_channel),
        )
        .route(
            "/internal/distributions/{event_id}",
            get(internal::get_summary),
        )
        .route(
            "/internal/distributions/{event_id}/statistics",
            get(internal::get_statistics),
        )
        .route(
            "/internal/owners/{owner_id}/channels",
            get(internal::list_owner_channels),
        )
        .with_state(state)
}
