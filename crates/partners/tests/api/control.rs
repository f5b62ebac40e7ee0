use super::{get, json, partners, post, request};
use janchi_partners::{Fault, Partners, Vendor};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn ask(partners: &Partners) -> reqwest::RequestBuilder {
    post(
        &partners.tax_office_url(),
        "status?serviceKey=secret",
        &json!({ "b_no": ["1248100998"] }),
    )
}

async fn arm(partners: &Partners, body: Value) -> u16 {
    json(post(&partners.base_url(), "control/faults", &body))
        .await
        .0
}

#[tokio::test]
async fn a_dead_vendor_closes_the_connection() {
    let partners = partners().await;
    assert_eq!(
        arm(
            &partners,
            json!({ "vendor": "TAX_OFFICE", "fault": { "kind": "DROP", "times": 1 } })
        )
        .await,
        200
    );
    assert!(ask(&partners).send().await.is_err());
    assert_eq!(json(ask(&partners)).await.0, 200);
}

#[tokio::test]
async fn a_slow_vendor_answers_late_and_a_hanging_one_never() {
    let partners = partners().await;
    partners.fault(Vendor::TaxOffice, Fault::slow(Duration::from_millis(120)));
    let start = Instant::now();
    assert_eq!(json(ask(&partners)).await.0, 200);
    assert!(start.elapsed() >= Duration::from_millis(120));
    partners.fault(Vendor::TaxOffice, Fault::hang());
    let late = ask(&partners)
        .timeout(Duration::from_millis(150))
        .send()
        .await;
    assert!(late.expect_err("no answer").is_timeout());
}

#[tokio::test]
async fn garbage_and_scripted_answers() {
    let partners = partners().await;
    partners.fault(Vendor::TaxOffice, Fault::garbage());
    let response = ask(&partners).send().await.expect("answer");
    assert_eq!(response.status(), 200);
    assert!(response.json::<Value>().await.is_err());
    let fault = json!({ "vendor": "TAX_OFFICE", "operation": "status", "fault": { "kind": "STATUS", "status": 418, "body": { "a": 1 } } });
    arm(&partners, fault).await;
    assert_eq!(json(ask(&partners)).await, (418, json!({ "a": 1 })));
    let (_, left) = json(request(
        Method::DELETE,
        &partners.base_url(),
        "control/faults",
    ))
    .await;
    assert_eq!(left, json!({ "faults": [] }));
    assert_eq!(json(ask(&partners)).await.0, 200);
    partners.fault(Vendor::TaxOffice, Fault::truncate());
    assert!(
        ask(&partners)
            .send()
            .await
            .expect("answer")
            .json::<Value>()
            .await
            .is_err()
    );
}

#[tokio::test]
async fn calls_are_kept_without_secrets() {
    let partners = partners().await;
    json(ask(&partners)).await;
    partners.fault(Vendor::TaxOffice, Fault::dead());
    let _ = ask(&partners).send().await;
    let (_, body) = json(get(&partners.base_url(), "control/calls?vendor=TAX_OFFICE")).await;
    assert_eq!(
        (&body["count"], &body["counts"]["TAX_OFFICE"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(
        (
            &body["calls"][0]["status"],
            &body["calls"][0]["query"]["serviceKey"]
        ),
        (&json!(200), &json!("***"))
    );
    assert_eq!(
        (&body["calls"][1]["status"], &body["calls"][1]["fault"]),
        (&Value::Null, &json!("DROP"))
    );
    assert_eq!(body["calls"][0]["body"]["b_no"][0], "1248100998");
    assert!(!body.to_string().contains("secret"));
    assert_eq!(partners.calls_of(Vendor::TaxOffice, "status").len(), 2);
    json(request(
        Method::DELETE,
        &partners.base_url(),
        "control/calls",
    ))
    .await;
    assert!(partners.calls(Vendor::TaxOffice).is_empty());
}

#[tokio::test]
async fn unknown_words_are_refused() {
    let partners = partners().await;
    assert_eq!(
        arm(
            &partners,
            json!({ "vendor": "NOBODY", "fault": { "kind": "DROP" } })
        )
        .await,
        422
    );
    assert_eq!(
        arm(
            &partners,
            json!({ "vendor": "NAVER", "fault": { "kind": "DROP", "sometimes": true } })
        )
        .await,
        422
    );
    assert_eq!(
        json(get(&partners.base_url(), "control/calls?vendor=nobody"))
            .await
            .0,
        422
    );
    assert_eq!(
        json(get(&partners.base_url(), "nobody/at/home")).await.0,
        404
    );
}

#[tokio::test]
async fn a_review_is_decided_over_http() {
    let partners = partners().await;
    let decide = json!({ "vendor": "GENIE_TV", "decision": "APPROVE" });
    assert_eq!(
        json(post(&partners.base_url(), "control/reviews", &decide)).await,
        (200, json!({ "decided": 0 }))
    );
}
