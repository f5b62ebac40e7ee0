//! The owner's way in.

use super::{ask, cookies, html, location};
use crate::fake::*;
use http::StatusCode;
use janchi_site::Site;
use serde_json::{Value, json};

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
