//! Every route on one screen.

use crate::handlers::{
    accounts, business_numbers, internal, keys, me, password_resets, reference, sessions, stores,
};
use crate::state::AppState;
use janchi_web::openapi::{ApiRouter, delete, get, patch, post, put};

/// All routes of this service. What is under `/internal` is for the fleet alone and not told to others.
#[rustfmt::skip]
pub fn routes() -> ApiRouter<AppState> {
    use axum::routing::get as within;
    ApiRouter::new()
        .api_route("/api/users/register", post(accounts::register, "회원과 가게를 함께 등록하고 로그인해요"))
        .api_route("/api/users/login", post(accounts::log_in, "휴대폰 번호나 이메일로 로그인해요"))
        .api_route("/api/users/refresh", post(accounts::refresh, "새 토큰을 받아요"))
        .api_route("/api/users/logout", post(accounts::log_out, "이 기기에서 로그아웃해요"))
        .api_route("/api/users/password-resets", post(password_resets::request_reset, "비밀번호를 다시 정할 링크를 받아요"))
        .api_route("/api/users/password-resets/{token}", put(password_resets::use_reset, "받은 링크로 비밀번호를 다시 정해요"))
        .api_route("/api/users/me", get(me::get_me, "내 정보를 봐요"))
        .api_route("/api/users/me", patch(me::update_me, "내 정보를 고쳐요"))
        .api_route("/api/users/me", delete(me::delete_me, "탈퇴해요"))
        .api_route("/api/users/me/password", put(me::change_password, "비밀번호를 바꿔요"))
        .api_route("/api/users/me/store", get(stores::get_store, "내 가게를 봐요"))
        .api_route("/api/users/me/store", patch(stores::update_store, "내 가게를 고쳐요"))
        .api_route("/api/users/me/sessions", get(sessions::list_sessions, "로그인한 기기를 봐요"))
        .api_route("/api/users/me/sessions/{id}", delete(sessions::delete_session, "한 기기를 로그아웃해요"))
        .api_route("/api/users/business-numbers/verify", post(business_numbers::verify, "사업자등록번호를 확인해요"))
        .api_route("/api/reference/industries", get(reference::industries, "업종 목록"))
        .api_route("/api/reference/regions", get(reference::regions, "지역 목록"))
        .api_route("/api/reference/objectives", get(reference::objectives, "이벤트 목적 목록"))
        .api_route("/api/reference/channels", get(reference::channels, "채널 목록"))
        .api_route("/.well-known/jwks.json", get(keys::jwks, "토큰을 확인하는 공개 키"))
        .route("/internal/users/{user_id}/store", within(internal::get_store))
        .route("/internal/sessions/{sid}", within(internal::get_session))
}
