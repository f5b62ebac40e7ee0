//! Every route on one screen.

use crate::handlers::{
    ai, approval, events, filling, history, images, internal, job_stream, jobs, listing, public,
};
use crate::state::AppState;
use axum::Router;
use axum::routing::{get, post, put};

/// All routes of this service.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/api/events", post(events::create_event).get(listing::list))
        .route(
            "/api/events/{id}",
            get(events::get_event)
                .patch(events::patch_event)
                .delete(events::delete_event),
        )
        .route(
            "/api/events/{id}/recommendation",
            put(filling::put_recommendation),
        )
        .route("/api/events/{id}/images", put(filling::put_images))
        .route("/api/events/{id}/channels", put(filling::put_channels))
        .route("/api/events/{id}/preflight", get(events::get_preflight))
        .route("/api/events/{id}/approve", post(approval::approve_event))
        .route("/api/events/{id}/end", post(approval::end_event))
        .route("/api/events/{id}/cancel", post(approval::cancel_event))
        .route("/api/events/{id}/history", get(history::list))
        .route("/api/ai/recommendations", post(ai::ask_recommendation))
        .route("/api/ai/intents", post(ai::read_intent))
        .route("/api/content/images", post(images::ask_images))
        .route("/api/jobs/{id}", get(jobs::get_job))
        .route("/api/jobs/{id}/stream", get(job_stream::stream_job))
        .route("/api/jobs/{id}/cancel", post(jobs::cancel_job))
        .route("/internal/events/{id}", get(internal::get_snapshot))
        .route(
            "/internal/events/by-code/{code}",
            get(internal::get_snapshot_by_code),
        )
        .route("/api/public/events/{code}", get(public::get_public_event))
        .with_state(state)
}
