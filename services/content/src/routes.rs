use crate::domain::upload::FILE_LIMIT;
use crate::handlers::{cdn, edits, images, internal, uploads};
use crate::state::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// The largest file and the lines around it.
const UPLOAD_BODY: usize = FILE_LIMIT + 64 * 1024;

/// Every route of the service.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/api/content/images", get(images::list_images_of_event))
        .route(
            "/api/content/images/{imageId}/edits",
            post(edits::edit_image),
        )
        .route(
            "/api/content/images/{imageId}/preview",
            post(edits::preview_image),
        )
        .route(
            "/api/content/images/{imageId}/download",
            get(images::download_image),
        )
        .route(
            "/api/content/uploads",
            post(uploads::upload_picture).layer(DefaultBodyLimit::max(UPLOAD_BODY)),
        )
        .route("/cdn/{name}", get(cdn::get_file))
        // Between services
        .route("/internal/images/lookup", post(internal::look_up))
        .route("/internal/images/resolve", post(internal::resolve))
        .with_state(state)
}
