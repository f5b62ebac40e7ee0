//! Stand-ins for the vendors, and their envelopes.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use janchi_testkit::serve_stub;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use url::Url;

/// What a stand-in does with every call.
#[derive(Clone)]
pub enum Act {
    /// Answers with this status and body.
    Say(u16, Value),
    /// Answers 200 with these bytes.
    Raw(&'static str),
    /// Never answers.
    Hang,
}

/// A stand-in for a vendor.
#[derive(Clone)]
pub struct Stub {
    pub url: Url,
    shared: Shared,
}

/// What the stand-in does, the bodies it was sent, and how many calls are still waited for.
#[derive(Clone)]
struct Shared {
    act: Arc<Mutex<Act>>,
    calls: Arc<Mutex<Vec<Value>>>,
    open: Arc<AtomicUsize>,
}

/// A call somebody waits for.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Stub {
    pub async fn start(path: &str, act: Act) -> Self {
        let shared = Shared {
            act: Arc::new(Mutex::new(act)),
            calls: Arc::default(),
            open: Arc::default(),
        };
        let router = Router::new()
            .route(path, post(play))
            .with_state(shared.clone());
        Self {
            url: serve_stub(router).await,
            shared,
        }
    }

    pub async fn claude(act: Act) -> Self {
        Self::start("/v1/messages", act).await
    }

    pub async fn openai(act: Act) -> Self {
        Self::start("/v1/chat/completions", act).await
    }

    pub async fn datalab(act: Act) -> Self {
        Self::start("/search", act).await
    }

    pub fn now(&self, act: Act) {
        *self.shared.act.lock().unwrap() = act;
    }

    /// The bodies it was sent.
    pub fn calls(&self) -> Vec<Value> {
        self.shared.calls.lock().unwrap().clone()
    }

    /// Calls that somebody still waits for.
    pub fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }
}

async fn play(State(shared): State<Shared>, body: Bytes) -> Response {
    shared.open.fetch_add(1, Ordering::SeqCst);
    // Dropped with this future, when the caller hangs up.
    let _open = Open(Arc::clone(&shared.open));
    let body = serde_json::from_slice(&body).unwrap();
    shared.calls.lock().unwrap().push(body);
    let act = shared.act.lock().unwrap().clone();
    match act {
        Act::Say(status, body) => (
            StatusCode::from_u16(status).unwrap(),
            [("content-type", "application/json")],
            body.to_string(),
        )
            .into_response(),
        Act::Raw(text) => text.into_response(),
        Act::Hang => std::future::pending().await,
    }
}

/// Claude's envelope around a text, thinking first.
pub fn claude_says(text: &str) -> Act {
    Act::Say(
        200,
        json!({
            "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-test", "stop_reason": "end_turn",
            "content": [{ "type": "thinking", "thinking": "음…", "signature": "s" }, { "type": "text", "text": text }],
            "usage": { "input_tokens": 900, "output_tokens": 1500 }
        }),
    )
}

/// GPT's envelope around a text.
pub fn openai_says(text: &str) -> Act {
    Act::Say(
        200,
        json!({
            "id": "c1", "object": "chat.completion", "model": "gpt-test",
            "choices": [{ "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": text, "refusal": null } }],
            "usage": { "prompt_tokens": 800, "completion_tokens": 1400, "total_tokens": 2200 }
        }),
    )
}

/// An answer as the schema wants it; `mark` stands in every title.
pub fn plans(mark: &str) -> String {
    let plan = |tier: &str, mechanic: &str, prize: &str, quantity: i64| {
        json!({
            "tier": tier, "title": format!("{mark} 이웃 추첨"), "summary": "이웃을 초대하는 추첨이에요.", "mechanic": mechanic,
            "participationMethod": "전화번호로 응모해요.",
            "prizes": [{ "name": prize, "quantity": quantity, "unitCost": 2000 }],
            "channels": [{ "channel": "NAVER", "budget": 20000, "reason": "검색에서 만나요." }],
            "startOffsetDays": 3, "days": 14, "scheduleReason": "연말 모임 전이에요.", "visitWeight": 3
        })
    };
    json!({
        "trends": [{ "axis": "SEASON", "keyword": "연말 모임", "description": "모임이 늘어요." }],
        "plans": [
            plan("LOW_COST", "WELCOME_DRAW", "음료 교환권", 20),
            plan("MID_COST", "SHOP_QUIZ", "디저트 교환권", 50),
            plan("HIGH_COST", "QUIET_HOURS", "케이크 조각", 120),
        ]
    })
    .to_string()
}
