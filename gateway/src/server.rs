//! Connections in, requests through.

use crate::access;
use crate::addresses;
use crate::config::Config;
use crate::limit::Count;
use crate::oversize;
use crate::routes::{Found, Route};
use crate::state::State;
use axum::body::Body;
use axum::http::header::{ACCEPT, ALLOW, CONNECTION, CONTENT_LENGTH};
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use axum::response::IntoResponse;
use futures::StreamExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use janchi_runtime::request_id;
use janchi_web::{Health, Language, Listeners, Problem};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// A head that is not there by then, and an idle connection, are closed.
const HEAD: Duration = Duration::from_secs(10);
const DRAIN: Duration = Duration::from_secs(25);
const CONNECTIONS: usize = 8192;
/// The user service tells here which session has ended.
const REVOKED: &str = "session:revoked";

/// Runs the gateway until shutdown, then finishes what is in flight.
///
/// # Errors
/// A setting that is of no use, or a listener that breaks.
pub async fn serve(
    config: Config,
    listeners: Listeners,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let state = Arc::new(State::new(config)?);
    let cache = state.cache.clone();
    let health = Health::new("gateway").check("redis", move || {
        let cache = cache.clone();
        async move { Ok(cache.ping().await?) }
    });
    let hearing = tokio::spawn(hear_revocations(Arc::clone(&state), shutdown.clone()));
    tokio::try_join!(
        accept(state, listeners.api, shutdown.clone()),
        janchi_web::serve_admin(health, listeners.admin, shutdown),
    )?;
    let _ = hearing.await;
    Ok(())
}

async fn accept(
    state: Arc<State>,
    listener: tokio::net::TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let (socket, peer) = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            // One more would only wait: whoever comes next finds a closed door and tries again.
            metrics::counter!("janchi_gateway_connections_refused_total").increment(1);
            continue;
        };
        let _ = socket.set_nodelay(true);
        let state = Arc::clone(&state);
        let service = service_fn(move |request| answer(Arc::clone(&state), peer, request));
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(socket), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("gave up waiting for open requests");
    }
    Ok(())
}

async fn answer(
    state: Arc<State>,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let began = Instant::now();
    let id = request
        .headers()
        .get("x-request-id")
        .and_then(|value| value.to_str().ok())
        .filter(|id| request_id::is_sane(id))
        .map_or_else(request_id::fresh, str::to_owned);
    let language = Language::of(request.headers());
    let client = addresses::client(peer.ip(), request.headers(), &state.config.trusted_proxies);
    let method = request.method().clone();
    let (pattern, response) = request_id::scope(
        id.clone(),
        handle(&state, request.map(Body::new), client, &id),
    )
    .await;
    let mut response = in_language(response, language, &id);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", value);
    }
    headers
        .entry("x-content-type-options")
        .or_insert(HeaderValue::from_static("nosniff"));
    headers
        .entry("referrer-policy")
        .or_insert(HeaderValue::from_static("no-referrer"));
    let status = response.status().as_u16();
    tracing::info!(request_id = id, http.method = %method, http.route = pattern, http.status = status, elapsed.us = began.elapsed().as_micros(), "passed");
    metrics::histogram!("janchi_gateway_request_seconds", "route" => pattern, "status" => status.to_string())
        .record(began.elapsed().as_secs_f64());
    Ok(response)
}

/// A problem of the gateway's own, in the reader's language; a service's answer passes as it is.
fn in_language(response: Response<Body>, language: Language, id: &str) -> Response<Body> {
    let Some(problem) = response.extensions().get::<Problem>().cloned() else {
        return response;
    };
    let rendered = problem.render(language, id);
    let (mut parts, body) = response.into_parts();
    if parts.extensions.get::<oversize::Draining>().is_some() {
        return Response::from_parts(parts, body);
    }
    let (fresh, body) = rendered.into_parts();
    for (name, value) in fresh.headers {
        if let Some(name) = name {
            parts.headers.insert(name, value);
        }
    }
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, body)
}

async fn handle(
    state: &State,
    request: Request<Body>,
    client: IpAddr,
    id: &str,
) -> (&'static str, Response<Body>) {
    if let Some(page) = state.pages.find(&request) {
        return page;
    }
    if !is_well_formed(request.headers()) {
        let mut response = Problem::of_status(StatusCode::BAD_REQUEST).into_response();
        // Where the next request would begin is anybody's guess.
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
        return ("malformed", response);
    }
    let route = match state.table.find(request.method(), request.uri().path()) {
        Found::Route(route) => route,
        Found::OtherMethods(methods) => {
            let mut response = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED).into_response();
            if let Ok(value) = HeaderValue::from_str(&methods) {
                response.headers_mut().insert(ALLOW, value);
            }
            return ("method", response);
        }
        Found::Nothing => return ("unknown", Problem::not_found().into_response()),
    };
    (route.pattern, pass(state, route, request, client, id).await)
}

async fn pass(
    state: &State,
    route: &Route,
    request: Request<Body>,
    client: IpAddr,
    id: &str,
) -> Response<Body> {
    let passed = match access::check(state, route, request.headers(), client).await {
        Ok(passed) => passed,
        Err((problem, count)) => return with_count(problem.into_response(), count),
    };
    if route.json && !accepts_json(request.headers()) {
        let problem = Problem::of_status(StatusCode::NOT_ACCEPTABLE);
        return with_count(problem.into_response(), passed.count);
    }
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse().ok());
    if length.is_some_and(|length: u64| length > route.body) {
        let body = Some(request.into_body());
        return with_count(oversize::answer(&oversize::problem(), body), passed.count);
    }
    let upstream = state.config.upstreams.of(route.service);
    let response = match state.proxy.pass(route, upstream, request, client, id).await {
        Ok(response) => response,
        Err(problem) => {
            tracing::warn!(
                http.route = route.pattern,
                code = problem.code(),
                "the service did not answer"
            );
            problem.into_response()
        }
    };
    with_count(response, passed.count)
}

fn with_count(mut response: Response<Body>, count: Option<Count>) -> Response<Body> {
    if let Some(count) = count {
        let headers = response.headers_mut();
        headers.insert("ratelimit-limit", HeaderValue::from(count.limit));
        headers.insert("ratelimit-remaining", HeaderValue::from(count.left));
        headers.insert("ratelimit-reset", HeaderValue::from(count.reset));
    }
    response
}

/// What hyper lets pass although two readers could read it differently.
fn is_well_formed(headers: &HeaderMap) -> bool {
    headers.get_all("host").iter().count() == 1
        && headers.get_all(CONTENT_LENGTH).iter().count() <= 1
        && headers.get_all("authorization").iter().count() <= 1
        && !(headers.contains_key(CONTENT_LENGTH) && headers.contains_key("transfer-encoding"))
}

fn accepts_json(headers: &HeaderMap) -> bool {
    let Some(accept) = headers.get(ACCEPT).and_then(|value| value.to_str().ok()) else {
        return true;
    };
    accept.split(',').any(|range| {
        let mut parts = range.split(';');
        let kind = parts.next().unwrap_or_default().trim();
        let refused =
            parts.any(|part| matches!(part.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        !refused
            && matches!(
                kind,
                "*/*" | "application/*" | "application/json" | "application/problem+json"
            )
    })
}

async fn hear_revocations(state: Arc<State>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Ok(heard) = state.cache.subscribe(REVOKED).await {
            let mut heard = std::pin::pin!(heard);
            loop {
                tokio::select! {
                    () = shutdown.cancelled() => return,
                    message = heard.next() => match message.map(|sid| sid.parse()) {
                        Some(Ok(session)) => state.sessions.revoke(session),
                        Some(Err(_)) => {}
                        None => break,
                    },
                }
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}
