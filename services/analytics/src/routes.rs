//! Every route on one screen.

use crate::handlers::{dashboard, overview, report, sales};
use crate::state::AppState;
use axum::Router;
use axum::routing::{get, post};

/// The public API.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route(
            "/api/analytics/dashboard/{eventId}",
            get(dashboard::get_dashboard),
        )
        .route(
            "/api/analytics/dashboard/{eventId}/stream",
            get(dashboard::stream_dashboard),
        )
        .route(
            "/api/analytics/dashboard/{eventId}/report",
            get(report::get_report),
        )
        .route("/api/analytics/overview", get(overview::get_overview))
        .route("/api/analytics/pos-sales", post(sales::add_sales))
        .with_state(state)
}
