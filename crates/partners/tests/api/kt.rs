use super::{get, http, json, partners, post, request};
use axum::extract::State;
use janchi_partners::{Decision, Fault, Partners, Vendor};
use janchi_runtime::Clock;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

fn create(base: &Url, path: &str, key: &str, body: &Value) -> reqwest::RequestBuilder {
    post(base, path, body)
        .header("x-partner-key", "key")
        .header("idempotency-key", key)
}

fn read(base: &Url, path: &str) -> reqwest::RequestBuilder {
    get(base, path).header("x-partner-key", "key")
}

fn spot(channel: &str) -> Value {
    json!({ "external_ref": "mat-1", "channel": channel, "kind": "image", "title": "잔치",
        "source": { "type": "url", "url": "https://example.com/a.jpg", "size": 1000, "content_type": "image/jpeg" },
        "spec": {}, "advertiser": { "business_no": "1248100998", "name": "행복카페", "phone": "0212345678" } })
}

fn booking(channel: &str, material: &str) -> Value {
    let now = chrono::Utc::now();
    json!({ "external_ref": "evt-1", "channel": channel, "material_id": material,
        "schedule": { "start": now.to_rfc3339(), "end": (now + chrono::TimeDelta::days(7)).to_rfc3339(), "time_bands": [] },
        "targeting": { "area_codes": ["1168000000"] }, "budget": { "total": 300_000, "currency": "KRW" },
        "landing": { "url": "https://example.com/e/1", "qr": true } })
}

fn text(body: &Value, name: &str) -> String {
    body[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {body}"))
        .to_owned()
}

async fn booked(base: &Url, channel: &str) -> String {
    let (status, material) = json(create(base, "materials", "m1", &spot(channel))).await;
    assert_eq!(
        (status, &material["status"]),
        (202, &json!("validating")),
        "{material}"
    );
    let id = text(&material, "id");
    assert_eq!(
        json(read(base, &format!("materials/{id}"))).await.1["status"],
        "approved"
    );
    let (status, campaign) = json(create(base, "campaigns", "c1", &booking(channel, &id))).await;
    assert_eq!(
        (status, &campaign["status"]),
        (202, &json!("pending_review")),
        "{campaign}"
    );
    text(&campaign, "id")
}

#[tokio::test]
async fn a_tv_campaign_runs_counts_and_is_taken_down() {
    let clock = Clock::movable();
    let partners = Partners::spawn_with(clock.clone()).await;
    for (base, channel) in [
        (partners.uridongne_tv_url(), "local_tv"),
        (partners.genie_tv_url(), "iptv"),
    ] {
        let id = booked(&base, channel).await;
        let campaign = async || json(read(&base, &format!("campaigns/{id}"))).await.1;
        assert_eq!(campaign().await["status"], "running");
        let stats = async || {
            json(read(
                &base,
                &format!("campaigns/{id}/stats?granularity=hour"),
            ))
            .await
            .1
        };
        clock.advance(Duration::from_secs(3600));
        let first = stats().await;
        clock.advance(Duration::from_secs(6 * 3600));
        let second = stats().await;
        let seen = |stats: &Value| stats["totals"]["impressions"].as_i64().expect("number");
        assert!(seen(&second) > seen(&first) && seen(&first) > 0, "{first}");
        assert_eq!(
            (&second["final"], second["series"].as_array().map(Vec::len)),
            (&json!(false), Some(8))
        );
        let sum: i64 = second["series"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["impressions"].as_i64().expect("number"))
            .sum();
        assert_eq!(sum, seen(&second));
        let cancel = || {
            post(
                &base,
                &format!("campaigns/{id}/cancel"),
                &json!({ "reason": "취소" }),
            )
            .header("x-partner-key", "key")
        };
        let (status, body) = json(cancel()).await;
        assert_eq!((status, &body["status"]), (202, &json!("cancelled")));
        assert!(body["refund"]["amount"].as_i64().expect("number") < 300_000);
        assert_eq!(json(cancel()).await.0, 200);
        let (_, found) = json(read(&base, "campaigns?external_ref=evt-1")).await;
        assert_eq!(
            (&found["items"][0]["id"], &found["next_cursor"]),
            (&json!(id), &Value::Null)
        );
    }
}

#[tokio::test]
async fn a_ring_back_tone_is_uploaded_and_counts_plays() {
    let clock = Clock::movable();
    let partners = Partners::spawn_with(clock.clone()).await;
    let base = partners.ringo_biz_url();
    let tone = |rate: u32| {
        json!({ "external_ref": "mat-2", "channel": "ringback", "kind": "audio", "title": "연결음",
        "source": { "type": "upload", "content_type": "audio/wav", "size": 320_044 },
        "spec": { "duration_ms": 20_000, "sample_rate": rate, "channels": 1, "codec": "pcm_s16le" },
        "advertiser": { "business_no": "1248100998", "name": "행복카페", "phone": "0212345678" } })
    };
    let uploaded = async |key: &str, rate: u32| {
        let (status, material) = json(create(&base, "materials", key, &tone(rate))).await;
        assert_eq!((status, &material["status"]), (201, &json!("uploading")));
        let put = http()
            .put(text(&material["upload"], "url"))
            .body(vec![0_u8; 1000]);
        assert_eq!(json(put).await.0, 200);
        let id = text(&material, "id");
        let complete = request(Method::POST, &base, &format!("materials/{id}/complete"))
            .header("x-partner-key", "key");
        assert_eq!(json(complete).await.0, 202);
        json(read(&base, &format!("materials/{id}"))).await.1
    };
    let bad = uploaded("m1", 44_100).await;
    assert_eq!(
        (&bad["status"], &bad["rejection"]["code"]),
        (&json!("rejected"), &json!("spec_mismatch"))
    );
    let good = uploaded("m2", 8000).await;
    assert_eq!(good["status"], "approved");
    let mut body = booking("ringback", &text(&good, "id"));
    assert_eq!(json(create(&base, "campaigns", "c1", &body)).await.0, 400);
    body["line_numbers"] = json!(["0212345678"]);
    let (status, campaign) = json(create(&base, "campaigns", "c2", &body)).await;
    assert_eq!(status, 202, "{campaign}");
    clock.advance(Duration::from_secs(6 * 3600));
    let (_, stats) = json(read(
        &base,
        &format!("campaigns/{}/stats", text(&campaign, "id")),
    ))
    .await;
    let totals = &stats["totals"];
    assert!(
        totals["plays"].as_i64().expect("plays") > 50
            && totals["calls"].as_i64() >= totals["plays"].as_i64()
    );
    assert_eq!(totals.get("impressions"), None);
}

#[tokio::test]
async fn a_key_gives_the_same_answer_and_no_other() {
    let partners = partners().await;
    let base = partners.uridongne_tv_url();
    let (_, first) = json(create(&base, "materials", "m1", &spot("local_tv"))).await;
    let again = create(&base, "materials", "m1", &spot("local_tv"))
        .send()
        .await
        .expect("answer");
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(
        again.json::<Value>().await.expect("JSON")["id"],
        first["id"]
    );
    let mut other = spot("local_tv");
    other["title"] = json!("다른 잔치");
    let (status, body) = json(create(&base, "materials", "m1", &other)).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (409, &json!("idempotency_conflict"))
    );
    let without = post(&base, "materials", &spot("local_tv")).header("x-partner-key", "key");
    assert_eq!(json(without).await.0, 400);
}

#[tokio::test]
async fn a_held_review_waits_for_its_decision() {
    let partners = partners().await;
    let base = partners.genie_tv_url();
    for (decision, status) in [
        (Decision::Approve, "running"),
        (Decision::Reject, "rejected"),
    ] {
        partners.fault_on(Vendor::GenieTv, "create_campaign", Fault::pending());
        let key = status;
        let (_, material) = json(create(&base, "materials", key, &spot("iptv"))).await;
        let (_, campaign) = json(create(
            &base,
            "campaigns",
            &format!("{key}-c"),
            &booking("iptv", &text(&material, "id")),
        ))
        .await;
        let path = format!("campaigns/{}", text(&campaign, "id"));
        partners.clear_faults();
        assert_eq!(json(read(&base, &path)).await.1["status"], "pending_review");
        assert_eq!(partners.review(Vendor::GenieTv, decision), 1);
        assert_eq!(json(read(&base, &path)).await.1["status"], status);
    }
}

#[tokio::test]
async fn refusals_have_the_contracts_codes() {
    let partners = partners().await;
    let base = partners.uridongne_tv_url();
    let (_, material) = json(create(&base, "materials", "m1", &spot("local_tv"))).await;
    let good = booking("local_tv", &text(&material, "id"));
    let code = async |key: &str, change: &dyn Fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        let (status, body) = json(create(&base, "campaigns", key, &body)).await;
        (status, text(&body["error"], "code"))
    };
    assert_eq!(
        code("a", &|body| body["budget"]["total"] = json!(100)).await,
        (422, "budget_too_low".to_owned())
    );
    assert_eq!(
        code("b", &|body| body["targeting"]["area_codes"] =
            json!(["9999999999"]))
        .await,
        (422, "area_not_served".to_owned())
    );
    assert_eq!(
        code("c", &|body| body["schedule"]["end"] =
            json!("2020-01-02T00:00:00+09:00"))
        .await,
        (400, "invalid_request".to_owned())
    );
    assert_eq!(
        code("d", &|body| body["channel"] = json!("iptv")).await,
        (400, "invalid_request".to_owned())
    );
    let (status, body) = json(get(&base, "campaigns")).await;
    assert_eq!(
        (status, text(&body["error"], "code")),
        (401, "invalid_token".to_owned())
    );
    assert_eq!(json(read(&base, "campaigns/cmp_unknown")).await.0, 404);
    partners.fault(Vendor::UridongneTv, Fault::rate_limit(3).times(1));
    assert_eq!(json(read(&base, "campaigns")).await.0, 429);
    partners.fault(Vendor::UridongneTv, Fault::refuse());
    let (_, campaign) = json(create(&base, "campaigns", "e", &good)).await;
    assert_eq!(
        json(read(&base, &format!("campaigns/{}", text(&campaign, "id"))))
            .await
            .1["status"],
        "rejected"
    );
}

#[tokio::test]
async fn client_credentials_give_a_token_for_an_hour() {
    let clock = Clock::movable();
    let partners = Partners::spawn_with(clock.clone()).await;
    let base = partners.genie_tv_url();
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "stats:read"),
    ];
    let ask = |secret: &str| {
        request(Method::POST, &base, "oauth/token")
            .basic_auth("client", Some(secret))
            .form(&form)
    };
    assert_eq!(json(ask("invalid")).await.0, 401);
    let (_, token) = json(ask("secret")).await;
    let token = text(&token, "access_token");
    assert_eq!(
        json(get(&base, "channels").bearer_auth(&token)).await.1["items"][0]["channel"],
        "iptv"
    );
    assert_eq!(
        json(get(&base, "areas?sido=서울").bearer_auth(&token))
            .await
            .1["items"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    clock.advance(Duration::from_secs(3601));
    assert_eq!(
        json(get(&base, "channels").bearer_auth(&token)).await.0,
        401
    );
}

#[tokio::test]
async fn a_webhook_tells_of_a_change() {
    let (sender, mut told) = tokio::sync::mpsc::unbounded_channel::<(String, Value)>();
    let hook = axum::Router::new()
        .route(
            "/hook",
            axum::routing::post(
                async |State(sender): State<
                    tokio::sync::mpsc::UnboundedSender<(String, Value)>,
                >,
                       headers: axum::http::HeaderMap,
                       body: String| {
                    let signature = headers["x-signature"].to_str().expect("text").to_owned();
                    let _ = sender.send((signature, serde_json::from_str(&body).expect("JSON")));
                },
            ),
        )
        .with_state(sender);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("address"));
    tokio::spawn(async move { axum::serve(listener, hook).await });
    let partners = partners().await;
    let base = partners.uridongne_tv_url();
    let (_, material) = json(create(&base, "materials", "m1", &spot("local_tv"))).await;
    let mut body = booking("local_tv", &text(&material, "id"));
    body["callback_url"] = json!(url);
    let (_, campaign) = json(create(&base, "campaigns", "c1", &body)).await;
    json(read(&base, &format!("campaigns/{}", text(&campaign, "id")))).await;
    let (signature, event) = tokio::time::timeout(Duration::from_secs(5), told.recv())
        .await
        .expect("in time")
        .expect("a call");
    assert!(signature.starts_with("t=") && signature.contains(",v1="));
    assert_eq!(
        (&event["type"], &event["object"]["status"]),
        (&json!("campaign.status_changed"), &json!("running"))
    );
}
