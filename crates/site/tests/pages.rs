//! What a visitor gets, in every state and both languages.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

mod fake;

use fake::*;
use http::{StatusCode, header};
use janchi_site::{Api, Call, Page, Reply, Site, Visit};
use serde_json::{Value, json};
use std::collections::HashSet;

async fn ask(fake: &impl Api, visit: Visit) -> Page {
    Site::new().answer(fake, visit).await.unwrap()
}

fn html(page: &Page) -> String {
    String::from_utf8(page.body.clone()).unwrap()
}

fn cookies(page: &Page) -> Vec<String> {
    let all = page.headers.get_all(header::SET_COOKIE).iter();
    all.map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

fn location(page: &Page) -> &str {
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    page.headers[header::LOCATION].to_str().unwrap()
}

/// Everything between `<` and `>`.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
        .collect()
}

#[tokio::test]
async fn every_state_is_a_whole_page() {
    for (name, fake, visit) in states() {
        for language in ["ko", "en"] {
            let mut visit = visit.clone();
            visit.accept_language = language.to_owned();
            let page = ask(&fake, visit).await;
            let html = html(&page);
            let name = format!("{name}.{language}");
            assert!(
                html.contains(&format!("<html lang=\"{language}\">")),
                "{name}"
            );
            assert_eq!(html.matches("<h1").count(), 1, "{name}: one heading");
            assert!(html.trim_end().ends_with("</html>"), "{name}: cut off");
            for left in ["{$", "{ $", "{{", "{%", "JOSA"] {
                assert!(!html.contains(left), "{name}: {left} was not filled in");
            }
            let ids: Vec<&str> = html
                .split(" id=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap())
                .collect();
            assert_eq!(
                ids.iter().collect::<HashSet<_>>().len(),
                ids.len(),
                "{name}: {ids:?}"
            );
            for target in ["for=\"", "aria-labelledby=\"", "href=\"#"] {
                for rest in html.split(target).skip(1) {
                    let id = rest.split('"').next().unwrap();
                    assert!(ids.contains(&id), "{name}: {target}{id}");
                }
            }
            for rest in html.split("aria-describedby=\"").skip(1) {
                for id in rest.split('"').next().unwrap().split_whitespace() {
                    assert!(ids.contains(&id), "{name}: described by {id}");
                }
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for (name, fake, visit) in states() {
        let page = ask(&fake, visit).await;
        let policy = page.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(policy.contains("default-src 'none'"), "{name}");
        assert!(!policy.contains("unsafe"), "{name}");
        assert_eq!(
            page.headers[header::CACHE_CONTROL],
            "private, no-store",
            "{name}"
        );
        let html = html(&page);
        for tag in tags(&html) {
            assert!(!tag.contains(" style="), "{name}: <{tag}>");
            assert!(!tag.contains(" on"), "{name}: <{tag}>");
            assert!(!tag.contains("javascript:"), "{name}: <{tag}>");
            assert!(!tag.contains("//"), "{name}: <{tag}> asks somebody else");
            if tag.starts_with("script") {
                assert!(tag.contains(" src=\"/site/draw."), "{name}: <{tag}>");
            }
            assert!(!tag.starts_with("style"), "{name}: <{tag}>");
        }
    }
}

#[tokio::test]
async fn every_form_that_changes_something_carries_its_token() {
    for (name, fake, visit) in states() {
        let html = html(&ask(&fake, visit).await);
        for form in html.split("<form method=\"post\"").skip(1) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.contains("name=\"csrf\" value=\""), "{name}");
        }
    }
}

/// Every text of every answer is a script, codes and times aside.
struct Poisoned(Fake);

const SCRIPT: &str = "\"'><script>alert(1)</script>";

fn poison(value: &mut Value, key: &str) {
    const PLAIN: [&str; 12] = [
        "status",
        "code",
        "eventCode",
        "result",
        "mode",
        "drawId",
        "token",
        "channel",
        "result",
        "type",
        "accessToken",
        "verification",
    ];
    match value {
        Value::String(text) if !PLAIN.contains(&key) && !key.ends_with("At") => {
            text.push_str(SCRIPT)
        }
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, key)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, item)| poison(item, key)),
        _ => {}
    }
}

impl Api for Poisoned {
    async fn call(&self, call: Call) -> Reply {
        let mut reply = self.0.call(call).await;
        poison(&mut reply.json, "");
        reply
    }
}

#[tokio::test]
async fn a_script_in_any_text_stays_text() {
    for (name, fake, mut visit) in states() {
        let typed: String = form_urlencoded::byte_serialize(SCRIPT.as_bytes()).collect();
        for pairs in [&mut visit.query, &mut visit.form] {
            let fields: Vec<String> = pairs
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| match pair.split_once('=') {
                    Some((name @ ("csrf" | "key" | "step"), value)) => format!("{name}={value}"),
                    Some((name, value)) => format!("{name}={value}{typed}"),
                    None => pair.to_owned(),
                })
                .collect();
            *pairs = fields.join("&");
        }
        let page = ask(&Poisoned(fake), visit).await;
        let html = html(&page);
        assert!(!html.contains("<script>"), "{name}");
        for tag in tags(&html) {
            assert_eq!(
                tag.matches('"').count() % 2,
                0,
                "{name}: broken out of <{tag}>"
            );
        }
    }
}

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

#[tokio::test]
async fn a_language_that_was_chosen_stays() {
    let page = ask(&fleet(), get("/e/K7MD3FXA?ch=NAVER&lang=en")).await;
    assert!(
        cookies(&page)
            .iter()
            .any(|cookie| cookie.starts_with("lang=en; Path=/; HttpOnly"))
    );
    assert!(html(&page).contains("href=\"/e/K7MD3FXA?ch=NAVER&#38;lang=ko\""));
    let mut later = get("/e");
    later.cookies = "lang=en".to_owned();
    assert!(html(&ask(&fleet(), later).await).contains("<html lang=\"en\">"));
}

#[tokio::test]
async fn other_methods_are_refused_with_the_known_ones() {
    for (method, path, allowed) in [
        ("DELETE", "/e/K7MD3FXA", "GET, HEAD, POST"),
        ("POST", "/draws/x", "GET, HEAD"),
        ("GET", "/logout", "POST"),
    ] {
        let page = ask(&fleet(), visit(method, path)).await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(page.headers[header::ALLOW], allowed, "{path}");
    }
}

#[tokio::test]
async fn a_login_is_kept_where_no_script_sees_it() {
    let fake = fleet().on(
        "POST",
        "/api/users/login",
        200,
        json!({"tokens": tokens(), "user": {}, "store": {}}),
    );
    let form = "loginId=010%201234%205678&password=geheim1!&next=%2Fapp%2Fevents%3Fq%3Da";
    let page = ask(&fake, post("/login", form)).await;
    assert_eq!(location(&page), "/app/events?q=a");
    let set = cookies(&page);
    assert!(
        set.iter().any(
            |c| c.starts_with("access=new-access; Path=/; HttpOnly; SameSite=Lax; Max-Age=870")
        ),
        "{set:?}"
    );
    assert!(
        set.iter()
            .any(|c| c.starts_with("refresh=new-refresh; Path=/; HttpOnly")),
        "{set:?}"
    );
    let refused = fleet().on(
        "POST",
        "/api/users/login",
        401,
        problem(401, "INVALID_CREDENTIALS", "…"),
    );
    let page = ask(
        &refused,
        post("/login", "loginId=a%40b.kr&password=geheim1!"),
    )
    .await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(html(&page).contains("value=\"a@b.kr\"") && !html(&page).contains("geheim1!"));
}

#[tokio::test]
async fn two_tabs_renew_a_login_once() {
    let fake = fleet().on(
        "POST",
        "/api/users/refresh",
        200,
        json!({"tokens": tokens()}),
    );
    let site = Site::new();
    let mut visit = get("/app");
    visit.cookies = "refresh=old-refresh".to_owned();
    let (one, two) = tokio::join!(
        site.answer(&fake, visit.clone()),
        site.answer(&fake, visit.clone())
    );
    let three = site.answer(&fake, visit).await;
    for page in [one, two, three] {
        let page = page.unwrap();
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            cookies(&page)
                .iter()
                .any(|cookie| cookie.starts_with("access=new-access"))
        );
    }
    assert_eq!(fake.called("POST", "/api/users/refresh").len(), 1);
    let home = fake.called("GET", "/api/users/me/store");
    assert!(
        home.iter()
            .all(|call| call.bearer.as_deref() == Some("new-access"))
    );
}

#[tokio::test]
async fn whoever_is_not_logged_in_comes_back_after_the_login() {
    let page = ask(&fleet(), get("/app/events?status=ONGOING")).await;
    assert_eq!(
        location(&page),
        "/login?next=%2Fapp%2Fevents%3Fstatus%3DONGOING"
    );
    let over = fleet()
        .on("GET", "/api/events", 401, problem(401, "UNAUTHORIZED", "…"))
        .on(
            "POST",
            "/api/users/refresh",
            401,
            problem(401, "REFRESH_TOKEN_INVALID", "…"),
        );
    let page = ask(&over, signed_in(get("/app/events"))).await;
    assert_eq!(location(&page), "/login?next=%2Fapp%2Fevents&ended=1");
    assert!(
        cookies(&page)
            .iter()
            .all(|cookie| cookie.ends_with("Max-Age=0"))
    );
}

#[tokio::test]
async fn signing_up_goes_on_where_it_stopped() {
    let fake = fleet().on(
        "POST",
        "/api/users/business-numbers/verify",
        200,
        json!({"status": "VERIFIED", "source": "TAX_OFFICE"}),
    );
    let page = ask(&fake, post("/signup", "step=1&businessNumber=123-45-67891")).await;
    assert_eq!(location(&page), "/signup?step=2");
    let kept = cookies(&page)
        .into_iter()
        .find(|cookie| cookie.starts_with("signup="))
        .unwrap();
    assert!(kept.contains("Path=/signup; HttpOnly"), "{kept}");
    let answers = kept
        .split(';')
        .next()
        .unwrap()
        .split_once('=')
        .unwrap()
        .1
        .to_owned();
    // Nobody gets to the last step past the second.
    let page = ask(&fake, signup(get("/signup?step=3"), &answers)).await;
    assert!(html(&page).contains("name=\"storeName\""));
    let page = ask(&fake, signup(get("/signup"), FULL)).await;
    assert!(html(&page).contains("name=\"password\""));
}

#[tokio::test]
async fn a_sign_up_sends_all_three_steps_once() {
    let fake = fleet().on(
        "POST",
        "/api/users/register",
        201,
        json!({"tokens": tokens(), "user": {}, "store": {}}),
    );
    let form = "step=3&name=%EA%B9%80%EB%8B%AC%EA%B5%AC&phone=01012345678&email=a%40b.kr&password=geheim1!";
    let page = ask(&fake, signup(post("/signup", form), FULL)).await;
    assert_eq!(location(&page), "/app?welcome=1");
    let calls = fake.called("POST", "/api/users/register");
    assert_eq!(calls.len(), 1);
    assert!(calls[0].idempotency_key.is_some());
    assert_eq!(
        calls[0].body.clone().unwrap(),
        json!({"email": "a@b.kr", "phoneNumber": "010-1234-5678", "password": "geheim1!", "name": "김달구",
            "store": {"name": "달구네", "industry": "RESTAURANT", "region": "SEOUL", "address": "서울", "businessNumber": "1234567891"}})
    );
    let set = cookies(&page);
    assert!(
        set.iter()
            .any(|cookie| cookie.starts_with("signup=; ") && cookie.ends_with("Max-Age=0")),
        "{set:?}"
    );
    assert!(set.iter().all(|cookie| !cookie.contains("geheim")));
    // A number that was taken meanwhile is mended where it was asked.
    let taken = fleet().on(
        "POST",
        "/api/users/register",
        409,
        problem(409, "BUSINESS_NUMBER_TAKEN", "이미 등록한 번호예요."),
    );
    let page = ask(&taken, signup(post("/signup", form), FULL)).await;
    let text = html(&page);
    assert!(text.contains("name=\"businessNumber\"") && text.contains("이미 등록한 번호예요."));
}

#[tokio::test]
async fn a_new_password_is_chosen_with_the_link() {
    let fake = fleet().on("PUT", "/api/users/password-resets/t0k_-9", 204, Value::Null);
    let page = ask(&fake, post("/password-resets/t0k_-9", "password=neu12345!")).await;
    assert_eq!(location(&page), "/login?reset=1");
    let calls = fake.called("PUT", "/api/users/password-resets/t0k_-9");
    assert_eq!(calls[0].body, Some(json!({"password": "neu12345!"})));
}
