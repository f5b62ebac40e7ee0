use super::{json, partners, post};
use janchi_partners::{Fault, FaultKind, Partners, Vendor};
use serde_json::{Value, json};

fn question(groups: &[&str]) -> Value {
    let groups: Vec<Value> = groups
        .iter()
        .map(|name| json!({ "groupName": name, "keywords": [name] }))
        .collect();
    json!({ "startDate": "2026-10-26", "endDate": "2026-11-22", "timeUnit": "week", "keywordGroups": groups })
}

fn search(partners: &Partners, question: &Value) -> reqwest::RequestBuilder {
    post(&partners.datalab_url(), "search", question)
        .header("x-ncp-apigw-api-key-id", "id")
        .header("x-ncp-apigw-api-key", "key")
}

#[tokio::test]
async fn each_group_has_a_series_whose_largest_value_is_a_hundred() {
    let partners = partners().await;
    let asked = question(&["치킨", "두쫀쿠"]);
    let (status, body) = json(search(&partners, &asked)).await;
    assert_eq!(status, 200, "{body}");
    let series = |n: usize| body["results"][n]["data"].as_array().expect("a series");
    assert_eq!(body["results"][1]["title"], "두쫀쿠");
    let periods: Vec<&Value> = series(0).iter().map(|point| &point["period"]).collect();
    assert_eq!(
        periods,
        ["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16"]
    );
    let ratios = series(0).iter().chain(series(1));
    let largest = ratios.filter_map(|point| point["ratio"].as_f64());
    assert_eq!(largest.fold(0.0, f64::max), 100.0);
    assert_eq!(json(search(&partners, &asked)).await.1, body);
}

#[tokio::test]
async fn questions_that_the_real_one_refuses_are_refused() {
    let partners = partners().await;
    let six = question(&["a", "b", "c", "d", "e", "f"]);
    let mut backwards = question(&["a"]);
    backwards["startDate"] = json!("2026-12-01");
    let mut unit = question(&["a"]);
    unit["timeUnit"] = json!("year");
    for wrong in [six, backwards, unit, json!({})] {
        assert_eq!(json(search(&partners, &wrong)).await.0, 400, "{wrong}");
    }
    let bare = post(&partners.datalab_url(), "search", &question(&["a"]));
    let (status, body) = json(bare).await;
    assert_eq!((status, &body["error"]["errorCode"]), (401, &json!("200")));
}

#[tokio::test]
async fn its_troubles_come_in_the_words_of_its_gateway() {
    let partners = partners().await;
    for (kind, status, code) in [
        (FaultKind::SpendLimit, 429, "400"),
        (FaultKind::Overloaded, 503, "900"),
    ] {
        partners.fault(Vendor::Datalab, Fault::from(kind));
        let (said, body) = json(search(&partners, &question(&["a"]))).await;
        assert_eq!((said, &body["error"]["errorCode"]), (status, &json!(code)));
    }
}
