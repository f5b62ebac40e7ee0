use super::{get, http, json, partners, request};
use janchi_partners::{Decision, Fault, Partners, Vendor};
use janchi_runtime::Clock;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

async fn create(partners: &Partners, image: &str) -> (u16, Value) {
    let form = [
        ("image_url", image),
        ("caption", "잔치 #이벤트"),
        ("access_token", "token"),
    ];
    json(
        request(
            Method::POST,
            &partners.instagram_url(),
            "17841400000000001/media",
        )
        .form(&form),
    )
    .await
}

async fn status(partners: &Partners, id: &str) -> Value {
    json(get(
        &partners.instagram_url(),
        &format!("{id}?fields=status_code,status&access_token=token"),
    ))
    .await
    .1
}

async fn publish(partners: &Partners, id: &str) -> (u16, Value) {
    let path = "17841400000000001/media_publish";
    let form = [("creation_id", id), ("access_token", "token")];
    json(request(Method::POST, &partners.instagram_url(), path).form(&form)).await
}

fn id(body: &Value) -> String {
    body["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_post_goes_from_container_to_insights() {
    let clock = Clock::movable();
    let partners = Partners::spawn_with(clock.clone()).await;
    let (code, body) = create(&partners, "https://example.com/a.jpg").await;
    assert_eq!(code, 200, "{body}");
    let container = id(&body);
    let (code, body) = publish(&partners, &container).await;
    assert_eq!(
        (
            code,
            &body["error"]["code"],
            &body["error"]["error_subcode"]
        ),
        (400, &json!(9007), &json!(2_207_027))
    );
    assert_eq!(
        status(&partners, &container).await["status_code"],
        "FINISHED"
    );
    let (code, body) = publish(&partners, &container).await;
    assert_eq!(code, 200, "{body}");
    let media = id(&body);
    assert_eq!(
        status(&partners, &container).await["status_code"],
        "PUBLISHED"
    );
    let (_, body) = json(get(
        &partners.instagram_url(),
        &format!("{media}?fields=permalink,timestamp,media_type&access_token=token"),
    ))
    .await;
    assert!(
        body["permalink"]
            .as_str()
            .expect("link")
            .starts_with("https://www.instagram.com/p/")
    );
    let (_, list) = json(get(
        &partners.instagram_url(),
        "17841400000000001/media?fields=id,caption,permalink&limit=5&access_token=token",
    ))
    .await;
    assert_eq!(
        (&list["data"][0]["id"], &list["data"][0]["caption"]),
        (&json!(media), &json!("잔치 #이벤트"))
    );
    let insights = async || {
        let path = format!(
            "{media}/insights?metric=reach,views,likes,total_interactions&access_token=token"
        );
        json(get(&partners.instagram_url(), &path)).await.1["data"][1]["values"][0]["value"]
            .as_i64()
            .expect("views")
    };
    let mut last = insights().await;
    for _ in 0..3 {
        clock.advance(Duration::from_secs(3 * 3600));
        let now = insights().await;
        assert!(now > last);
        last = now;
    }
    let (code, body) = json(get(
        &partners.instagram_url(),
        &format!("{media}/insights?metric=impressions&access_token=token"),
    ))
    .await;
    assert_eq!((code, &body["error"]["code"]), (400, &json!(100)));
    let (_, body) = json(get(
        &partners.instagram_url(),
        "17841400000000001/content_publishing_limit?fields=quota_usage,config&access_token=token",
    ))
    .await;
    assert_eq!(
        (
            &body["data"][0]["quota_usage"],
            &body["data"][0]["config"]["quota_total"]
        ),
        (&json!(1), &json!(100))
    );
}

#[tokio::test]
async fn only_jpeg_from_the_web_is_taken() {
    let partners = partners().await;
    let (code, body) = create(&partners, "https://example.com/a.png").await;
    assert_eq!(
        (
            code,
            &body["error"]["code"],
            &body["error"]["error_subcode"]
        ),
        (400, &json!(36_001), &json!(2_207_005))
    );
    assert_eq!(
        create(&partners, "file:///a.jpg").await.1["error"]["code"],
        9004
    );
    assert_eq!(
        create(&partners, "http://example.com/pictures/A.JPEG?size=1")
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn tokens_are_checked_and_renewed() {
    let partners = partners().await;
    let (code, body) = json(get(&partners.instagram_url(), "me")).await;
    assert_eq!((code, &body["error"]["code"]), (400, &json!(190)));
    let (_, body) = json(get(&partners.instagram_url(), "me?access_token=expired-1")).await;
    assert_eq!(
        (&body["error"]["code"], &body["error"]["error_subcode"]),
        (&json!(190), &json!(463))
    );
    let refresh = |token: &str| {
        get(
            &partners.instagram_url(),
            &format!("refresh_access_token?grant_type=ig_refresh_token&access_token={token}"),
        )
    };
    let (code, body) = json(refresh("old")).await;
    assert_eq!((code, &body["expires_in"]), (200, &json!(5_184_000)));
    let fresh = body["access_token"].as_str().expect("token");
    assert_eq!(json(refresh(fresh)).await.0, 400);
}

#[tokio::test]
async fn an_owner_connects_the_account() {
    let partners = partners().await;
    let base = format!("{}instagram", partners.base_url());
    let back = "https://shop.example/back";
    let response = http()
        .get(format!("{base}/oauth/authorize?client_id=1&response_type=code&scope=x&state=s1&redirect_uri={back}"))
        .send()
        .await
        .expect("answer");
    assert_eq!(response.status(), 302);
    let location =
        url::Url::parse(response.headers()["location"].to_str().expect("text")).expect("url");
    let code = location
        .query_pairs()
        .find(|(name, _)| name == "code")
        .expect("code")
        .1
        .into_owned();
    assert!(
        location
            .query_pairs()
            .any(|(name, value)| name == "state" && value == "s1")
    );
    let form = [
        ("client_id", "1"),
        ("client_secret", "s"),
        ("grant_type", "authorization_code"),
        ("redirect_uri", back),
        ("code", &code),
    ];
    let ask = || {
        json(
            http()
                .post(format!("{base}/oauth/access_token"))
                .form(&form),
        )
    };
    let (status, short) = ask().await;
    assert_eq!(status, 200, "{short}");
    assert_eq!(ask().await.0, 400);
    let token = short["access_token"].as_str().expect("token");
    let (_, long) = json(http().get(format!(
        "{base}/access_token?grant_type=ig_exchange_token&client_secret=s&access_token={token}"
    )))
    .await;
    let long = long["access_token"].as_str().expect("token");
    let (_, me) = json(get(
        &partners.instagram_url(),
        &format!("me?fields=user_id,username&access_token={long}"),
    ))
    .await;
    assert_eq!(me["user_id"], short["user_id"]);
}

#[tokio::test]
async fn a_lost_answer_can_be_found_out() {
    let partners = partners().await;
    let container = id(&create(&partners, "https://example.com/a.jpg").await.1);
    status(&partners, &container).await;
    partners.fault_on(
        Vendor::Instagram,
        "media_publish",
        Fault::lose_answer().times(1),
    );
    let form = [
        ("creation_id", container.as_str()),
        ("access_token", "token"),
    ];
    let lost = request(
        Method::POST,
        &partners.instagram_url(),
        "17841400000000001/media_publish",
    )
    .form(&form)
    .send()
    .await;
    assert!(lost.is_err());
    assert_eq!(
        status(&partners, &container).await["status_code"],
        "PUBLISHED"
    );
}

#[tokio::test]
async fn a_stuck_container_waits_for_a_decision() {
    let partners = partners().await;
    partners.fault_on(Vendor::Instagram, "media", Fault::pending().times(1));
    let container = id(&create(&partners, "https://example.com/a.jpg").await.1);
    assert_eq!(
        status(&partners, &container).await["status_code"],
        "IN_PROGRESS"
    );
    assert_eq!(
        status(&partners, &container).await["status_code"],
        "IN_PROGRESS"
    );
    assert_eq!(partners.review(Vendor::Instagram, Decision::Approve), 1);
    assert_eq!(
        status(&partners, &container).await["status_code"],
        "FINISHED"
    );
}

#[tokio::test]
async fn a_carousel_needs_two_children() {
    let partners = partners().await;
    let base = partners.instagram_url();
    let media = |form: Vec<(&'static str, String)>| {
        json(
            request(Method::POST, &base, "7/media")
                .bearer_auth("t")
                .form(&form),
        )
    };
    let child = || {
        vec![
            ("image_url", "https://example.com/a.jpg".to_owned()),
            ("is_carousel_item", "true".to_owned()),
        ]
    };
    let (one, two) = (id(&media(child()).await.1), id(&media(child()).await.1));
    let carousel = |children: String| {
        media(vec![
            ("media_type", "CAROUSEL".to_owned()),
            ("children", children),
        ])
    };
    assert_eq!(
        carousel(one.clone()).await.1["error"]["error_subcode"],
        2_207_028
    );
    assert_eq!(carousel(format!("{one},{two}")).await.0, 200);
}
