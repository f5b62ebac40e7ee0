//! Calls to a remote that misbehaves in the ways remotes do.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helper that cannot go on stops the test"
)]

use janchi_auth::ServiceTokens;
use janchi_client::{Api, BreakerState, CallError, ServiceClient};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

/// What a remote does with one connection.
#[derive(Clone, Copy)]
enum Answer {
    /// Closes it without a word.
    Hang,
    /// Sends this body with this status.
    Body(u16, &'static str),
}

struct Remote {
    url: Url,
    asked: Arc<AtomicUsize>,
}

impl Remote {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A remote that answers in this order, the last one for ever.
async fn remote(answers: &'static [Answer]) -> Remote {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            let turn = count.fetch_add(1, Ordering::SeqCst);
            if let Answer::Body(status, body) = answers[turn.min(answers.len() - 1)] {
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(body.as_bytes()).await;
            }
        }
    });
    Remote { url, asked }
}

fn neighbour(remote: &Remote) -> ServiceClient {
    let secret = SecretString::from("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    let tokens = ServiceTokens::new("event", &secret).unwrap();
    ServiceClient::new("user", remote.url.clone(), tokens).unwrap()
}

#[tokio::test]
async fn answers_that_do_not_parse_open_the_breaker() {
    let remote = remote(&[Answer::Body(200, "<html>sorry</html>")]).await;
    let api = Api::new("test", remote.url.clone(), Duration::from_secs(5)).unwrap();
    for _ in 0..5 {
        let error = api.send_json::<Value>(api.get("x")).await.unwrap_err();
        assert!(matches!(error, CallError::Invalid(_)), "{error}");
        assert!(!error.to_string().contains("sorry"), "{error}");
    }
    assert_eq!(api.breaker().state(), BreakerState::Open);
    let error = api.send_json::<Value>(api.get("x")).await.unwrap_err();
    assert!(matches!(error, CallError::Open { .. }), "{error}");
    assert_eq!(remote.asked(), 5);
}

#[tokio::test]
async fn a_read_that_is_broken_off_is_tried_once_more() {
    let remote = remote(&[Answer::Hang, Answer::Body(200, r#"{"n":1}"#)]).await;
    let read: Option<Value> = neighbour(&remote).get("/internal/x").await.unwrap();
    assert_eq!(read, Some(json!({"n": 1})));
    assert_eq!(remote.asked(), 2);
}

#[tokio::test]
async fn a_read_is_tried_no_more_than_twice_and_a_write_once() {
    let down = remote(&[Answer::Body(503, "{}")]).await;
    let read = neighbour(&down).get::<Value>("/internal/x").await;
    assert!(matches!(read, Err(CallError::Status { status: 503, .. })));
    assert_eq!(down.asked(), 2);

    let broken = remote(&[Answer::Hang]).await;
    let written = neighbour(&broken)
        .post::<_, Value>("/internal/x", &json!({}))
        .await;
    assert!(written.unwrap_err().outcome_is_unknown());
    assert_eq!(broken.asked(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_none_and_what_is_refused_is_not_tried_again() {
    let empty = remote(&[Answer::Body(404, "{}")]).await;
    let read = neighbour(&empty).get::<Value>("/internal/x").await.unwrap();
    assert_eq!((read, empty.asked()), (None, 1));
    let refusing = remote(&[Answer::Body(422, "{}")]).await;
    let read = neighbour(&refusing).get::<Value>("/internal/x").await;
    assert!(matches!(read, Err(CallError::Status { status: 422, .. })));
    assert_eq!(refusing.asked(), 1);
}
