//! Every route of the service.

use crate::handlers::{
    draws, entrant, export, internal, participants, participations, public, winners,
};
use crate::state::AppState;
use axum::Router;
use axum::routing::{get, post};

/// The router, ready to be served.
pub fn router(state: AppState) -> Router {
    Router::new()
        // Entrants.
        .route("/api/participations", post(participations::enter))
        .route(
            "/api/participations/me",
            get(entrant::show).delete(entrant::withdraw),
        )
        .route("/api/participations/me/visit", post(entrant::visit))
        .route("/api/participations/me/proof", get(entrant::prove))
        // Anybody.
        .route("/api/public/codes/{spoken_code}", get(public::find_code))
        .route("/api/public/draws/{draw_id}", get(public::show_draw))
        .route(
            "/api/public/draws/{draw_id}/bundle",
            get(public::show_bundle),
        )
        // Owners.
        .route(
            "/api/events/{event_id}/participants",
            get(participants::list),
        )
        .route(
            "/api/events/{event_id}/participants/export",
            get(export::export),
        )
        .route(
            "/api/events/{event_id}/participants/{participant_id}/visit",
            post(participants::mark_visit),
        )
        .route(
            "/api/events/{event_id}/visit-code",
            get(participants::visit_code),
        )
        .route(
            "/api/events/{event_id}/draws",
            post(draws::create).get(draws::list),
        )
        .route("/api/events/{event_id}/winners", get(winners::list))
        .route(
            "/api/events/{event_id}/winners/{participant_id}/contacted",
            post(winners::contacted),
        )
        .route(
            "/api/events/{event_id}/winners/{participant_id}/claimed",
            post(winners::claimed),
        )
        .route(
            "/api/events/{event_id}/winners/{participant_id}/forfeit",
            post(winners::forfeit),
        )
        // Other services.
        .route("/internal/events/{event_id}/draw", get(internal::show_draw))
        .route(
            "/internal/events/{event_id}/summary",
            get(internal::show_summary),
        )
        .with_state(state)
}
