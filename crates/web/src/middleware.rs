use crate::problem::{Language, Problem};
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use janchi_runtime::request_id;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tracing::Instrument;

/// A request is answered within this (the head of the answer: streams go on).
const DEADLINE: Duration = Duration::from_secs(30);

/// Dresses a router: request id, log line, metrics, deadline, panic guard, 1 MiB bodies, and a problem for every error.
pub fn dress(service: &'static str, router: Router) -> Router {
    router
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async {
            Problem::of_status(StatusCode::METHOD_NOT_ALLOWED)
        })
        .layer(axum::extract::DefaultBodyLimit::max(1024 * 1024))
        .layer(from_fn(move |request: Request, next: Next| {
            around(service, request, next)
        }))
}

async fn around(service: &'static str, request: Request, next: Next) -> Response {
    let id = request
        .headers()
        .get("x-request-id")
        .and_then(|v| v.to_str().ok())
        .filter(|id| request_id::is_sane(id))
        .map_or_else(request_id::fresh, str::to_owned);
    let language = Language::of(request.headers());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unknown", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", service, request_id = id, http.method = %method, http.route = route);
    let began = Instant::now();
    let answered = request_id::scope(
        id.clone(),
        AssertUnwindSafe(tokio::time::timeout(DEADLINE, next.run(request)))
            .catch_unwind()
            .instrument(span.clone()),
    )
    .await;
    let response = match answered {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Problem::unavailable(2)
            .cause(anyhow::anyhow!("no answer in {DEADLINE:?}"))
            .into_response(),
        Err(_) => Problem::internal(anyhow::anyhow!("a handler panicked")).into_response(),
    };
    let status = response.status();
    let elapsed = began.elapsed();
    let mut response = dress_errors(response, language, &id, &span);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    // Whatever says nothing of caching is personal.
    response
        .headers_mut()
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    metrics::histogram!("janchi_request_seconds", "service" => service, "route" => route.clone(), "status" => status.as_str().to_owned())
        .record(elapsed.as_secs_f64());
    span.in_scope(|| {
        tracing::info!(
            http.status = status.as_u16(),
            elapsed.ms = elapsed.as_millis(),
            "answered"
        )
    });
    response
}

fn dress_errors(
    response: Response,
    language: Language,
    id: &str,
    span: &tracing::Span,
) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        None => {
            let kind = response
                .headers()
                .get(CONTENT_TYPE)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default();
            if kind.starts_with("application/problem+json") || kind.starts_with("text/html") {
                return response;
            }
            Problem::of_status(status)
        }
    };
    if let Some(cause) = problem.why() {
        span.in_scope(|| {
            if status.is_server_error() {
                tracing::error!(
                    error = format!("{cause:#}"),
                    code = problem.code(),
                    "failed"
                );
            } else {
                tracing::debug!(
                    error = format!("{cause:#}"),
                    code = problem.code(),
                    "refused"
                );
            }
        });
    }
    let mut rendered = problem.render(language, id);
    // What the handler set beside the problem, such as `Allow`, stays.
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE
            && name != "content-length"
            && !rendered.headers().contains_key(name)
        {
            rendered.headers_mut().append(name, value.clone());
        }
    }
    rendered
}
