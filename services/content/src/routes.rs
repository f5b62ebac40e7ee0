//! Every route on one screen.

use crate::domain::upload::FILE_LIMIT;
use crate::handlers::{cdn, edits, images, internal, materials, uploads};
use crate::state::AppState;
use axum::extract::DefaultBodyLimit;
use janchi_web::openapi::{ApiRouter, get, post};

/// The largest file and the lines around it.
const UPLOAD_BODY: usize = FILE_LIMIT + 64 * 1024;

/// All routes of this service. What is under `/internal` is for the fleet alone and not told to others.
#[rustfmt::skip]
pub fn routes() -> ApiRouter<AppState> {
    use axum::routing::post as within;
    ApiRouter::new()
        .api_route("/api/content/images", get(images::list_images_of_event, "이벤트의 그림 목록을 봐요"))
        .api_route("/api/content/images/{imageId}/edits", post(edits::edit_image, "그림을 고쳐 새 그림을 만들어요"))
        .api_route("/api/content/images/{imageId}/preview", post(edits::preview_image, "고친 그림을 저장하지 않고 미리 봐요"))
        .api_route("/api/content/images/{imageId}/download", get(images::download_image, "그림을 파일로 내려받아요"))
        .api_route("/api/content/images/{imageId}/spot", post(materials::order, "TV에 나갈 15초 영상을 만들어요"))
        .api_route("/api/content/images/{imageId}/spot", get(materials::see, "TV 영상이 얼마나 되었는지 봐요"))
        .api_route("/api/content/images/{imageId}/poster", get(materials::print, "계산대에 둘 A4 포스터를 PDF로 받아요"))
        .api_route("/api/content/images/{imageId}/announcement", get(materials::read_out, "통화 연결음으로 읽을 안내 글을 받아요"))
        .api_route("/api/content/uploads", post(uploads::upload_picture, "로고나 사진을 올려요").layer(DefaultBodyLimit::max(UPLOAD_BODY)))
        .api_route("/cdn/{name}", get(cdn::get_file, "그림 파일을 받아요"))
        .route("/internal/images/lookup", within(internal::look_up))
        .route("/internal/images/resolve", within(internal::resolve))
}
