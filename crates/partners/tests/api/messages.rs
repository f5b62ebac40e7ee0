use super::{get, json, partners, post, request};
use janchi_partners::{Fault, MessageKind, Partners, Vendor};
use reqwest::Method;
use serde_json::{Value, json};

const ALIMTALK: &str = "alimtalk/v2.3/appkeys/app/messages";

fn alimtalk() -> Value {
    json!({ "senderKey": "a".repeat(40), "templateCode": "WINNER", "recipientList": [
        { "recipientNo": "01012345678", "templateParameter": { "name": "김잔치", "prize": "커피" }, "recipientGroupingKey": "w1" },
        { "recipientNo": "1" },
    ] })
}

fn send(partners: &Partners, path: &str, body: &Value) -> reqwest::RequestBuilder {
    post(&partners.messages_url(), path, body).header("x-secret-key", "secret")
}

#[tokio::test]
async fn alimtalk_is_sent_read_and_asked_about() {
    let partners = partners().await;
    let (status, body) = json(send(&partners, ALIMTALK, &alimtalk())).await;
    assert_eq!(
        (status, &body["header"]["isSuccessful"]),
        (200, &json!(true))
    );
    assert_eq!(
        (
            &body["message"]["sendResults"][0]["resultCode"],
            &body["message"]["sendResults"][1]["resultCode"]
        ),
        (&json!(0), &json!(-3001))
    );
    let sent = partners.messages(Some("+82 10-1234-5678"));
    assert_eq!(
        (sent.len(), sent[0].kind, sent[0].template.as_deref()),
        (1, MessageKind::Alimtalk, Some("WINNER"))
    );
    assert!(sent[0].text.contains("커피"));
    let request = body["message"]["requestId"].as_str().expect("id");
    let (_, body) = json(
        get(&partners.messages_url(), &format!("{ALIMTALK}/{request}/1"))
            .header("x-secret-key", "s"),
    )
    .await;
    assert_eq!(
        (
            &body["message"]["messageStatus"],
            &body["message"]["recipientGroupingKey"]
        ),
        (&json!("COMPLETED"), &json!("w1"))
    );
    let (_, body) = json(
        get(
            &partners.messages_url(),
            &format!("{ALIMTALK}?recipientGroupingKey=w1"),
        )
        .header("x-secret-key", "s"),
    )
    .await;
    assert_eq!(body["messageSearchResultResponse"]["totalCount"], 1);
    let (_, body) = json(get(&partners.base_url(), "control/messages?to=01012345678")).await;
    assert_eq!(
        (&body["count"], &body["messages"][0]["kind"]),
        (&json!(1), &json!("ALIMTALK"))
    );
}

#[tokio::test]
async fn the_same_key_is_refused_not_replayed() {
    let partners = partners().await;
    let ask = || send(&partners, ALIMTALK, &alimtalk()).header("x-nc-api-idempotency-key", "k1");
    assert_eq!(json(ask()).await.1["header"]["resultCode"], 0);
    let (status, body) = json(ask()).await;
    assert_eq!(
        (
            status,
            &body["header"]["resultCode"],
            &body["header"]["isSuccessful"]
        ),
        (200, &json!(-1005), &json!(false))
    );
}

#[tokio::test]
async fn logical_failures_are_200() {
    let partners = partners().await;
    let (status, body) = json(post(&partners.messages_url(), ALIMTALK, &alimtalk())).await;
    assert_eq!(
        (status, &body["header"]["isSuccessful"]),
        (200, &json!(false))
    );
    let mut no_template = alimtalk();
    no_template["templateCode"] = json!("");
    assert_eq!(
        json(send(&partners, ALIMTALK, &no_template)).await.1["header"]["resultCode"],
        -1007
    );
    partners.fault(Vendor::Messages, Fault::refuse().times(1));
    let (_, body) = json(send(&partners, ALIMTALK, &alimtalk())).await;
    assert_eq!(body["message"]["sendResults"][0]["resultCode"], 3022);
    partners.fault(Vendor::Messages, Fault::status(503));
    assert_eq!(json(send(&partners, ALIMTALK, &alimtalk())).await.0, 503);
}

#[tokio::test]
async fn sms_fills_its_variables_and_is_short() {
    let partners = partners().await;
    let path = "sms/v3.0/appKeys/app/sender/sms";
    let body = json!({ "body": "##link## 에서 비밀번호를 바꿔 주세요", "sendNo": "0212345678",
        "recipientList": [{ "recipientNo": "01099998888", "templateParameter": { "link": "https://j.kr/r/abc" } }] });
    let (_, reply) = json(send(&partners, path, &body)).await;
    assert_eq!(
        (
            &reply["header"]["resultCode"],
            &reply["body"]["data"]["sendResultList"][0]["resultCode"]
        ),
        (&json!(0), &json!(0))
    );
    assert!(
        partners.messages(Some("01099998888"))[0]
            .text
            .starts_with("https://j.kr/r/abc")
    );
    let long = json!({ "body": "가".repeat(46), "sendNo": "02", "recipientList": [{ "recipientNo": "01099998888" }] });
    assert_eq!(
        json(send(&partners, path, &long)).await.1["header"]["isSuccessful"],
        false
    );
    assert_eq!(
        json(send(&partners, "sms/v3.0/appKeys/app/sender/mms", &long))
            .await
            .1["header"]["isSuccessful"],
        true
    );
}

#[tokio::test]
async fn a_scheduled_message_can_be_called_back() {
    let partners = partners().await;
    let mut later = alimtalk();
    let tomorrow = chrono::Utc::now() + chrono::TimeDelta::days(1);
    later["requestDate"] = json!(tomorrow.format("%Y-%m-%d %H:%M").to_string());
    let (_, body) = json(send(&partners, ALIMTALK, &later)).await;
    let id = body["message"]["requestId"].as_str().expect("id");
    let cancel = || {
        request(
            Method::DELETE,
            &partners.messages_url(),
            &format!("{ALIMTALK}/{id}"),
        )
        .header("x-secret-key", "s")
    };
    assert_eq!(json(cancel()).await.1["header"]["isSuccessful"], true);
    let (_, body) = json(
        get(&partners.messages_url(), &format!("{ALIMTALK}/{id}/1")).header("x-secret-key", "s"),
    )
    .await;
    assert_eq!(body["message"]["messageStatus"], "CANCEL");
}

#[tokio::test]
async fn kakao_sends_brand_messages_and_counts_them() {
    let partners = partners().await;
    let path = "brand-message/v1.0/appkeys/app/freestyle-messages";
    let body = json!({ "senderKey": "k", "chatBubbleType": "TEXT", "content": "(광고) 잔치", "statsId": "evt1",
        "buttons": [{ "name": "응모하기" }], "recipientList": [{ "targeting": "F" }] });
    let ask =
        |body: &Value| post(&partners.kakao_url(), path, body).header("x-secret-key", "secret");
    let (status, reply) = json(ask(&body)).await;
    assert_eq!(
        (
            status,
            &reply["header"]["isSuccessful"],
            &reply["message"]["sendResults"][0]["resultCode"]
        ),
        (200, &json!(true), &json!(0))
    );
    let (_, reply) = json(
        get(
            &partners.kakao_url(),
            "brand-message/v1.0/appkeys/app/statistics?statsIds=evt1",
        )
        .header("x-secret-key", "s"),
    )
    .await;
    assert!(reply["statistics"]["received"].as_i64().expect("number") >= 180);
    let long = json!({ "senderKey": "k", "chatBubbleType": "WIDE", "content": "가".repeat(77), "recipientList": [{ "targeting": "F" }] });
    assert_eq!(json(ask(&long)).await.1["header"]["isSuccessful"], false);
}

#[tokio::test]
async fn kakao_login_and_memo() {
    let partners = partners().await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "rest"),
        ("redirect_uri", "https://a"),
        ("code", "c"),
    ];
    let (_, token) =
        json(request(Method::POST, &partners.kakao_url(), "oauth/token").form(&form)).await;
    assert_eq!(
        (&token["expires_in"], &token["refresh_token_expires_in"]),
        (&json!(21_599), &json!(5_183_999))
    );
    let memo = [(
        "template_object",
        json!({ "object_type": "text", "text": "잔치", "link": {} }).to_string(),
    )];
    let ask = |token: &str| {
        request(
            Method::POST,
            &partners.kakao_url(),
            "v2/api/talk/memo/default/send",
        )
        .bearer_auth(token)
        .form(&memo)
    };
    assert_eq!(
        json(ask(token["access_token"].as_str().expect("token")))
            .await
            .1,
        json!({ "result_code": 0 })
    );
    let (status, body) = json(ask("invalid")).await;
    assert_eq!((status, &body["code"]), (401, &json!(-401)));
    assert_eq!(partners.messages(Some("self"))[0].text, "잔치");
}
