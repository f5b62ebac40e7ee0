use axum::Router;
use axum::http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::future::{BoxFuture, FutureExt, join_all};
use serde_json::{Map, Value, json};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// A check that takes longer counts as failed.
const DEADLINE: Duration = Duration::from_secs(4);
/// Answers are this fresh: a probe every second must not become a connection every second.
const FRESH: Duration = Duration::from_millis(500);

type Check = Arc<dyn Fn() -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>;
type Note = Arc<dyn Fn() -> Value + Send + Sync>;

/// What a process needs to work, and how it is.
#[derive(Clone)]
pub struct Health {
    service: &'static str,
    checks: Vec<(&'static str, Check)>,
    notes: Vec<(&'static str, Note)>,
    last: Arc<Mutex<Option<(Instant, bool, Value)>>>,
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Health")
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

impl Health {
    /// Needs nothing yet.
    pub fn new(service: &'static str) -> Self {
        Self {
            service,
            checks: Vec::new(),
            notes: Vec::new(),
            last: Arc::default(),
        }
    }

    /// Adds a need: not ready while it fails.
    #[must_use]
    pub fn check<F>(
        mut self,
        name: &'static str,
        check: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.checks.push((name, Arc::new(move || check().boxed())));
        self
    }

    /// Adds something worth seeing that does not decide readiness, such as a breaker's state.
    #[must_use]
    pub fn note(
        mut self,
        name: &'static str,
        note: impl Fn() -> Value + Send + Sync + 'static,
    ) -> Self {
        self.notes.push((name, Arc::new(note)));
        self
    }

    /// Whether all needs are met, and each one's state.
    pub async fn ready(&self) -> (bool, Value) {
        let mut last = self.last.lock().await;
        if let Some((at, ready, body)) = &*last
            && at.elapsed() < FRESH
        {
            return (*ready, body.clone());
        }
        let states = join_all(self.checks.iter().map(|(name, check)| async move {
            let up = matches!(tokio::time::timeout(DEADLINE, check()).await, Ok(Ok(())));
            (*name, up)
        }))
        .await;
        let ready = states.iter().all(|(_, up)| *up);
        let dependencies: Map<String, Value> = states
            .into_iter()
            .map(|(name, up)| (name.to_owned(), Value::from(if up { "up" } else { "down" })))
            .collect();
        let notes: Map<String, Value> = self
            .notes
            .iter()
            .map(|(name, note)| ((*name).to_owned(), note()))
            .collect();
        let mut body = json!({
            "service": self.service,
            "status": if ready { "ready" } else { "not ready" },
            "dependencies": dependencies,
        });
        if !notes.is_empty() {
            body["notes"] = notes.into();
        }
        *last = Some((Instant::now(), ready, body.clone()));
        (ready, body)
    }

    /// Says in the log what is waited for until everything answers, as an operator wants to know at start.
    pub(crate) async fn announce(self) {
        let mut said = String::new();
        loop {
            let (ready, body) = self.ready().await;
            if ready {
                tracing::info!(service = self.service, "ready");
                return;
            }
            let down: Vec<&str> = body["dependencies"]
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(_, state)| *state == "down")
                .map(|(name, _)| name.as_str())
                .collect();
            let waiting = down.join(", ");
            if waiting != said {
                tracing::warn!(
                    service = self.service,
                    waiting,
                    "waiting for what is not reachable yet"
                );
                said = waiting;
            }
            tokio::time::sleep(Duration::from_millis(600)).await;
        }
    }

    /// `/livez`, `/readyz`, `/metrics`.
    pub(crate) fn routes(self) -> Router {
        Router::new()
            .route("/livez", get(|| async { "ok" }))
            .route("/readyz", get(move || readyz(self.clone())))
            .route(
                "/metrics",
                get(|| async { janchi_runtime::render_metrics() }),
            )
    }
}

async fn readyz(health: Health) -> Response {
    let (ready, body) = health.ready().await;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let mut response = (status, body.to_string()).into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
