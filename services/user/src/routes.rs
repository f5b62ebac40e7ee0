use crate::handlers::{
    accounts, business_numbers, internal, keys, me, password_resets, reference, sessions, stores,
};
use crate::state::AppState;
use axum::Router;
use axum::routing::{delete, get, post, put};

/// Every route of the service.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/api/users/register", post(accounts::register))
        .route("/api/users/login", post(accounts::log_in))
        .route("/api/users/refresh", post(accounts::refresh))
        .route("/api/users/logout", post(accounts::log_out))
        .route(
            "/api/users/password-resets",
            post(password_resets::request_reset),
        )
        .route(
            "/api/users/password-resets/{token}",
            put(password_resets::use_reset),
        )
        .route(
            "/api/users/me",
            get(me::get_me).patch(me::update_me).delete(me::delete_me),
        )
        .route("/api/users/me/password", put(me::change_password))
        .route(
            "/api/users/me/store",
            get(stores::get_store).patch(stores::update_store),
        )
        .route("/api/users/me/sessions", get(sessions::list_sessions))
        .route(
            "/api/users/me/sessions/{id}",
            delete(sessions::delete_session),
        )
        .route(
            "/api/users/business-numbers/verify",
            post(business_numbers::verify),
        )
        .route("/internal/users/{user_id}/store", get(internal::get_store))
        .route("/internal/sessions/{sid}", get(internal::get_session))
        .route("/api/reference/industries", get(reference::industries))
        .route("/api/reference/regions", get(reference::regions))
        .route("/api/reference/objectives", get(reference::objectives))
        .route("/api/reference/channels", get(reference::channels))
        .route("/.well-known/jwks.json", get(keys::jwks))
        .with_state(state)
}
