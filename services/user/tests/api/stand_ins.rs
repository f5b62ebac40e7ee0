//! Stand-ins for remotes: a tax office and a message dealer on loopback.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use janchi_testkit::serve_stub;
use janchi_web::Json;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use url::Url;

/// How a stand-in behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Every number is active unless its last but one digit says otherwise.
    Working,
    Failing,
    Hanging,
    /// Answers about another number than asked.
    Confused,
}

#[derive(Clone)]
pub struct StandIn(Arc<Mutex<Inner>>);

struct Inner {
    mood: Mood,
    /// What the tax office answers, by number; others are active.
    codes: Vec<(String, &'static str)>,
    calls: Vec<(HeaderMap, Value)>,
}

impl StandIn {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Inner {
            mood: Mood::Working,
            codes: Vec::new(),
            calls: Vec::new(),
        })))
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0
            .lock()
            .expect("no test panics while it holds the lock")
    }

    pub fn set(&self, mood: Mood) {
        self.inner().mood = mood;
    }

    /// Lets the tax office answer `02` (suspended), `03` (closed) or nothing (unknown) for a number.
    pub fn answer(&self, number: &str, code: &'static str) {
        self.inner().codes.push((number.to_owned(), code));
    }

    pub fn calls(&self) -> Vec<(HeaderMap, Value)> {
        self.inner().calls.clone()
    }

    fn note(&self, headers: HeaderMap, body: Value) -> Mood {
        let mut inner = self.inner();
        inner.calls.push((headers, body));
        inner.mood
    }
}

async fn serve(router: Router) -> Url {
    serve_stub(router)
        .await
        .join("/api")
        .expect("an address takes a path")
}

/// A tax office at the returned base URL.
pub async fn tax_office() -> (StandIn, Url) {
    let stand_in = StandIn::new();
    let router = Router::new()
        .route("/api/nts-businessman/v1/status", post(tax_status))
        .with_state(stand_in.clone());
    (stand_in, serve(router).await)
}

async fn tax_status(
    State(office): State<StandIn>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let number = body["b_no"][0].as_str().unwrap_or_default().to_owned();
    match office.note(headers, body) {
        Mood::Failing => (
            StatusCode::INTERNAL_SERVER_ERROR,
            Json(json!({"status_code": "INTERNAL_ERROR"})),
        )
            .into_response(),
        Mood::Hanging => std::future::pending().await,
        mood => {
            let code = office
                .inner()
                .codes
                .iter()
                .rev()
                .find(|(n, _)| *n == number)
                .map_or("01", |(_, code)| *code);
            let said = if mood == Mood::Confused {
                "0000000000"
            } else {
                number.as_str()
            };
            Json(json!({"status_code": "OK", "request_cnt": 1, "data": [{"b_no": said, "b_stt_cd": code}]})).into_response()
        }
    }
}

/// A message dealer at the returned base URL.
pub async fn dealer() -> (StandIn, Url) {
    let stand_in = StandIn::new();
    let router = Router::new()
        .route(
            "/api/alimtalk/v2.3/appkeys/{key}/messages",
            post(send_message),
        )
        .with_state(stand_in.clone());
    (stand_in, serve(router).await)
}

async fn send_message(
    State(dealer): State<StandIn>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    match dealer.note(headers, body) {
        Mood::Failing => StatusCode::BAD_GATEWAY.into_response(),
        Mood::Hanging => std::future::pending().await,
        // A logical failure comes with 200.
        Mood::Confused => Json(json!({"header": {"resultCode": -2000, "resultMessage": "no", "isSuccessful": false}})).into_response(),
        Mood::Working => Json(json!({
            "header": {"resultCode": 0, "resultMessage": "success", "isSuccessful": true},
            "message": {"requestId": "r1", "sendResults": [{"recipientSeq": 1, "resultCode": 0, "resultMessage": "ok"}]},
        }))
        .into_response(),
    }
}
