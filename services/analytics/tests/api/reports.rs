//! The dashboard as a file.

use crate::fixture::{Fixture, entry, snapshot, statistics};
use crate::pdf::Pdf;
use janchi_contracts::event::{EventEvent, EventSnapshot, EventStatus};
use janchi_contracts::reference::Channel;
use janchi_testkit::{Client, Reply};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

/// A running event that the service has heard of, and where its report is.
async fn running(fixture: &Fixture, change: impl FnOnce(&mut EventSnapshot)) -> (Client, String) {
    let mut event = snapshot(EventStatus::Ongoing);
    change(&mut event);
    fixture.tell(&EventEvent::Opened(event.clone())).await;
    fixture
        .dashboard(&event, |d| d["status"] == "ONGOING")
        .await;
    let path = format!("/api/analytics/dashboard/{}/report", event.event_id);
    (fixture.owner(event.owner_id), path)
}

#[track_caller]
fn pdf(reply: &Reply) -> Pdf {
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("content-type"), Some("application/pdf"));
    Pdf::read(&reply.body)
}

#[track_caller]
fn says(text: &str, wanted: &[&str]) {
    for line in wanted {
        assert!(text.contains(line), "{line} is not in:\n{text}");
    }
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn a_table_opens_in_korean_excel_and_runs_nothing(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let (client, path) = running(&fixture, |event| event.title = "=HYPERLINK(1)".into()).await;
    let reply = client.get(&format!("{path}?format=csv")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let text = reply.text();
    assert!(
        text.starts_with('\u{feff}') && text.contains("'=HYPERLINK"),
        "{text}"
    );
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn a_printed_report_has_the_title_and_the_numbers_as_text(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let mut event = snapshot(EventStatus::Ongoing);
    event.starts_at = Some("2026-10-31T15:00:00Z".parse().unwrap());
    event.ends_at = Some("2026-11-30T14:59:00Z".parse().unwrap());
    let id = event.event_id;
    fixture.answer(
        &format!("/internal/distributions/{id}/statistics"),
        statistics(id, true),
    );
    fixture.answer(
        &format!("/internal/events/{id}/summary"),
        json!({"eventId": id, "participants": 1_234, "visited": 321, "winners": 0, "draw": null,
               "byChannel": [{"channel": "KAKAO", "participants": 1_230}, {"channel": null, "participants": 4}]}),
    );
    let now = fixture.clock.now();
    fixture
        .tell_entries(id, vec![entry(Some(Channel::Kakao), now)])
        .await;
    fixture.tell(&EventEvent::Opened(event.clone())).await;
    fixture
        .dashboard(&event, |d| {
            d["participants"]["byHour"][0]["participants"] == 1
        })
        .await;
    let path = format!("/api/analytics/dashboard/{id}/report?format=pdf");
    let client = fixture.owner(event.owner_id);
    let reply = client.get(&path).await;
    let report = pdf(&reply);
    says(
        &report.text(),
        &[
            "이벤트 성과 보고서\n첫눈 이벤트\n",
            "기간: 2026년 11월 1일 00:00 – 2026년 11월 30일 23:59 · 상태: 진행 중\n",
            "오늘 1명이 참여해서 모두 1,234명이 됐어요.",
            "지금 답하지 않은 곳이 있어요: 카카오.",
            "참여\n1,234명\n",
            "매장 방문\n321명\n",
            "당첨 (예정 10명)\n추첨 전\n",
            "시간별 참여\n",
            "카카오\n1,000\n50\n1,230\n2,460%\n30,000원\n24원\n",
            "(지난값)",
            "알 수 없음\n모름\n모름\n4\n–\n0원\n0원\n",
            "경품\n50,000원\n카카오\n30,000원\n합계\n80,000원\n",
            "매출이 아직 등록되지 않아서 수익률은 계산하지 않았어요.",
            "예상 3명 (범위 1–5명) · 실제 1,234명 · 예상보다 많아요. 끝나지 않은 이벤트라",
            "기준(서울 시각) · 잔치\n1 / ",
        ],
    );
    // Only the letters in use are carried along, in two fonts.
    assert_eq!(report.fonts.len(), 2);
    assert!(
        report.fonts.iter().all(|size| *size < 120_000),
        "{:?}",
        report.fonts
    );
    assert!(reply.body.len() < 150_000, "{}", reply.body.len());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let name = format!(
        "attachment; filename=\"janchi-{id}.pdf\"; filename*=UTF-8''\
         %EC%B2%AB%EB%88%88%20%EC%9D%B4%EB%B2%A4%ED%8A%B8%20%EC%84%B1%EA%B3%BC%20%EB%B3%B4%EA%B3%A0%EC%84%9C.pdf"
    );
    assert_eq!(reply.header("content-disposition"), Some(name.as_str()));

    let sales = json!({"eventId": id, "sales": [{"soldAt": "2026-11-01T12:00:00+09:00", "amount": 60_000}]});
    client
        .post("/api/analytics/pos-sales", sales)
        .await
        .status(202);
    fixture.dashboard(&event, |d| d["revenue"] == 60_000).await;
    says(
        &pdf(&client.get(&path).await).text(),
        &["매출 60,000원 · 비용 80,000원 · 모자란 금액 20,000원 · 수익률 -25%\n"],
    );
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn a_report_without_anything_to_tell_says_so(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let (client, path) = running(&fixture, |event| {
        event.title = "🎉\u{202e}🎉".into();
        event.prizes.clear();
        event.forecast = None;
    })
    .await;
    let report = pdf(&client.get(&format!("{path}?format=pdf")).await);
    says(
        &report.text(),
        &[
            "제목 없는 이벤트\n",
            "기간: 아직 정하지 않았어요",
            "아직 참여 기록이 없어요.",
            "아직 배포한 채널이나 채널로 들어온 참여가 없어요.",
            "예상 참여 인원이 없는 이벤트예요.",
        ],
    );
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn a_title_is_shown_whole_and_in_whole_syllables(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    // As some systems type it: every syllable in two or three parts.
    let parts = "\u{1100}\u{1161}\u{11a8} 뷁 <(\\)> ";
    let title = format!("{parts}{}", "겨울맞이 ".repeat(18));
    let (client, path) = running(&fixture, |event| event.title = title).await;
    let report = pdf(&client.get(&format!("{path}?format=pdf")).await);
    let text = report.text();
    let (text, _) = text.split_once("\n기간").expect("the title goes first");
    says(text, &["각 뷁 <(\\)> 겨울맞이"]);
    assert_eq!(text.matches("겨울맞이").count(), 18, "{text}");
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn without_typefaces_the_table_is_still_there(db: PgPool) {
    let fixture = Fixture::with_fonts(&db, "/nowhere").await;
    let (client, path) = running(&fixture, |_| {}).await;
    let problem = client
        .get(&format!("{path}?format=pdf"))
        .await
        .problem(503, "PDF_UNAVAILABLE");
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(
        detail.contains("FONT_DIR") && !detail.contains("/nowhere"),
        "{detail}"
    );
    client.get(&format!("{path}?format=csv")).await.status(200);
}

#[sqlx::test(migrator = "analytics_service::MIGRATOR")]
async fn only_the_owner_and_only_known_formats(db: PgPool) {
    let fixture = Fixture::new(&db).await;
    let (client, path) = running(&fixture, |_| {}).await;
    let stranger = fixture.owner(Uuid::now_v7());
    for format in ["csv", "pdf"] {
        let path = format!("{path}?format={format}");
        stranger.get(&path).await.problem(404, "EVENT_NOT_FOUND");
        let nobody = fixture.service.client();
        nobody.get(&path).await.problem(401, "UNAUTHORIZED");
    }
    for query in ["?format=xyz", "?format=exe", "?format=PDF"] {
        client
            .get(&format!("{path}{query}"))
            .await
            .names_field("format");
    }
    for query in ["", "?format=pdf&page=1"] {
        let refused: Value = client.get(&format!("{path}{query}")).await.status(422);
        assert_eq!(refused["code"], "VALIDATION_FAILED", "{query}");
    }
}
