//! What an owner does with a running event, and what comes of it.

use super::{ask, html, location};
use crate::fake::running_states::*;
use crate::fake::*;
use http::StatusCode;
use serde_json::{Value, json};

fn see(rest: &str) -> janchi_site::Visit {
    signed_in(get(&app(rest)))
}

fn send(rest: &str, form: &str) -> janchi_site::Visit {
    signed_in(post(&app(rest), form))
}

#[tokio::test]
async fn an_event_shows_where_it_stands_and_how_to_share_it() {
    let page = ask(&shop("ONGOING"), see("")).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = html(&page);
    for there in [
        "132명",
        "7일 6시간 뒤에 끝나요",
        "class=\"qr\"",
        "K7MD 3FXA",
        "http://127.0.0.1:8080/e/K7MD3FXA",
        &format!("/app/images/{ONE}/poster"),
        &format!("data-watch=\"/app/events/{EVENT}/dashboard/stream\""),
        "채널이 잠시 답하지 않아 쉬고 있어요",
    ] {
        assert!(text.contains(there), "{there}");
    }
    let draft = shop("DRAFT");
    let page = ask(&draft, see("")).await;
    assert_eq!(location(&page), app("/plan"));
}

#[tokio::test]
async fn somebody_elses_event_is_not_there() {
    let fake = shop("ONGOING").on("GET", &api(""), 404, problem(404, "NOT_FOUND", "…"));
    for rest in [
        "",
        "/edit",
        "/participants",
        "/counter",
        "/draw",
        "/winners",
        "/dashboard",
        "/sales",
        "/history",
    ] {
        let page = ask(&fake, see(rest)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{rest}");
        assert!(html(&page).contains("href=\"/app/events\""), "{rest}");
    }
}

#[tokio::test]
async fn ending_says_what_follows_and_does_it_once() {
    let fake = shop("ONGOING").on("POST", &api("/end"), 200, running("ENDED"));
    let page = ask(&fake, see("/end")).await;
    assert!(html(&page).contains("다시 열 수 없어요"));
    assert!(fake.called("POST", &api("/end")).is_empty());
    let page = ask(&fake, send("/end", "")).await;
    assert_eq!(location(&page), app("?done=ended"));
    // A second press finds it ended: that is no error.
    let over = shop("ENDED").on(
        "POST",
        &api("/end"),
        409,
        problem(409, "EVENT_NOT_ONGOING", "…"),
    );
    let page = ask(&over, send("/end", "")).await;
    assert_eq!(location(&page), app("?done=ended"));
}

#[tokio::test]
async fn an_event_is_changed_over_the_version_that_was_seen() {
    let fake = shop("ONGOING").on("PATCH", &api(""), 200, running("ONGOING"));
    let form = "version=7&title=%EA%B2%A8%EC%9A%B8&description=%EB%8A%98&endsAt=2026-11-30T18%3A00";
    let page = ask(&fake, send("/edit", form)).await;
    assert_eq!(location(&page), app("?done=saved"));
    let call = &fake.called("PATCH", &api(""))[0];
    assert_eq!(call.if_match.as_deref(), Some("\"7\""));
    assert_eq!(
        call.body,
        Some(json!({"title": "겨울", "description": "늘", "endsAt": "2026-11-30T09:00:00+00:00"}))
    );
    let stale = shop("ONGOING").on(
        "PATCH",
        &api(""),
        412,
        problem(412, "PRECONDITION_FAILED", "…"),
    );
    let page = ask(&stale, send("/edit", form)).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    let text = html(&page);
    assert!(text.contains("value=\"겨울\"") && text.contains("name=\"version\" value=\"7\""));
    assert!(text.contains("그사이에 다른 화면에서 바뀌었어요"));
}

#[tokio::test]
async fn a_form_outlives_its_login() {
    let gone = problem(401, "UNAUTHORIZED", "…");
    let fake = shop("ONGOING").on("GET", &api(""), 401, gone.clone()).on(
        "POST",
        "/api/users/refresh",
        401,
        gone,
    );
    let form = "version=7&title=%EA%B2%A8%EC%9A%B8&description=%22%3E%3Cb%3E";
    let page = ask(&fake, send("/edit", form)).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let text = html(&page);
    assert!(text.contains("name=\"title\" value=\"겨울\"") && !text.contains("<b>"));
    assert!(text.contains(&format!("action=\"{}\"", app("/edit"))));
    // The same form with a login in it is sent on.
    let fake = shop("ONGOING")
        .on("PATCH", &api(""), 200, running("ONGOING"))
        .on(
            "POST",
            "/api/users/login",
            200,
            json!({"tokens": tokens(), "user": {}, "store": {}}),
        );
    let again = format!("{form}&again-id=01012345678&again-password=geheim1!");
    let page = ask(&fake, post(&app("/edit"), &again)).await;
    assert_eq!(location(&page), app("?done=saved"));
    assert_eq!(
        fake.called("PATCH", &api(""))[0].bearer.as_deref(),
        Some("new-access")
    );
    assert!(
        super::cookies(&page)
            .iter()
            .any(|c| c.starts_with("access=new-access"))
    );
    // A password is never put into a page.
    let refused = shop("ONGOING").on(
        "POST",
        "/api/users/login",
        401,
        problem(401, "INVALID_CREDENTIALS", "…"),
    );
    let page = ask(&refused, post(&app("/edit"), &again)).await;
    assert!(!html(&page).contains("geheim1!"));
}

#[tokio::test]
async fn a_form_from_elsewhere_changes_nothing() {
    let fake = shop("ONGOING").on("POST", &api("/cancel"), 200, running("CANCELLED"));
    let mut foreign = send("/cancel", "");
    foreign.origin = "https://evil.example".to_owned();
    let page = ask(&fake, foreign).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    // Without our cookie it is asked once more, with what was typed.
    let mut late = send("/edit", "version=7&title=%EA%B2%A8%EC%9A%B8");
    late.cookies = late.cookies.replace("csrf=07", "csrf=08");
    let page = ask(&fake, late).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(html(&page).contains("value=\"겨울\""));
    let calls = fake.calls.lock().unwrap();
    assert!(calls.iter().all(|call| call.method == "GET"), "{calls:?}");
}

#[tokio::test]
async fn ten_thousand_people_come_a_page_at_a_time() {
    let fake = shop("ONGOING");
    let page = ask(
        &fake,
        see("/participants?q=K7MD&channel=NAVER&only=suspicious&after=YQ"),
    )
    .await;
    let text = html(&page);
    assert!(text.contains("10,000명") && text.matches("010-****-5678").count() == 50);
    assert!(text.contains("after=bmV4dA") && text.contains("only=suspicious&#38;after=bmV4dA"));
    assert!(text.len() < 150_000, "{}", text.len());
    let calls = fake.calls.lock().unwrap();
    let asked = calls
        .iter()
        .find(|call| call.path.contains("/participants?"))
        .unwrap();
    assert_eq!(
        asked.path,
        api("/participants?limit=50&q=K7MD&channel=NAVER&cursor=YQ&suspicious=true")
    );
}

#[tokio::test]
async fn an_odd_entry_is_restored_in_one_tap() {
    let path = api(&format!("/participants/{ONE}/review"));
    let fake = shop("ONGOING").on("PUT", &path, 200, json!({"participantId": ONE, "verdict": "GENUINE", "suspicious": false, "fraudScore": 45, "at": "2026-11-22T03:00:00Z"}));
    let page = ask(
        &fake,
        send(
            &format!("/participants/{ONE}/review"),
            "number=K7MD%203FXA&verdict=GENUINE",
        ),
    )
    .await;
    assert_eq!(
        location(&page),
        app("/participants?done=genuine&number=K7MD+3FXA")
    );
    assert_eq!(
        fake.called("PUT", &path)[0].body,
        Some(json!({"verdict": "GENUINE", "reason": "사장님이 확인했어요"}))
    );
}

#[tokio::test]
async fn a_number_is_shown_for_a_reason_and_nowhere_else() {
    let path = api(&format!("/participants/{ONE}/reveal"));
    let fake = shop("ONGOING").on(
        "POST",
        &path,
        200,
        json!({"participantId": ONE, "phoneNumber": "010-1234-5678", "name": null}),
    );
    let one = format!("/participants/{ONE}");
    assert!(!html(&ask(&fake, see(&format!("{one}?n=K7MD-3FXA"))).await).contains("010-1234-5678"));
    let page = ask(
        &fake,
        send(
            &format!("{one}/reveal"),
            "number=K7MD-3FXA&reason=%EC%A0%84%ED%99%94",
        ),
    )
    .await;
    assert!(html(&page).contains("010-1234-5678"));
    assert_eq!(
        fake.called("POST", &path)[0].body,
        Some(json!({"reason": "전화"}))
    );
}

#[tokio::test]
async fn visits_noted_without_a_network_are_sent_together() {
    let done = |n: usize, outcome: &str| json!({"visits": vec![json!({"visitId": ONE, "participantId": null, "outcome": outcome}); n]});
    let path = api("/visits/sync");
    let fake = shop("ONGOING").on("POST", &path, 200, done(2, "MARKED"));
    let form = format!(
        "entryNumber=K7MD-3FXA&visitId={ONE}&visitedAt=2026-11-22T01%3A00%3A00Z&entryNumber=A001-BCDE&visitId={OTHER}&visitedAt=2026-11-22T02%3A00%3A00.123Z"
    );
    let page = ask(&fake, send("/counter", &form)).await;
    assert_eq!(location(&page), app("/counter?staff=1&done=MARKED"));
    let body = fake.called("POST", &path)[0].body.clone().unwrap();
    assert_eq!(
        body["visits"][1],
        json!({"visitId": OTHER, "entryNumber": "A001-BCDE", "visitedAt": "2026-11-22T02:00:00.123+00:00"})
    );
    // One that was typed just now is of now, and counts once however often it is sent.
    let fake = shop("ONGOING").on("POST", &path, 200, done(1, "MARKED"));
    ask(&fake, send("/counter", "entryNumber=k7md3fxa")).await;
    ask(&fake, send("/counter", "entryNumber=k7md3fxa")).await;
    let calls = fake.called("POST", &path);
    assert_eq!(calls[0].body, calls[1].body);
    let page = ask(&fake, send("/counter", "entryNumber=%20")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_draw_is_promised_drawn_once_and_proved() {
    let fake = shop("ENDED").on(
        "POST",
        &api("/draws"),
        201,
        draws("DRAWN")["items"][0].clone(),
    );
    let text = html(&ask(&fake, see("/draw")).await);
    assert!(
        text.contains("b2139817731b5036") && text.contains("214명"),
        "the promise comes first"
    );
    let page = ask(&fake, send("/draw", "alternateCount=5")).await;
    assert_eq!(location(&page), app("/draw?done=1"));
    let call = &fake.called("POST", &api("/draws"))[0];
    assert_eq!(call.body, Some(json!({"alternateCount": 5})));
    assert_eq!(
        call.idempotency_key.as_deref(),
        Some("00112233445566778899aabbccddeeff")
    );
    let again = shop("ENDED").on(
        "POST",
        &api("/draws"),
        409,
        problem(409, "ALREADY_DRAWN", "…"),
    );
    assert_eq!(
        location(&ask(&again, send("/draw", "")).await),
        app("/draw")
    );
    let drawn = shop("ENDED").on("GET", &api("/draws"), 200, draws("DRAWN"));
    let text = html(&ask(&drawn, see("/draw?done=1")).await);
    assert!(text.contains("class=\"drum\"") && text.contains(&format!("/draws/{DRAW}")));
    assert!(!html(&ask(&drawn, see("/draw")).await).contains("class=\"drum\""));
}

#[tokio::test]
async fn a_prize_that_is_given_on_names_who_moved_up() {
    let path = api(&format!("/winners/{ONE}/forfeit"));
    let fake = shop("ENDED").on(
        "POST",
        &path,
        200,
        json!({"promoted": {"entryNumber": "A012-BCDE"}}),
    );
    let page = ask(
        &fake,
        send(
            &format!("/winners/{ONE}/forfeit"),
            "number=W001-BCDE&reason=%EC%97%B0%EB%9D%BD",
        ),
    )
    .await;
    let to = location(&page).to_owned();
    assert_eq!(
        to,
        app("/winners?done=forfeit&number=W001-BCDE&up=A012-BCDE")
    );
    assert_eq!(
        fake.called("POST", &path)[0].body,
        Some(json!({"reason": "연락"}))
    );
    let text = html(&ask(&fake, signed_in(get(&to))).await);
    assert!(text.contains("A012 BCDE") && text.contains("제세공과금 22%"));
}

#[tokio::test]
async fn a_dashboard_says_unknown_where_nothing_is_known() {
    let text = html(&ask(&shop("ONGOING"), see("/dashboard")).await);
    assert!(text.contains("오늘 12명이 참여해서"));
    assert!(text.contains("모름") && text.contains("온 사람 없이 5만 원"));
    assert!(
        text.contains("<svg class=\"chart\"")
            && text.contains("<caption") == text.contains("<caption")
    );
    assert!(text.contains("여름 맥주 한 잔"), "beside the last event");
    assert!(
        text.contains("dashboard/file?format=pdf") && text.contains("dashboard/file?format=csv")
    );
}

#[tokio::test]
async fn sales_are_read_as_they_are_typed() {
    let fake = shop("ENDED").on(
        "POST",
        "/api/analytics/pos-sales",
        202,
        json!({"accepted": 2, "duplicates": 1}),
    );
    let form = "day=2026-11-22&amount=&lines=2026-11-21+18%3A30%2C32000%2C0007%0D%0A%0D%0A2026-11-21%2C9000";
    let page = ask(&fake, send("/sales", form)).await;
    assert_eq!(location(&page), app("/dashboard?done=sales&n=2&known=1"));
    let call = &fake.called("POST", "/api/analytics/pos-sales")[0];
    assert!(call.idempotency_key.is_some());
    let body = call.body.clone().unwrap();
    assert_eq!(
        body["sales"][0],
        json!({"soldAt": "2026-11-21T09:30:00+00:00", "amount": 32_000, "receiptNo": "0007"})
    );
    let page = ask(
        &fake,
        send("/sales", "day=2026-11-22&amount=320%2C000%EC%9B%90&lines="),
    )
    .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let body = fake.called("POST", "/api/analytics/pos-sales")[1]
        .body
        .clone()
        .unwrap();
    assert_eq!(body["sales"][0]["amount"], 320_000);
    let text = html(&ask(&fake, send("/sales", "day=2026-11-22&amount=x&lines=")).await);
    assert!(text.contains("value=\"x\"") && text.contains("0보다 큰 금액"));
}

#[tokio::test]
async fn a_winner_claims_with_the_phone_and_a_forged_address_is_called_so() {
    let page = ask(&fleet(), get("/wins/00ff")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(html(&page).contains("저희가 보낸 당첨 안내가 아니에요"));
    let won = fleet().on("GET", "/api/participations/me", 200, own_entry("WON"));
    let receipt = with_receipt(get(&format!("/e/{CODE}/receipt")));
    assert!(html(&ask(&won, receipt).await).contains(&format!("href=\"/wins/{WIN}\"")));
    let path = format!("/api/public/wins/{WIN}/claim");
    let fake = shop("ENDED").on("POST", &path, 200, win("CLAIMED"));
    let form = "code=123456&recipient=%EA%B9%80%EB%8B%AC%EA%B5%AC&deliveryPhone=01012345678&postcode=03999&address=%EC%84%9C%EC%9A%B8&memo=";
    let page = ask(&fake, post(&format!("/wins/{WIN}/claim"), form)).await;
    assert_eq!(location(&page), format!("/wins/{WIN}?claimed=1"));
    assert_eq!(
        fake.called("POST", &path)[0].body,
        Some(
            json!({"code": "123456", "delivery": {"recipient": "김달구", "address": "서울", "phoneNumber": "010-1234-5678", "postcode": "03999"}})
        )
    );
    let wrong = shop("ENDED").on(
        "POST",
        &path,
        422,
        invalid(&[("code", "확인번호가 맞지 않아요.")]),
    );
    let text = html(&ask(&wrong, post(&format!("/wins/{WIN}/claim"), form)).await);
    assert!(text.contains("확인번호가 맞지 않아요.") && text.contains("value=\"김달구\""));
}

#[tokio::test]
async fn an_account_goes_only_with_password_and_word() {
    let fake = shop("ONGOING")
        .on("DELETE", "/api/users/me", 204, Value::Null)
        .on(
            "POST",
            "/api/users/login",
            401,
            problem(401, "INVALID_CREDENTIALS", "…"),
        );
    let word = "word=%ED%83%88%ED%87%B4%ED%95%A0%EA%B2%8C%EC%9A%94&currentPassword=geheim1!";
    let leave = |form: &str| signed_in(post("/app/profile/delete", form));
    for form in ["word=no&currentPassword=geheim1!", word] {
        let page = ask(&fake, leave(form)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(!html(&page).contains("geheim1!"));
    }
    assert!(fake.called("DELETE", "/api/users/me").is_empty());
    let fake = fake.on(
        "POST",
        "/api/users/login",
        200,
        json!({"tokens": tokens(), "user": {}, "store": {}}),
    );
    let page = ask(&fake, leave(word)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(fake.called("DELETE", "/api/users/me").len(), 1);
    assert!(
        super::cookies(&page)
            .iter()
            .any(|c| c.starts_with("access=;") && c.ends_with("Max-Age=0"))
    );
}

#[tokio::test]
async fn a_profile_is_not_written_over_what_another_tab_saved() {
    let fake = shop("ONGOING").on("PATCH", "/api/users/me", 200, me());
    let text = html(&ask(&fake, signed_in(get("/app/profile"))).await);
    let seen = text
        .split("name=\"seen\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let form = format!(
        "seen={seen}&name=%EA%B9%80%EC%97%B0%EB%82%A8&email=dalgu%40example.kr&phone=&currentPassword="
    );
    let page = ask(&fake, signed_in(post("/app/profile", &form))).await;
    assert_eq!(location(&page), "/app/profile?done=person");
    assert_eq!(
        fake.called("PATCH", "/api/users/me")[0].body,
        Some(json!({"name": "김연남"}))
    );
    let mut changed = me();
    changed["name"] = "다른 이름".into();
    let fake = fake.on("GET", "/api/users/me", 200, changed);
    let page = ask(&fake, signed_in(post("/app/profile", &form))).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    assert!(html(&page).contains("value=\"김연남\""));
    assert_eq!(fake.called("PATCH", "/api/users/me").len(), 1);
}
