//! Every route on one screen.

use crate::handlers::{
    ai, approval, event_jobs, events, filling, history, images, internal, job_stream, jobs,
    listing, public,
};
use crate::state::AppState;
use janchi_web::openapi::{ApiRouter, delete, get, patch, post, put};

/// All routes of this service. What is under `/internal` is for the fleet alone and not told to others.
#[rustfmt::skip]
pub fn routes() -> ApiRouter<AppState> {
    use axum::routing::get as within;
    ApiRouter::new()
        .api_route("/api/events", post(events::create_event, "이벤트를 만들어요"))
        .api_route("/api/events", get(listing::list_events, "내 이벤트를 찾아봐요"))
        .api_route("/api/events/{id}", get(events::get_event, "이벤트를 봐요"))
        .api_route("/api/events/{id}", patch(events::patch_event, "이벤트를 고쳐요"))
        .api_route("/api/events/{id}", delete(events::delete_event, "작성 중인 이벤트를 지워요"))
        .api_route("/api/events/{id}/recommendation", put(filling::put_recommendation, "추천받은 기획으로 이벤트를 채워요"))
        .api_route("/api/events/{id}/images", put(filling::put_images, "이벤트에 쓸 이미지를 골라요"))
        .api_route("/api/events/{id}/channels", put(filling::put_channels, "이벤트를 알릴 채널을 골라요"))
        .api_route("/api/events/{id}/preflight", get(events::get_preflight, "승인하기 전에 빠진 것이 없는지 확인해요"))
        .api_route("/api/events/{id}/approve", post(approval::approve_event, "이벤트를 승인하고 채널에 올리기 시작해요"))
        .api_route("/api/events/{id}/end", post(approval::end_event, "진행 중인 이벤트를 지금 끝내요"))
        .api_route("/api/events/{id}/cancel", post(approval::cancel_event, "이벤트를 취소하고 올린 것을 내려요"))
        .api_route("/api/events/{id}/jobs", get(event_jobs::list_jobs, "이벤트를 위해 맡긴 작업을 봐요"))
        .api_route("/api/events/{id}/history", get(history::list_history, "누가 언제 무엇을 바꿨는지 봐요"))
        .api_route("/api/ai/recommendations", post(ai::ask_recommendation, "이벤트 기획 세 가지를 추천받아요"))
        .api_route("/api/ai/intents", post(ai::read_intent, "한 문장에서 어떤 이벤트를 원하는지 읽어내요"))
        .api_route("/api/content/images", post(images::ask_images, "이벤트 이미지를 만들어요"))
        .api_route("/api/jobs/{id}", get(jobs::get_job, "작업이 어디까지 됐는지 봐요"))
        .api_route("/api/jobs/{id}/stream", get(job_stream::stream_job, "작업이 되어 가는 모습을 실시간으로 받아요"))
        .api_route("/api/jobs/{id}/cancel", post(jobs::cancel_job, "작업을 취소해요"))
        .api_route("/api/public/events/{code}", get(public::get_public_event, "응모 화면에 보일 이벤트를 봐요"))
        .route("/internal/events/{id}", within(internal::get_snapshot))
        .route("/internal/events/by-code/{code}", within(internal::get_snapshot_by_code))
}
