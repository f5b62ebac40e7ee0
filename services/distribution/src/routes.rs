//! Every route on one screen.

use crate::handlers::{channels, distributions, internal, stream};
use crate::state::AppState;
use janchi_web::openapi::{ApiRouter, delete, get, post, put};

/// All routes of this service. What is under `/internal` is for the fleet alone and not told to others.
#[rustfmt::skip]
pub fn routes() -> ApiRouter<AppState> {
    use axum::routing::get as within;
    ApiRouter::new()
        .api_route("/api/distributions/{event_id}", get(distributions::get_distribution, "이벤트가 채널마다 어떻게 올라갔는지 봐요"))
        .api_route("/api/distributions/{event_id}/stream", get(stream::stream_distribution, "채널에 올라가는 모습을 실시간으로 받아요"))
        .api_route("/api/distributions/{event_id}/channels/{channel}/retry", post(distributions::retry_channel, "한 채널에 다시 올려 봐요"))
        .api_route("/api/distributions/{event_id}/channels/{channel}/skip", post(distributions::skip_channel, "한 채널을 건너뛰어요"))
        .api_route("/api/distributions/{event_id}/channels/{channel}/confirm", post(distributions::confirm_channel, "한 채널에 직접 올렸다고 알려요"))
        .api_route("/api/channels", get(channels::list_channels, "채널이 연결되어 있는지 봐요"))
        .api_route("/api/channels/{channel}/connection", put(channels::connect_channel, "채널을 연결해요"))
        .api_route("/api/channels/{channel}/connection", delete(channels::disconnect_channel, "채널 연결을 끊어요"))
        .route("/internal/distributions/{event_id}", within(internal::get_summary))
        .route("/internal/distributions/{event_id}/statistics", within(internal::get_statistics))
        .route("/internal/owners/{owner_id}/channels", within(internal::list_owner_channels))
}
