//! The customer's way.

use super::{ask, cookies, html, location};
use crate::fake::*;
use http::{StatusCode, header};
use serde_json::{Value, json};
use std::collections::HashSet;

#[tokio::test]
async fn an_entry_is_handed_in_once_and_kept_in_cookies() {
    let fake = fleet();
    let form = "phone=%EF%BC%90%EF%BC%91%EF%BC%9012345678&name=%20%EB%8B%AC%EA%B5%AC%20&over14=yes&privacy=yes&ch=GENIE_TV&t=352980&visitCode=&homepage=";
    let page = ask(&fake, post("/e/K7MD3FXA", form)).await;
    assert_eq!(location(&page), "/e/K7MD3FXA/receipt");
    let calls = fake.called("POST", "/api/participations");
    assert_eq!(calls.len(), 1);
    assert_eq!(
        calls[0].idempotency_key.as_deref(),
        Some("00112233445566778899aabbccddeeff")
    );
    assert_eq!(
        calls[0].body.clone().unwrap(),
        json!({"eventCode": "K7MD3FXA", "phoneNumber": "010-1234-5678", "name": "달구", "channel": "GENIE_TV", "trackingCode": "352980",
            "consents": {"over14": true, "privacy": true, "marketing": false}})
    );
    let set = cookies(&page);
    assert_eq!(set.len(), 2, "{set:?}");
    assert!(
        set[0].starts_with("receipt=receipt-token; Path=/e/K7MD3FXA; HttpOnly; SameSite=Lax"),
        "{set:?}"
    );
    assert!(
        set.iter().all(|cookie| !cookie.contains("010")),
        "no number in a cookie"
    );
}

#[tokio::test]
async fn over_tls_cookies_say_so() {
    let mut visit = post("/e/K7MD3FXA", "phone=01012345678&over14=yes&privacy=yes");
    visit.base = "https://janchi.kr".to_owned();
    visit.origin.clone_from(&visit.base);
    visit.cookies = format!("__Host-{CSRF_COOKIE}");
    let page = ask(&fleet(), visit).await;
    let set = cookies(&page);
    assert!(set[0].starts_with("__Secure-receipt="), "{set:?}");
    assert!(
        set.iter().all(|cookie| cookie.contains("; Secure")),
        "{set:?}"
    );
}

#[tokio::test]
async fn nothing_typed_is_lost_whatever_goes_wrong() {
    let form = "phone=010-12&name=%EB%8B%AC%EA%B5%AC&over14=yes&marketing=yes&t=352980";
    for (status, code) in [
        (422, "VALIDATION_FAILED"),
        (409, "ALREADY_PARTICIPATED"),
        (503, "UNAVAILABLE"),
        (429, "RATE_LIMITED"),
        (500, "INTERNAL"),
    ] {
        let fake = fleet().on(
            "POST",
            "/api/participations",
            status,
            problem(status, code, "…"),
        );
        let page = ask(&fake, post("/e/K7MD3FXA", form)).await;
        assert_eq!(page.status.as_u16(), status);
        let html = html(&page);
        assert!(
            html.contains("value=\"010-12\"") && html.contains("value=\"달구\""),
            "{code}"
        );
        assert!(
            html.contains("name=\"over14\" value=\"yes\" required checked"),
            "{code}"
        );
        assert!(
            html.contains("name=\"marketing\" value=\"yes\" checked"),
            "{code}"
        );
        assert!(html.contains("name=\"t\" value=\"352980\""), "{code}");
        // A try that may have had its effect is repeated as the same one; a refused one is not.
        let same = html.contains("name=\"key\" value=\"00112233445566778899aabbccddeeff\"");
        assert_eq!(same, status >= 500 || status == 429, "{code}");
    }
    // Not even the event can be had: a button sends everything again.
    let away = Fake::new()
        .on(
            "POST",
            "/api/participations",
            503,
            problem(503, "UNAVAILABLE", "…"),
        )
        .on(
            "GET",
            "/api/public/events/K7MD3FXA",
            503,
            problem(503, "UNAVAILABLE", "…"),
        );
    let page = ask(&away, post("/e/K7MD3FXA", form)).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.headers[header::RETRY_AFTER], "3");
    let html = html(&page);
    assert!(html.contains("name=\"phone\" value=\"010-12\""));
    assert!(html.contains("name=\"key\" value=\"00112233445566778899aabbccddeeff\""));
}

#[tokio::test]
async fn an_entry_from_another_site_is_not_handed_in() {
    let form = "phone=01012345678&over14=yes&privacy=yes";
    let mut foreign = post("/e/K7MD3FXA", form);
    foreign.origin = "https://evil.example".to_owned();
    let mut bare = post("/e/K7MD3FXA", form);
    bare.cookies.clear();
    for visit in [foreign, bare] {
        let fake = fleet();
        let page = ask(&fake, visit).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(fake.called("POST", "/api/participations").is_empty());
        assert!(
            html(&page).contains("value=\"01012345678\""),
            "typed text is kept"
        );
    }
}

#[tokio::test]
async fn a_program_that_fills_in_everything_enters_nothing() {
    let fake = fleet();
    let page = ask(
        &fake,
        post(
            "/e/K7MD3FXA",
            "phone=01012345678&over14=yes&privacy=yes&homepage=http",
        ),
    )
    .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(fake.called("POST", "/api/participations").is_empty());
}

#[tokio::test]
async fn the_form_of_an_earlier_entry_is_a_new_try() {
    let fake = fleet().on(
        "POST",
        "/api/participations",
        422,
        problem(422, "IDEMPOTENCY_KEY_REUSED", "…"),
    );
    ask(
        &fake,
        post("/e/K7MD3FXA", "phone=01012345678&over14=yes&privacy=yes"),
    )
    .await;
    let calls = fake.called("POST", "/api/participations");
    assert_eq!(calls.len(), 2);
    assert_ne!(calls[0].idempotency_key, calls[1].idempotency_key);
}

#[tokio::test]
async fn codes_lead_to_their_event() {
    let fake = fleet();
    assert_eq!(
        location(&ask(&fake, get("/e?code=352%20980")).await),
        "/e/K7MD3FXA?ch=GENIE_TV&t=352980"
    );
    assert_eq!(
        location(&ask(&fake, get("/e?code=k7md-3fxa")).await),
        "/e/K7MD3FXA"
    );
    let unknown = ask(&fake, get("/e?code=%3Cb%3E")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(html(&unknown).contains("value=\"&#60;b&#62;\""));
    let lower = Fake::new().on("GET", "/api/public/events/k7md3fxa", 200, event("ONGOING"));
    assert_eq!(
        location(&ask(&lower, get("/e/k7md3fxa?ch=NAVER")).await),
        "/e/K7MD3FXA?ch=NAVER"
    );
}

#[tokio::test]
async fn a_closed_event_has_no_form() {
    for status in ["SCHEDULED", "ENDED", "CANCELLED"] {
        let fake = fleet().on("GET", "/api/public/events/K7MD3FXA", 200, event(status));
        let page = ask(&fake, get("/e/K7MD3FXA")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!html(&page).contains("name=\"phone\""), "{status}");
    }
}

#[tokio::test]
async fn a_receipt_shows_what_to_keep() {
    let page = ask(&fleet(), with_receipt(get("/e/K7MD3FXA/receipt"))).await;
    let text = html(&page);
    assert!(text.contains("K7MD 3FXA") && text.contains("케이 칠 엠 디, 삼 에프 엑스 에이"));
    assert!(text.contains("00112233445566778899aabbccddeeff") && text.contains("b2139817731b"));
    let file = ask(&fleet(), with_receipt(get("/e/K7MD3FXA/receipt/file"))).await;
    let kept: Value = serde_json::from_slice(&file.body).unwrap();
    assert_eq!(kept["nonce"], "00112233445566778899aabbccddeeff");
    assert_eq!(
        file.headers[header::CONTENT_DISPOSITION],
        "attachment; filename=\"janchi-K7MD3FXA.json\""
    );
    let none = ask(&fleet(), get("/e/K7MD3FXA/receipt")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_entry_is_deleted_after_a_question_and_its_cookies_with_it() {
    let fake = fleet().on("DELETE", "/api/participations/me", 204, Value::Null);
    let path = "/e/K7MD3FXA/receipt/withdraw";
    let asked = ask(&fake, with_receipt(get(path))).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(
        fake.called("DELETE", "/api/participations/me").is_empty(),
        "looking deletes nothing"
    );
    let mut foreign = with_receipt(post(path, ""));
    foreign.origin = "https://evil.example".to_owned();
    assert_eq!(ask(&fake, foreign).await.status, StatusCode::FORBIDDEN);
    assert!(fake.called("DELETE", "/api/participations/me").is_empty());
    let page = ask(&fake, with_receipt(post(path, ""))).await;
    assert_eq!(location(&page), "/e/K7MD3FXA?left=1");
    let calls = fake.called("DELETE", "/api/participations/me");
    assert_eq!(calls[0].bearer.as_deref(), Some("receipt-token"));
    let set = cookies(&page);
    assert!(
        set.len() == 2 && set.iter().all(|cookie| cookie.ends_with("Max-Age=0")),
        "{set:?}"
    );
}

#[tokio::test]
async fn a_visit_is_proved_with_the_counters_code() {
    let fake = fleet().on(
        "POST",
        "/api/participations/me/visit",
        200,
        own_entry("PENDING"),
    );
    let page = ask(
        &fake,
        with_receipt(post("/e/K7MD3FXA/receipt/visit", "visitCode=%20482913%20")),
    )
    .await;
    assert_eq!(location(&page), "/e/K7MD3FXA/receipt?visited=1");
    let calls = fake.called("POST", "/api/participations/me/visit");
    assert_eq!(calls[0].body, Some(json!({"visitCode": "482913"})));
}

#[tokio::test]
async fn the_seed_shows_after_the_draw_alone() {
    let before = html(&ask(&fleet(), get(&format!("/draws/{DRAW}"))).await);
    assert!(before.contains("b2139817731b") && !before.contains(&"0a".repeat(32)));
    let done = fleet().on(
        "GET",
        &format!("/api/public/draws/{DRAW}"),
        200,
        draw("DRAWN"),
    );
    let after = html(&ask(&done, get(&format!("/draws/{DRAW}"))).await);
    assert!(after.contains(&"0a".repeat(32)));
    assert!(after.contains("당첨 취소: 연락이 닿지 않았어요"));
    assert_eq!(
        after.matches("오븐구이 한 마리 교환권").count(),
        3,
        "prizes go by rank"
    );
}

#[tokio::test]
async fn ten_thousand_winners_are_a_page_of_some_size() {
    let mut many = draw("DRAWN");
    many["winners"] = (1..=10_000)
        .map(|rank| json!({"rank": rank, "tag": format!("{rank:064x}")}))
        .collect();
    let fake = fleet().on("GET", &format!("/api/public/draws/{DRAW}"), 200, many);
    let page = ask(&fake, get(&format!("/draws/{DRAW}"))).await;
    assert!(page.body.len() < 60_000, "{}", page.body.len());
    assert!(html(&page).contains("9,900"));
}

#[tokio::test]
async fn the_join_page_is_light_and_needs_no_script() {
    let fake = fleet();
    let page = html(&ask(&fake, get("/e/K7MD3FXA")).await);
    assert!(!page.contains("<script"));
    let mut bytes = page.len();
    let assets: HashSet<&str> = page
        .split('"')
        .filter(|text| text.starts_with("/site/"))
        .collect();
    for path in assets {
        let asset = ask(&fake, get(path)).await;
        assert_eq!(asset.status, StatusCode::OK, "{path}");
        assert_eq!(
            asset.headers[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        bytes += asset.body.len();
    }
    assert!(bytes < 40 * 1024, "{bytes} bytes beside the picture");
    assert_eq!(
        ask(&fake, get("/site/site.0000000000000000.css"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}
