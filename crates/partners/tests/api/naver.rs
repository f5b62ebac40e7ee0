use super::{get, json, partners, post, request};
use janchi_partners::{Fault, Partners, Vendor};
use reqwest::{Method, multipart::Form};
use serde_json::json;

const ARTICLES: &str = "v1/cafe/12345/menu/2/articles";

fn article(partners: &Partners, path: &str) -> reqwest::RequestBuilder {
    // The form encodes once more: twice in all, as the real API wants it.
    let form = [
        ("subject", "%EC%9E%94%EC%B9%98"),
        ("content", "%EC%95%88%EB%85%95<br>"),
    ];
    request(Method::POST, &partners.naver_url(), path)
        .bearer_auth("token")
        .form(&form)
}

#[tokio::test]
async fn an_article_gets_an_address() {
    let partners = partners().await;
    let (status, body) = json(article(&partners, ARTICLES)).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["message"]["status"], "200");
    assert!(
        body["message"]["result"]["articleUrl"]
            .as_str()
            .expect("url")
            .starts_with("https://cafe.naver.com/")
    );
    let form = Form::new().text("subject", "a").text("content", "b").part(
        "image",
        reqwest::multipart::Part::bytes(vec![1, 2]).file_name("a.jpg"),
    );
    let with_picture = request(Method::POST, &partners.naver_url(), ARTICLES)
        .bearer_auth("token")
        .multipart(form);
    assert_eq!(json(with_picture).await.0, 200);
}

#[tokio::test]
async fn the_spam_box_leaves_the_address_out() {
    let partners = partners().await;
    partners.fault(Vendor::Naver, Fault::refuse());
    let (status, body) = json(article(&partners, ARTICLES)).await;
    assert_eq!(
        (status, body["message"]["result"].get("articleUrl")),
        (200, None)
    );
}

#[tokio::test]
async fn refusals_have_cafe_codes() {
    let partners = partners().await;
    let code = async |path: &str| {
        json(article(&partners, path)).await.1["message"]["error"]["code"].clone()
    };
    assert_eq!(code("v1/cafe/404/menu/1/articles").await, "AP006");
    assert_eq!(code("v1/cafe/1/menu/403/articles").await, "AP003");
    let empty = request(Method::POST, &partners.naver_url(), ARTICLES)
        .bearer_auth("token")
        .form(&[("subject", "a")]);
    assert_eq!(json(empty).await.1["message"]["error"]["code"], "AP001");
    let (status, body) = json(request(Method::POST, &partners.naver_url(), ARTICLES)).await;
    assert_eq!((status, &body["errorCode"]), (401, &json!("028")));
    let me = get(&partners.naver_url(), "v1/nid/me").bearer_auth("expired");
    let (status, body) = json(me).await;
    assert_eq!((status, &body["errorCode"]), (401, &json!("024")));
}

#[tokio::test]
async fn tokens_say_their_hour_as_text() {
    let partners = partners().await;
    let ask = |query: &str| {
        post(
            &partners.naver_url(),
            &format!("oauth2.0/token?{query}"),
            &json!({}),
        )
    };
    let (_, body) = json(ask(
        "grant_type=authorization_code&client_id=a&client_secret=b&code=c&state=d",
    ))
    .await;
    assert_eq!(body["expires_in"], "3600");
    let (_, body) = json(ask(
        "grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=c",
    ))
    .await;
    assert!(body["access_token"].is_string() && body.get("refresh_token").is_none());
    let (status, body) = json(ask(
        "grant_type=authorization_code&client_id=a&client_secret=invalid&code=c",
    ))
    .await;
    assert_eq!((status, &body["error"]), (200, &json!("invalid_client")));
}
