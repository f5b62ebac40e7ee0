//! The pages, in front of stand-ins for the services.

use crate::fixture::{Fixture, everywhere};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use janchi_testkit::{Client, Reply, serve_stub};
use janchi_web::Json;
use reqwest::Method;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const SECRET: &str = "07070707070707070707070707070707";
/// The secret behind a mask of ones.
const FIELD: &str = "0101010101010101010101010101010106060606060606060606060606060606";

async fn in_front_of(router: Router) -> Fixture {
    let upstream = serve_stub(router).await;
    Fixture::with(|config| config.upstreams = everywhere(&upstream)).await
}

fn origin(fixture: &Fixture) -> String {
    fixture.gateway.base.trim_end_matches('/').to_owned()
}

/// A form sent from a page of ours.
async fn send(client: &Client, fixture: &Fixture, path: &str, kind: &str, body: Vec<u8>) -> Reply {
    let request = client
        .request(Method::POST, path)
        .header("cookie", format!("csrf={SECRET}"))
        .header("origin", origin(fixture))
        .header("content-type", kind)
        .body(body);
    client.send(request).await
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_page_is_a_page_and_its_calls_are_those_of_its_visitor() {
    let fixture = in_front_of(Router::new().route(
        "/api/public/codes/{code}",
        get(|request: Request| async move {
            assert_eq!(request.headers()["x-forwarded-for"], "203.0.113.7");
            assert_eq!(request.headers()["accept-language"], "en");
            assert_eq!(request.headers()["x-request-id"], "0192f0c1-page");
            Json(json!({"eventCode": "K7MD3FXA", "channel": "GENIE_TV"}))
        }),
    ))
    .await;
    let client = fixture
        .client()
        .header("x-forwarded-for", "203.0.113.7")
        .header("x-request-id", "0192f0c1-page")
        .header("accept-language", "en");
    let found = client.get("/e?code=352980").await;
    assert_eq!(found.status, 303);
    assert!(found.header("location").unwrap().starts_with("/e/K7MD3FXA"));
    let page = client.get("/login").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    assert_eq!(page.header("x-request-id"), Some("0192f0c1-page"));
    let style = page.text();
    let style = style
        .split('"')
        .find(|text| text.starts_with("/site/site."))
        .unwrap();
    let style = client.header("accept-encoding", "gzip").get(style).await;
    assert_eq!(style.header("content-encoding"), Some("gzip"));
    assert!(style.header("cache-control").unwrap().contains("immutable"));
}

#[tokio::test]
async fn a_form_is_taken_from_our_own_page_alone_and_only_as_a_form() {
    let login = post(|body: String| async move {
        assert_eq!(body, r#"{"loginId":"a@b.kr","password":"x"}"#);
        Json(json!({"tokens": {"accessToken": "a", "refreshToken": "r", "expiresIn": 900}}))
    });
    let fixture = in_front_of(Router::new().route("/api/users/login", login)).await;
    let client = fixture.client();
    let form = |csrf: &str| format!("csrf={csrf}&loginId=a%40b.kr&password=x").into_bytes();
    let entered = send(&client, &fixture, "/login", FORM, form(FIELD)).await;
    assert_eq!(
        (entered.status, entered.header("location")),
        (303, Some("/app"))
    );
    assert!(entered.header("set-cookie").unwrap().contains("HttpOnly"));
    let forged = send(&client, &fixture, "/login", FORM, form(&"0".repeat(64))).await;
    assert_eq!(forged.status, 403);
    let json = send(&client, &fixture, "/login", "application/json", form(FIELD)).await;
    assert_eq!(json.status, 415);
    let large = send(&client, &fixture, "/login", FORM, vec![b'a'; 70_000]).await;
    assert_eq!(large.status, 413);
    assert!(
        large
            .header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    let multipart = "multipart/form-data; boundary=x";
    let broken = send(
        &client,
        &fixture,
        "/app/uploads",
        multipart,
        b"--x\r\n".to_vec(),
    )
    .await;
    assert_eq!(broken.status, 400);
    assert_eq!(client.call("/app").await.status, 405);
}

#[tokio::test]
async fn a_page_counts_once_however_much_it_asks() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let fixture = in_front_of(Router::new().fallback(move || {
        count.fetch_add(1, Ordering::Relaxed);
        async { Json(json!({"items": [], "nextCursor": null, "totalCount": 0})) }
    }))
    .await;
    let (token, _) = fixture.owner().await;
    let client = fixture
        .client()
        .header("cookie", &format!("access={token}"));
    for _ in 0..5 {
        assert_eq!(client.get("/app").await.status, 200);
    }
    assert!(asked.load(Ordering::Relaxed) >= 15, "several calls a page");
    let reply = fixture.client().bearer(&token).get("/api/channels").await;
    assert_eq!(reply.header("ratelimit-remaining"), Some("94"));
}

#[tokio::test]
async fn files_and_streams_go_through_a_page_as_they_are() {
    let csv = get(|request: Request| async move {
        assert!(
            request.headers()[header::AUTHORIZATION]
                .to_str()
                .unwrap()
                .starts_with("Bearer ")
        );
        assert_eq!(request.uri().query(), Some("format=csv"));
        let heads = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
            (
                header::CONTENT_DISPOSITION,
                "attachment; filename=\"a.csv\"",
            ),
        ];
        (heads, "번호\n1\n").into_response()
    });
    let stream = get(|| async {
        use futures::StreamExt;
        let first = futures::stream::once(async { Ok::<_, std::io::Error>("data: {}\n\n") });
        let body = Body::from_stream(first.chain(futures::stream::pending()));
        ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
    });
    let fixture = in_front_of(
        Router::new()
            .route("/api/events/{id}/participants/export", csv)
            .route("/api/jobs/{id}/stream", stream),
    )
    .await;
    let (token, _) = fixture.owner().await;
    let owner = fixture
        .client()
        .header("cookie", &format!("access={token}"));
    let file = owner
        .get("/app/events/1/participants/file?format=csv")
        .await;
    assert_eq!((file.status, file.text()), (200, "번호\n1\n".to_owned()));
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"a.csv\"")
    );
    assert_eq!(file.header("cache-control"), Some("private, no-store"));
    let mut open = owner
        .request(Method::GET, "/app/jobs/1/stream")
        .send()
        .await
        .unwrap();
    assert_eq!(open.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(open.chunk().await.unwrap().unwrap(), "data: {}\n\n");
    let stranger = fixture.client();
    for path in ["/app/jobs/1/stream", "/app/events/1/participants/file"] {
        let sent_away = stranger.get(path).await;
        assert_eq!(sent_away.status, 303);
        assert!(
            sent_away
                .header("location")
                .unwrap()
                .starts_with("/login?next=")
        );
    }
    assert_eq!(owner.get("/app/images/1/file").await.status, 404);
}

#[tokio::test]
async fn a_photo_goes_to_the_api_and_its_page_goes_on() {
    let upload = post(|request: Request| async move {
        let body = axum::body::to_bytes(request.into_body(), 1 << 24)
            .await
            .unwrap();
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains("name=\"kind\"\r\n\r\nLOGO\r\n"), "{text}");
        assert!(
            text.contains("name=\"file\"") && text.contains("picture"),
            "{text}"
        );
        assert!(
            !text.contains("csrf") && !text.contains("my-cat.png"),
            "{text}"
        );
        let made = json!({"uploadId": "u-1", "url": "/cdn/u.png", "width": 1, "height": 1});
        (StatusCode::CREATED, Json(made)).into_response() as Response
    });
    let router = Router::new().route(
        "/api/content/uploads",
        upload.layer(axum::extract::DefaultBodyLimit::disable()),
    );
    let fixture = in_front_of(router).await;
    let (token, _) = fixture.owner().await;
    let client = fixture.client();
    let form = |next: &str| {
        let part = |name: &str, value: &str| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let file = "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"my-cat.png\"\r\n\r\npicture\r\n--x--\r\n";
        [
            part("csrf", FIELD),
            part("kind", "LOGO"),
            part("next", next),
            file.to_owned(),
        ]
        .concat()
    };
    let upload = async |next: &str| {
        let request = client
            .request(Method::POST, "/app/uploads")
            .header("cookie", format!("csrf={SECRET}; access={token}"))
            .header("origin", origin(&fixture))
            .header("content-type", "multipart/form-data; boundary=x")
            .body(form(next));
        client.send(request).await
    };
    let reply = upload("/app/events/1/pictures").await;
    assert_eq!(reply.status, 303);
    assert_eq!(
        reply.header("location"),
        Some("/app/events/1/pictures?upload=u-1&kind=LOGO")
    );
    let reply = upload("").await;
    assert_eq!(reply.status(201)["uploadId"], "u-1");
    let reply = upload("https://evil.example").await;
    assert!(reply.header("location").unwrap().starts_with("/app?"));
}
