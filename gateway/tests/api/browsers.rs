//! Pages of other origins, and text that is worth compressing.

use crate::fixture::{Fixture, everywhere};
use janchi_testkit::serve_stub;
use reqwest::Method;

const SHOP: &str = "https://shop.example";

async fn open_to_shop() -> Fixture {
    Fixture::with(|config| config.cors_origins = SHOP.parse().unwrap()).await
}

#[tokio::test]
async fn a_named_origin_may_ask_and_read() {
    let fixture = open_to_shop().await;
    let client = fixture.client().header("origin", SHOP);
    let preflight = client
        .request(Method::OPTIONS, "/api/events/1")
        .header("access-control-request-method", "PATCH");
    let reply = client.send(preflight).await;
    assert_eq!(reply.status, 204);
    assert_eq!(reply.header("access-control-allow-origin"), Some(SHOP));
    assert!(
        reply
            .header("access-control-allow-methods")
            .unwrap()
            .contains("PATCH")
    );
    assert!(
        reply
            .header("access-control-allow-headers")
            .unwrap()
            .contains("authorization")
    );
    let reply = client.get("/api/reference/regions").await;
    assert_eq!(reply.header("access-control-allow-origin"), Some(SHOP));
    assert!(
        reply
            .header("access-control-expose-headers")
            .unwrap()
            .contains("etag")
    );
    assert_eq!(reply.header("access-control-allow-credentials"), None);
    assert!(reply.header("vary").unwrap().contains("origin"));
}

#[tokio::test]
async fn any_other_origin_is_told_nothing() {
    let fixture = open_to_shop().await;
    for origin in [
        "null",
        "https://evil-shop.example",
        "https://shop.example.evil.example",
        "http://shop.example",
    ] {
        let client = fixture.client().header("origin", origin);
        let preflight = client
            .request(Method::OPTIONS, "/api/events")
            .header("access-control-request-method", "POST");
        assert_eq!(
            client
                .send(preflight)
                .await
                .header("access-control-allow-origin"),
            None,
            "{origin}"
        );
        let reply = client.get("/api/reference/regions").await;
        assert_eq!(
            reply.header("access-control-allow-origin"),
            None,
            "{origin}"
        );
    }
}

/// A fleet whose services answer all with this kind of text and this tag.
async fn saying(kind: &'static str, text: String, tag: Option<&'static str>) -> Fixture {
    let router = axum::Router::new().fallback(move || {
        let text = text.clone();
        async move {
            let mut response = axum::response::Response::new(axum::body::Body::from(text));
            response
                .headers_mut()
                .insert("content-type", kind.parse().unwrap());
            if let Some(tag) = tag {
                response.headers_mut().insert("etag", tag.parse().unwrap());
            }
            response
        }
    });
    let upstream = serve_stub(router).await;
    Fixture::with(|config| config.upstreams = everywhere(&upstream)).await
}

#[tokio::test]
async fn long_text_is_compressed_for_whoever_takes_it() {
    let text = format!("[{}\"끝\"]", "\"달빛 베이커리\",".repeat(300));
    let fixture = saying("application/json", text.clone(), Some("\"v1\"")).await;
    let client = fixture.client();
    let plain = client.get("/api/reference/regions").await;
    assert_eq!(
        (plain.header("content-encoding"), plain.text()),
        (None, text.clone())
    );
    assert_eq!(plain.header("etag"), Some("\"v1\""));
    let reply = client
        .header("accept-encoding", "br, gzip")
        .get("/api/reference/regions")
        .await;
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
    assert_eq!(
        reply.header("etag"),
        Some("W/\"v1\""),
        "the same thing in other bytes"
    );
    assert!(reply.header("vary").unwrap().contains("accept-encoding"));
    assert!(reply.body.len() * 5 < text.len());
    let mut unpacked = String::new();
    std::io::Read::read_to_string(
        &mut flate2::read::GzDecoder::new(reply.body.as_slice()),
        &mut unpacked,
    )
    .unwrap();
    assert_eq!(unpacked, text);
}

#[tokio::test]
async fn what_does_not_pay_or_would_tell_a_secret_is_left_alone() {
    let text = "x".repeat(5000);
    let fixture = saying("application/json", text.clone(), Some("\"v1\"")).await;
    let client = fixture.client().header("accept-encoding", "gzip");
    assert_eq!(
        client
            .call("/api/users/login")
            .await
            .header("content-encoding"),
        None,
        "tokens"
    );
    let (token, _) = fixture.owner().await;
    let owner = client.bearer(&token).get("/api/events/1").await;
    assert_eq!(
        (owner.header("content-encoding"), owner.header("etag")),
        (None, Some("\"v1\"")),
        "comes back in If-Match"
    );
    let refused = fixture
        .client()
        .header("accept-encoding", "gzip;q=0")
        .get("/api/reference/regions")
        .await;
    assert_eq!(refused.header("content-encoding"), None);
    for (kind, text) in [
        ("image/png", text),
        ("application/json", "short".to_owned()),
    ] {
        let fixture = saying(kind, text, None).await;
        let reply = fixture
            .client()
            .header("accept-encoding", "gzip")
            .get("/api/reference/regions")
            .await;
        assert_eq!(reply.header("content-encoding"), None, "{kind}");
    }
}
