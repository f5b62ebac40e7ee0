//! Every vendor under its prefix.

use crate::fault::Vendor;
use crate::stage::Stage;
use crate::wire::answer;
use crate::{control, datalab, dealer, instagram, kakao, kt, models, naver, pictures, tax_office};
use axum::Router;
use serde_json::json;

/// The whole server.
pub fn router(stage: &Stage) -> Router {
    Router::new()
        .nest("/tax-office", tax_office::router(stage))
        .nest("/anthropic", models::anthropic::router(stage))
        .nest("/openai", models::openai::router(stage))
        .nest("/stability", pictures::stability::router(stage))
        .nest("/instagram", instagram::router(stage))
        .nest("/naver", naver::router(stage))
        .nest("/datalab", datalab::router(stage))
        .nest("/kakao", kakao::router(stage))
        .nest("/uridongne-tv", kt::router(stage, Vendor::UridongneTv))
        .nest("/genie-tv", kt::router(stage, Vendor::GenieTv))
        .nest("/ringo-biz", kt::router(stage, Vendor::RingoBiz))
        .nest("/messages", dealer::router(stage))
        .nest("/control", control::router())
        .fallback(async || answer(404, &json!({ "error": "no vendor lives here" })))
        .with_state(stage.clone())
}
