//! Every route on one screen.

use crate::handlers::{
    claims, draws, entrant, erasures, export, internal, participants, participations, public,
    reviews, visits, winners,
};
use crate::state::AppState;
use janchi_web::openapi::{ApiRouter, delete, get, post, put};

/// All routes of this service. What is under `/internal` is for the fleet alone and not told to others.
#[rustfmt::skip]
pub fn routes() -> ApiRouter<AppState> {
    use axum::routing::get as within;
    ApiRouter::new()
        .api_route("/api/participations", post(participations::enter_event, "이벤트에 참여해요"))
        .api_route("/api/participations/me", get(entrant::show_own_entry, "내 참여와 당첨 결과를 봐요"))
        .api_route("/api/participations/me", delete(entrant::withdraw_entry, "참여를 취소해요"))
        .api_route("/api/participations/me/visit", post(entrant::confirm_visit, "매장에 보이는 코드로 방문을 인증해요"))
        .api_route("/api/participations/me/proof", get(entrant::prove_entry, "내 참여가 추첨 명단에 있다는 증명을 받아요"))
        .api_route("/api/public/codes/{spoken_code}", get(public::find_spoken_code, "방송이나 전화로 들은 코드로 이벤트를 찾아요"))
        .api_route("/api/public/draws/{draw_id}", get(public::show_public_draw, "공개된 추첨 내용을 봐요"))
        .api_route("/api/public/draws/{draw_id}/bundle", get(public::show_draw_bundle, "추첨을 다시 계산해 볼 자료를 받아요"))
        .api_route("/api/events/{event_id}/participants", get(participants::list_participants, "참여자 목록을 봐요"))
        .api_route("/api/events/{event_id}/participants/export", get(export::export_participants, "참여자 목록을 CSV나 XLSX 파일로 받아요"))
        .api_route("/api/events/{event_id}/participants/{participant_id}/visit", post(participants::mark_visit, "참여자가 매장에 왔다고 표시해요"))
        .api_route("/api/events/{event_id}/participants/{participant_id}/reveal", post(reviews::reveal_number, "참여자 한 명의 번호를 사유를 남기고 봐요"))
        .api_route("/api/events/{event_id}/participants/{participant_id}/review", put(reviews::review_entry, "이상해 보이는 참여가 진짜인지 정해요"))
        .api_route("/api/events/{event_id}/visits/sync", post(visits::sync_visits, "인터넷이 없을 때 적어 둔 방문을 보내요"))
        .api_route("/api/events/{event_id}/erasures", get(erasures::list_erasures, "개인정보 파기 확인서를 봐요"))
        .api_route("/api/events/{event_id}/visit-code", get(participants::show_visit_code, "매장에 보여 줄 방문 코드를 받아요"))
        .api_route("/api/events/{event_id}/draws", post(draws::create_draw, "당첨자를 추첨해요"))
        .api_route("/api/events/{event_id}/draws", get(draws::list_draws, "이벤트의 추첨을 봐요"))
        .api_route("/api/events/{event_id}/winners", get(winners::list_winners, "당첨자와 예비 당첨자를 봐요"))
        .api_route("/api/events/{event_id}/winners/{participant_id}/contacted", post(winners::mark_contacted, "당첨자에게 연락했다고 표시해요"))
        .api_route("/api/events/{event_id}/winners/{participant_id}/claimed", post(winners::mark_claimed, "당첨자가 경품을 신청했다고 표시해요"))
        .api_route("/api/events/{event_id}/winners/{participant_id}/forfeit", post(winners::forfeit_prize, "당첨을 취소하고 다음 예비 당첨자에게 넘겨요"))
        .api_route("/api/events/{event_id}/winners/{participant_id}/handed-over", post(winners::mark_handed_over, "당첨자에게 경품을 건넸다고 표시해요"))
        .api_route("/api/events/{event_id}/winners/{participant_id}/message", post(claims::tell_again, "당첨자에게 메시지를 다시 보내요"))
        .api_route("/api/events/{event_id}/winners/{participant_id}/delivery", get(claims::show_delivery, "당첨자가 알려 준 배송 정보를 봐요"))
        .api_route("/api/public/wins/{token}", get(claims::show_win, "받은 당첨 메시지가 진짜인지 확인해요"))
        .api_route("/api/public/wins/{token}/code", post(claims::send_code, "당첨자의 휴대폰으로 확인번호를 보내요"))
        .api_route("/api/public/wins/{token}/claim", post(claims::claim_prize, "확인번호로 경품을 신청해요"))
        .route("/internal/events/{event_id}/draw", within(internal::show_draw))
        .route("/internal/events/{event_id}/summary", within(internal::show_summary))
}
