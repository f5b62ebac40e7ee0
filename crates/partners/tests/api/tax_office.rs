use super::{json, partners, post};
use janchi_partners::{CLOSED, Fault, NAME_WITHOUT_MATCH, SUSPENDED, UNREGISTERED, Vendor};
use serde_json::{Value, json};

async fn status(body: &Value, query: &str) -> (u16, Value) {
    let partners = partners().await;
    json(post(
        &partners.tax_office_url(),
        &format!("status{query}"),
        body,
    ))
    .await
}

#[tokio::test]
async fn every_right_number_is_active_except_three() {
    let numbers = json!({ "b_no": ["1248100998", SUSPENDED, CLOSED, UNREGISTERED, "1248100999"] });
    let (code, body) = status(&numbers, "?serviceKey=k%2B%3D").await;
    assert_eq!(code, 200);
    assert_eq!(
        (
            &body["status_code"],
            &body["request_cnt"],
            &body["match_cnt"]
        ),
        (&json!("OK"), &json!(5), &json!(3))
    );
    let codes: Vec<&str> = body["data"]
        .as_array()
        .expect("list")
        .iter()
        .map(|x| x["b_stt_cd"].as_str().expect("text"))
        .collect();
    assert_eq!(codes, ["01", "02", "03", "", ""]);
    assert!(
        body["data"][4]["tax_type"]
            .as_str()
            .expect("text")
            .contains("등록되지 않은")
    );
    assert_eq!(body["data"][2]["end_dt"].as_str().map(str::len), Some(8));
}

#[tokio::test]
async fn nothing_found_leaves_the_count_out() {
    let (_, body) = status(&json!({ "b_no": [UNREGISTERED] }), "?serviceKey=k").await;
    assert_eq!(body.get("match_cnt"), None);
}

#[tokio::test]
async fn errors_come_in_two_envelopes() {
    let good = json!({ "b_no": ["1248100998"] });
    assert_eq!(
        status(&good, "").await,
        (
            401,
            json!({ "code": -401, "msg": "인증키는 필수 항목 입니다." })
        )
    );
    assert_eq!(status(&good, "?serviceKey=invalid").await.1["code"], -4);
    assert_eq!(
        status(&json!({}), "?serviceKey=k").await,
        (411, json!({ "status_code": "REQUEST_DATA_MALFORMED" }))
    );
    let many = json!({ "b_no": vec!["1248100998"; 101] });
    assert_eq!(
        status(&many, "?serviceKey=k").await,
        (413, json!({ "status_code": "TOO_LARGE_REQUEST" }))
    );
    let partners = partners().await;
    let request = post(
        &partners.tax_office_url(),
        "status?serviceKey=k",
        &json!({}),
    )
    .body("{\"b_no\":");
    assert_eq!(
        json(request).await,
        (400, json!({ "status_code": "BAD_JSON_REQUEST" }))
    );
    let lost = post(&partners.tax_office_url(), "nothing", &json!({}));
    assert_eq!(
        json(lost).await,
        (404, json!({ "status_code": "HTTP_ERROR" }))
    );
    partners.fault(Vendor::TaxOffice, Fault::status(500));
    let request = post(&partners.tax_office_url(), "status?serviceKey=k", &good);
    assert_eq!(
        json(request).await,
        (500, json!({ "status_code": "INTERNAL_ERROR" }))
    );
}

#[tokio::test]
async fn validation_matches_registered_businesses_even_closed_ones() {
    let partners = partners().await;
    let business =
        |number: &str, name: &str| json!({ "b_no": number, "start_dt": "20200102", "p_nm": name });
    let body = json!({ "businesses": [
        business("1248100998", "홍길동"), business(CLOSED, "홍길동"), business(UNREGISTERED, "홍길동"), business("1248100998", NAME_WITHOUT_MATCH),
    ] });
    let request = post(&partners.tax_office_url(), "validate", &body)
        .header("authorization", "Infuser raw+key==");
    let (code, body) = json(request).await;
    assert_eq!((code, &body["valid_cnt"]), (200, &json!(2)));
    let valid: Vec<&str> = body["data"]
        .as_array()
        .expect("list")
        .iter()
        .map(|x| x["valid"].as_str().expect("text"))
        .collect();
    assert_eq!(valid, ["01", "01", "02", "02"]);
    assert_eq!(body["data"][1]["status"]["b_stt_cd"], "03");
}
