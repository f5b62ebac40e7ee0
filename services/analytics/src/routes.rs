//! Every route on one screen.

use crate::handlers::{dashboard, overview, report, sales};
use crate::state::AppState;
use janchi_web::openapi::{ApiRouter, get, post};

/// All routes of this service.
#[rustfmt::skip]
pub fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/api/analytics/dashboard/{eventId}", get(dashboard::get_dashboard, "이벤트 성과를 한눈에 봐요"))
        .api_route("/api/analytics/dashboard/{eventId}/stream", get(dashboard::stream_dashboard, "이벤트 성과를 바뀔 때마다 받아요"))
        .api_route("/api/analytics/dashboard/{eventId}/report", get(report::get_report, "이벤트 성과를 CSV나 PDF 파일로 받아요"))
        .api_route("/api/analytics/overview", get(overview::get_overview, "가게 전체 성과와 최근 이벤트를 봐요"))
        .api_route("/api/analytics/pos-sales", post(sales::add_sales, "POS 매출을 보내요"))
}
