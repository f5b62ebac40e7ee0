//! What attackers send: bytes that two readers could read differently, oversize heads, slow senders, path tricks.

use crate::fixture::Fixture;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Everything that comes back for these very bytes within a moment.
fn raw(base: &str, bytes: &str) -> String {
    let mut socket =
        TcpStream::connect(base.trim_start_matches("http://")).expect("the gateway listens");
    socket
        .set_read_timeout(Some(Duration::from_millis(700)))
        .expect("a time-out can be set");
    socket
        .write_all(bytes.as_bytes())
        .expect("bytes can be sent");
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(n) = socket.read(&mut buffer) {
        if n == 0 {
            break;
        }
        answer.extend_from_slice(&buffer[..n]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_readings_of_one_request_are_never_both_answered() {
    let fixture = Fixture::new().await;
    let path = "/api/participations";
    let smuggled = "GET /api/nothing HTTP/1.1\r\nHost: a\r\n\r\n";
    for head in [
        "Host: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n".to_owned(),
        "Host: a\r\nContent-Length: 4\r\nContent-Length: 40\r\n".to_owned(),
        "Host: a\r\nTransfer-Encoding: xchunked\r\n".to_owned(),
        "Host: a\r\nContent-Length: +5\r\n".to_owned(),
        "Host: a\r\nContent-Length : 5\r\n".to_owned(),
        "Host: a\r\nHost: b\r\n".to_owned(),
        "X-A: b\r\n folded\r\nHost: a\r\n".to_owned(),
        "X-A: b\nHost: a\r\n".to_owned(),
        "Host: a\n".to_owned(),
        String::new(),
    ] {
        let request = format!("POST {path} HTTP/1.1\r\n{head}\r\n0\r\n\r\n{smuggled}");
        let base = fixture.gateway.base.clone();
        let shown = request.clone();
        let answer = tokio::task::spawn_blocking(move || raw(&base, &request))
            .await
            .unwrap();
        let answers = answer.matches("HTTP/1.1 ").count();
        assert_eq!(answers, 1, "{shown:?} gave {answer:?}");
        // Both framings at once are read as chunked, and the connection ends; everything else is refused.
        let both = head.contains("Transfer-Encoding: chunked");
        assert!(
            both || answer.starts_with("HTTP/1.1 400"),
            "{shown:?} gave {answer:?}"
        );
    }
}

/// The status of the only answer to these bytes; none if the connection just closes.
async fn status(fixture: &Fixture, request: String) -> Option<u16> {
    let base = fixture.gateway.base.clone();
    let answer = tokio::task::spawn_blocking(move || raw(&base, &request))
        .await
        .unwrap();
    assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{answer:?}");
    answer.get(9..12).and_then(|status| status.parse().ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_beyond_reason_are_refused() {
    let fixture = Fixture::new().await;
    let many: String = (0..120).map(|n| format!("x-{n}: 1\r\n")).collect();
    let request =
        |path: &str, extra: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n{extra}\r\n");
    for (what, request) in [
        ("120 headers", request("/api/reference/regions", &many)),
        (
            "a large header",
            request(
                "/api/reference/regions",
                &format!("x: {}\r\n", "y".repeat(500_000)),
            ),
        ),
        (
            "a long path",
            request(&format!("/{}", "y".repeat(70_000)), ""),
        ),
        (
            "a path of 20 kB",
            request(
                &format!("/api/reference/regions?q={}", "y".repeat(20_000)),
                "",
            ),
        ),
        (
            "a NUL in a header",
            request("/api/reference/regions", "x: a\0b\r\n"),
        ),
        ("no HTTP at all", "\x16\x03\x01 hello\r\n\r\n".to_owned()),
    ] {
        let status = status(&fixture, request).await;
        assert!(
            matches!(status, None | Some(400 | 404 | 414 | 431)),
            "{what}: {status:?}"
        );
    }
    assert_eq!(fixture.reached(), 0);
}

#[tokio::test]
async fn a_body_that_would_have_to_be_unpacked_is_refused() {
    let fixture = Fixture::new().await;
    for coding in ["gzip", "br", "zstd", "deflate"] {
        fixture
            .client()
            .header("content-encoding", coding)
            .call("/api/participations")
            .await
            .problem(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    assert_eq!(fixture.reached(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_named_twice_or_differently_is_refused() {
    let fixture = Fixture::new().await;
    let path = "/api/reference/regions";
    let of = |line: String, hosts: &str| format!("{line} HTTP/1.1\r\n{hosts}\r\n");
    assert_eq!(
        status(&fixture, of(format!("GET http://a{path}"), "Host: a\r\n")).await,
        Some(200)
    );
    assert_eq!(
        status(
            &fixture,
            of(format!("GET http://evil{path}"), "Host: a\r\n")
        )
        .await,
        Some(400)
    );
    assert_eq!(
        status(
            &fixture,
            of(format!("GET {path}"), "Host: a\r\nHost: a\r\n")
        )
        .await,
        Some(400)
    );
    assert_eq!(
        status(&fixture, of(format!("GET {path}"), "")).await,
        Some(400)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn disguised_paths_lead_nowhere() {
    let fixture = Fixture::new().await;
    for path in [
        "//api/reference/regions",
        "/api//reference/regions",
        "/api/./reference/regions",
        "/api/reference/../../internal/sessions/1",
        "/api/reference/%2e%2e/%2e%2e/internal/sessions/1",
        "/api/reference/..%2f..%2finternal/sessions/1",
        "/api/reference/%252e%252e/internal",
        "/API/reference/regions",
        "/api/reference/regions/",
        "/api/reference/regions%00",
        "/internal/sessions/1",
        "/api/internal/sessions/1",
        "/cdn/..%5c..%5cetc%5cpasswd",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(status(&fixture, request).await, Some(404), "{path}");
    }
    assert_eq!(fixture.reached(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_nothing_or_stops_in_the_middle_is_cut_off_while_others_are_served() {
    let fixture = Fixture::new().await;
    let address = fixture
        .gateway
        .base
        .trim_start_matches("http://")
        .to_owned();
    let silent: Vec<TcpStream> = ["", "GET /api", "GET / HTTP/1.1\r\nHost: a\r\nX-Y: z"]
        .iter()
        .cycle()
        .take(60)
        .map(|said| {
            let mut socket = TcpStream::connect(&address).unwrap();
            socket.write_all(said.as_bytes()).unwrap();
            socket
                .set_read_timeout(Some(Duration::from_secs(15)))
                .unwrap();
            socket
        })
        .collect();
    fixture
        .client()
        .get("/api/reference/regions")
        .await
        .status(200);
    let began = Instant::now();
    let ended = tokio::task::spawn_blocking(move || {
        // An end or a reset, but no waiting for ever.
        silent.into_iter().all(|mut socket| {
            let mut rest = Vec::new();
            match socket.read_to_end(&mut rest) {
                Ok(_) => true,
                Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
            }
        })
    });
    assert!(ended.await.unwrap());
    assert!(began.elapsed() < Duration::from_secs(14));
    fixture
        .client()
        .get("/api/reference/regions")
        .await
        .status(200);
}
