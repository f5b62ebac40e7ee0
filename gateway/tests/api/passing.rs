//! What passes, how it passes, and what does not exist for the outside.

use crate::fixture::{Fixture, everywhere, nowhere};
use janchi_testkit::Client;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_request_passes_with_its_path_query_and_body() {
    let fixture = Fixture::new().await;
    let (token, _) = fixture.owner().await;
    let reply = fixture
        .client()
        .bearer(&token)
        .patch("/api/events/7?a=1&b=%20", json!({"title": "x"}))
        .await;
    let told = reply.status(200);
    assert_eq!(told["path"], "/api/events/7?a=1&b=%20");
    assert_eq!(told["bytes"], 13);
    assert_eq!(
        told["headers"]["x-request-id"],
        reply.header("x-request-id").unwrap()
    );
    assert_eq!(reply.header("x-gone"), None);
}

#[tokio::test]
async fn identities_from_outside_never_arrive() {
    let fixture = Fixture::new().await;
    let (token, _) = fixture.owner().await;
    let mut client = fixture
        .client()
        .bearer(&token)
        .header("connection", "x-user-id");
    for name in [
        "x-user-id",
        "X-Role",
        "x-internal-secret",
        "forwarded",
        "x-real-ip",
        "x_user_id",
        "x-forwarded-host",
    ] {
        client = client.header(name, "someone-else");
    }
    let told = client.get("/api/events/7").await.status(200).to_string();
    assert!(!told.contains("someone-else"), "{told}");
}

#[tokio::test]
async fn what_is_not_in_the_table_does_not_exist() {
    let fixture = Fixture::new().await;
    for path in [
        "/internal/users/1/store",
        "/api/nothing",
        "/metrics",
        "/.git/config",
        "/api/events/..%2f..%2finternal",
    ] {
        fixture.client().get(path).await.problem(404, "NOT_FOUND");
    }
    let reply = fixture.client().get("/api/users/login").await;
    reply.problem(405, "METHOD_NOT_ALLOWED");
    assert_eq!(reply.header("allow"), Some("POST"));
    assert_eq!(fixture.reached(), 0);
}

#[tokio::test]
async fn a_services_own_answer_passes_as_it_is() {
    let fixture = Fixture::new().await;
    let (token, _) = fixture.owner().await;
    let reply = fixture.client().bearer(&token).get("/api/channels").await;
    assert_eq!(
        (reply.status, reply.text().as_str()),
        (418, "short and stout")
    );
}

#[tokio::test]
async fn a_representation_that_cannot_be_had_is_refused() {
    let fixture = Fixture::new().await;
    let client = fixture.client();
    client
        .header("accept", "text/html")
        .get("/api/public/events/abc")
        .await
        .problem(406, "NOT_ACCEPTABLE");
    client
        .header("accept", "text/html, */*;q=0.1")
        .get("/api/public/events/abc")
        .await
        .status(200);
    client
        .header("accept", "application/json")
        .get("/api/public/events/abc")
        .await
        .status(200);
}

#[tokio::test]
async fn errors_are_korean_unless_english_is_preferred() {
    let fixture = Fixture::new().await;
    let korean = fixture
        .client()
        .get("/api/nothing")
        .await
        .problem(404, "NOT_FOUND");
    let english = fixture
        .client()
        .header("accept-language", "en")
        .get("/api/nothing")
        .await
        .problem(404, "NOT_FOUND");
    assert_eq!(korean["detail"], "요청하신 것을 찾을 수 없어요.");
    assert_eq!(english["detail"], "There is nothing here.");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_or_without_its_length() {
    let fixture = Fixture::new().await;
    let client = fixture.client();
    let large = vec![b' '; 1024 * 1024 + 1];
    client
        .post_raw("/api/participations", "application/json", large.clone())
        .await
        .problem(413, "PAYLOAD_TOO_LARGE");
    let chunked = reqwest::Body::wrap_stream(futures::stream::iter(
        large
            .chunks(64 * 1024)
            .map(<[u8]>::to_vec)
            .map(Ok::<_, std::io::Error>)
            .collect::<Vec<_>>(),
    ));
    let request = client
        .request(reqwest::Method::POST, "/api/participations")
        .body(chunked);
    client.send(request).await.problem(413, "PAYLOAD_TOO_LARGE");
    let fits = vec![b' '; 1024 * 1024];
    client
        .post_raw("/api/participations", "application/json", fits)
        .await
        .status(200);
}

#[tokio::test]
async fn events_stream_through_while_they_happen() {
    let fixture = Fixture::new().await;
    let (token, _) = fixture.owner().await;
    let request = fixture
        .client()
        .bearer(&token)
        .request(reqwest::Method::GET, "/api/jobs/1/stream");
    let mut response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let first = tokio::time::timeout(Duration::from_secs(5), response.chunk())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(first.as_deref(), Some(b"data: {}\n\n".as_slice()));
}

#[tokio::test]
async fn a_service_that_is_down_is_a_503_that_says_when_to_come_back() {
    let fixture = Fixture::with(|config| config.upstreams = everywhere(&nowhere())).await;
    let reply = fixture.client().get("/api/public/events/abc").await;
    reply.problem(503, "UNAVAILABLE");
    assert!(reply.header("retry-after").is_some());
}

#[tokio::test]
async fn the_gateways_own_pages_run_no_script_and_list_every_call() {
    let fixture = Fixture::new().await;
    let client = Client::new(&fixture.gateway.base);
    for path in ["/", "/docs", "/page.css"] {
        let reply = client.get(path).await;
        assert_eq!(reply.status, 200, "{path}");
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}");
    }
    let told = client.get("/api/openapi.json").await.status(200);
    for route in janchi_gateway::routes::table() {
        let method = route.method.as_str().to_ascii_lowercase();
        let operation = &told["paths"][route.pattern][method];
        assert!(operation["responses"].is_object(), "{}", route.pattern);
    }
    client.call("/docs").await.problem(404, "NOT_FOUND");
}
