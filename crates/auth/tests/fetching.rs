//! How a verifier comes by its keys: rarely, never in the way of a known key, and never worse off after a bad answer.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use janchi_auth::{Pace, Refused, Signer, Verifier};
use janchi_testkit::{eventually, serve_stub};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What the source of keys answers.
#[derive(Debug, Clone)]
enum Answer {
    Keys(Value),
    Body(String),
    Status(StatusCode),
    Never,
}

#[derive(Clone)]
struct Source {
    answer: Arc<Mutex<Answer>>,
    asked: Arc<AtomicUsize>,
}

impl Source {
    fn set(&self, answer: Answer) {
        *self.answer.lock().expect("the test's own set-up is good") = answer;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn jwks(State(source): State<Source>) -> Response {
    source.asked.fetch_add(1, Ordering::SeqCst);
    let answer = source
        .answer
        .lock()
        .expect("the test's own set-up is good")
        .clone();
    match answer {
        Answer::Keys(keys) => keys.to_string().into_response(),
        Answer::Body(body) => body.into_response(),
        Answer::Status(status) => status.into_response(),
        Answer::Never => std::future::pending().await,
    }
}

fn keys(signers: &[&Signer]) -> Answer {
    let keys: Vec<Value> = signers.iter().map(|signer| signer.public_jwk()).collect();
    Answer::Keys(json!({ "keys": keys }))
}

async fn source(answer: Answer, pace: Pace) -> (Source, Verifier) {
    let source = Source {
        answer: Arc::new(Mutex::new(answer)),
        asked: Arc::default(),
    };
    let router = Router::new()
        .route("/jwks", get(jwks))
        .with_state(source.clone());
    let url = serve_stub(router)
        .await
        .join("jwks")
        .expect("the test's own set-up is good");
    (
        source,
        Verifier::fetching_at(url, pace).expect("the test's own set-up is good"),
    )
}

fn signer() -> Signer {
    Signer::generate().expect("the test's own set-up is good").0
}

fn token(signer: &Signer) -> String {
    let quarter = Duration::from_secs(900);
    signer
        .owner_access(Uuid::now_v7(), Uuid::now_v7(), quarter)
        .expect("signing works")
}

fn pace(refresh: u64, ask_again: u64) -> Pace {
    Pace {
        refresh: Duration::from_millis(refresh),
        ask_again: Duration::from_millis(ask_again),
    }
}

const DEADLINE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn many_first_tokens_ask_once() {
    let own = signer();
    let (source, verifier) = source(keys(&[&own]), Pace::default()).await;
    let token = token(&own);
    let tries = (0..50).map(|_| verifier.owner(&token));
    let taken = futures::future::join_all(tries).await;
    assert!(taken.iter().all(Result::is_ok));
    assert_eq!(source.asked(), 1);
}

#[tokio::test]
async fn unknown_keys_are_asked_for_once_in_a_while() {
    let own = signer();
    let (source, verifier) = source(keys(&[&own]), pace(60_000, 400)).await;
    let strange = token(&signer());
    for _ in 0..20 {
        assert!(matches!(
            verifier.owner(&strange).await,
            Err(Refused::Invalid)
        ));
    }
    assert_eq!(source.asked(), 1);
    // A key that came meanwhile is found as soon as asking is allowed again.
    let new = signer();
    source.set(keys(&[&own, &new]));
    let fresh = token(&new);
    eventually(DEADLINE, || async { verifier.owner(&fresh).await.ok() }).await;
    assert!(verifier.owner(&token(&own)).await.is_ok());
    assert_eq!(source.asked(), 2);
}

#[tokio::test]
async fn a_source_that_fails_is_given_time() {
    let own = signer();
    let (source, verifier) = source(
        Answer::Status(StatusCode::INTERNAL_SERVER_ERROR),
        pace(60_000, 10_000),
    )
    .await;
    let good = token(&own);
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(1) {
        // Nothing is known of the token: that is no 401.
        assert!(matches!(
            verifier.owner(&good).await,
            Err(Refused::NoKeys(_))
        ));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // At 0, 250 and 750 ms.
    assert!((2..=4).contains(&source.asked()), "{}", source.asked());
    source.set(keys(&[&own]));
    eventually(DEADLINE, || async { verifier.owner(&good).await.ok() }).await;
}

#[tokio::test]
async fn known_keys_never_wait_for_a_source_that_hangs() {
    let own = signer();
    let (source, verifier) = source(keys(&[&own]), pace(50, 100)).await;
    let good = token(&own);
    assert!(verifier.owner(&good).await.is_ok());
    source.set(Answer::Never);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut slowest = Duration::ZERO;
    for _ in 0..200 {
        let began = Instant::now();
        assert!(verifier.owner(&good).await.is_ok());
        slowest = slowest.max(began.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    assert!(source.asked() >= 2, "it was looked at again beside");
}

#[tokio::test]
async fn a_bad_answer_takes_no_key_away() {
    let own = signer();
    let (source, verifier) = source(keys(&[&own]), pace(20, 20)).await;
    let good = token(&own);
    assert!(verifier.owner(&good).await.is_ok());
    let epoch = verifier.epoch();
    for bad in [
        Answer::Keys(json!({"keys": []})),
        Answer::Body("<html>".to_owned()),
        Answer::Body(format!("{{\"keys\": [{}]}}", "7,".repeat(40_000) + "7")),
        Answer::Status(StatusCode::NOT_FOUND),
        Answer::Status(StatusCode::FOUND),
    ] {
        source.set(bad.clone());
        let asked = source.asked();
        eventually(DEADLINE, || async {
            assert!(verifier.owner(&good).await.is_ok(), "{bad:?}");
            (source.asked() > asked + 1).then_some(())
        })
        .await;
    }
    assert_eq!(verifier.epoch(), epoch);
}

#[tokio::test]
async fn a_key_that_left_is_forgotten_and_the_epoch_tells() {
    let (old, new) = (signer(), signer());
    let (source, verifier) = source(keys(&[&old]), pace(50, 50)).await;
    let (before, after) = (token(&old), token(&new));
    assert!(verifier.owner(&before).await.is_ok());
    let first = verifier.epoch();

    // A key that comes changes no verdict.
    source.set(keys(&[&old, &new]));
    eventually(DEADLINE, || async { verifier.owner(&after).await.ok() }).await;
    assert!(verifier.owner(&before).await.is_ok());
    assert_eq!(verifier.epoch(), first);

    // One that leaves does, even where no token is verified any more: the look at the epoch is enough.
    source.set(keys(&[&new]));
    eventually(DEADLINE, || async {
        (verifier.epoch() != first).then_some(())
    })
    .await;
    assert!(matches!(
        verifier.owner(&before).await,
        Err(Refused::Invalid)
    ));
    assert!(verifier.owner(&after).await.is_ok());
}

#[tokio::test]
async fn who_goes_away_does_not_make_it_ask_on_and_on() {
    let own = signer();
    let (source, verifier) = source(Answer::Never, pace(60_000, 10_000)).await;
    let good = token(&own);
    for _ in 0..20 {
        let asking = verifier.owner(&good);
        let _ = tokio::time::timeout(Duration::from_millis(10), asking).await;
    }
    assert!(source.asked() <= 2, "{}", source.asked());
}

#[tokio::test]
async fn nothing_is_verified_without_keys() {
    let own = signer();
    let verifier = Verifier::without_keys();
    assert!(verifier.owner(&token(&own)).await.is_err());
    assert!(verifier.replace(&json!({"keys": []})).is_err());
    verifier
        .replace(&json!({"keys": [own.public_jwk()]}))
        .unwrap();
    assert!(verifier.owner(&token(&own)).await.is_ok());
}
