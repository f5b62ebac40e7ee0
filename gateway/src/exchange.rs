//! One request and its answer: which route, may it pass, pass it on, say what became of it.

use crate::access;
use crate::access_log::Line;
use crate::addresses::{self, Peer};
use crate::body::{Answer, Unread};
use crate::bucket::Count;
use crate::compress;
use crate::cors;
use crate::headers::{self, REQUEST_ID};
use crate::inside::Paid;
use crate::oversize;
use crate::proxy::{self, Failure};
use crate::routes::{Found, Route};
use crate::visits;
use crate::worker::Worker;
use axum::http::header::{
    ACCEPT_LANGUAGE, ALLOW, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use janchi_runtime::request_id;
use janchi_web::{Language, Problem};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;

const SERVER_HEADERS: [(HeaderName, HeaderValue); 2] = [
    (
        axum::http::header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        axum::http::header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
];
/// Bytes of path and query. The longest of ours is a search with a cursor, some hundreds.
const LONGEST_ADDRESS: usize = 8 * 1024;
const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
/// For a year, and for whatever lies below this name.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// What is known of a request before anything else, and is still needed when it is gone.
pub struct Asked {
    pub id: HeaderValue,
    pub accept_language: Option<HeaderValue>,
    pub client: IpAddr,
    /// The same for the service.
    pub shown_client: HeaderValue,
    pub origin: Option<HeaderValue>,
    pub closes: bool,
    /// What the page that asks has paid already; none for a client's own request.
    pub paid: Option<Arc<Mutex<Paid>>>,
}

impl Asked {
    /// A problem in the reader's language.
    pub fn refuse(&self, problem: &Problem) -> Response<Answer> {
        let id = self.id.to_str().unwrap_or_default();
        let wish = self.accept_language.as_ref().and_then(|v| v.to_str().ok());
        let language = Language::wished(wish.unwrap_or_default());
        problem.render(language, id).map(Answer::Made)
    }

    fn refuse_status(&self, status: StatusCode) -> Response<Answer> {
        self.refuse(&Problem::of_status(status))
    }
}

/// Answers a request, whatever it is.
pub async fn answer(worker: &Worker, peer: Peer, request: Request<Incoming>) -> Response<Answer> {
    let began = Instant::now();
    let heads = request.headers();
    let client = addresses::client(peer.address, heads, &worker.state.config.trusted_proxies);
    let mut asked = Asked {
        id: id_of(heads),
        accept_language: heads.get(ACCEPT_LANGUAGE).cloned(),
        shown_client: if client == peer.address {
            peer.shown
        } else {
            addresses::shown(client)
        },
        client,
        origin: worker.state.cors.allowed(heads),
        closes: false,
        paid: None,
    };
    let method = request.method().clone();
    let wishes = compress::wishes(heads);
    let (route, mut response) = handle(worker, request, &mut asked).await;
    if compress::pays(route, &response) {
        response = Box::pin(compress::answer(response, wishes)).await;
    }
    dress(worker, &asked, &mut response);
    let took = began.elapsed();
    let status = response.status();
    worker.state.meters.record(route, status, took);
    worker.log.write(&Line {
        id: &asked.id,
        method: &method,
        route,
        status,
        took,
    });
    response
}

fn id_of(headers: &HeaderMap) -> HeaderValue {
    let sane = |value: &&HeaderValue| value.to_str().is_ok_and(request_id::is_sane);
    headers
        .get(REQUEST_ID)
        .filter(sane)
        .cloned()
        .unwrap_or_else(|| {
            let mut buffer = [0; uuid::fmt::Simple::LENGTH];
            let id = uuid::Uuid::now_v7().simple().encode_lower(&mut buffer);
            HeaderValue::from_str(id).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
        })
}

/// What every answer carries.
fn dress(worker: &Worker, asked: &Asked, response: &mut Response<Answer>) {
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, asked.id.clone());
    for (name, value) in SERVER_HEADERS {
        headers.entry(name).or_insert(value);
    }
    if worker.state.tls.is_some() {
        headers.insert(axum::http::header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if let Some(origin) = &asked.origin {
        cors::permit(headers, origin.clone());
    }
    if asked.closes {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
}

/// The route a request took, or a word for why it took none, and its answer.
async fn handle<'w>(
    worker: &'w Worker,
    request: Request<Incoming>,
    asked: &mut Asked,
) -> (Taken<'w>, Response<Answer>) {
    let state = &worker.state;
    if !headers::is_well_formed(&request) {
        // Where the next request would begin is anybody's guess.
        asked.closes = request.version() != Version::HTTP_2;
        return (
            Taken::None("malformed"),
            asked.refuse_status(StatusCode::BAD_REQUEST),
        );
    }
    // Where a chunked body ends is for one reader alone to say: nothing follows it on this connection.
    asked.closes =
        request.version() != Version::HTTP_2 && request.headers().contains_key(TRANSFER_ENCODING);
    let asks = request.uri().path_and_query();
    if asks.is_some_and(|asks| asks.as_str().len() > LONGEST_ADDRESS) {
        return (
            Taken::None("long"),
            asked.refuse_status(StatusCode::URI_TOO_LONG),
        );
    }
    if let Some((path, page)) = state.pages.find(&request) {
        return (Taken::None(path), page);
    }
    if let Some(page) = visits::find(request.uri().path()) {
        let label = page.label();
        let answering = visits::answer(worker, &page, request, asked);
        return (Taken::None(label), Box::pin(answering).await);
    }
    if cors::is_preflight(&request) {
        return (
            Taken::None("preflight"),
            cors::preflight(state.table.methods(request.uri().path())),
        );
    }
    match state.table.find(request.method(), request.uri().path()) {
        Found::Route(route) => {
            let request = request.map(Unread::Arriving);
            let response = take(worker, route, request, asked).await;
            (Taken::Route(route), response)
        }
        Found::OtherMethods(methods) => {
            let mut response = asked.refuse_status(StatusCode::METHOD_NOT_ALLOWED);
            if let Ok(value) = HeaderValue::from_str(&methods) {
                response.headers_mut().insert(ALLOW, value);
            }
            (Taken::None("method"), response)
        }
        Found::Nothing => (Taken::None("unknown"), asked.refuse(&Problem::not_found())),
    }
}

/// Where a request went, for logs and meters.
#[derive(Clone, Copy)]
pub enum Taken<'w> {
    Route(&'w Route),
    /// Not to a service: a page's path, or why it was refused.
    None(&'static str),
}

/// Sends a request that a route was found for on its way, if it may pass.
pub async fn take(
    worker: &Worker,
    route: &Route,
    request: Request<Unread>,
    asked: &mut Asked,
) -> Response<Answer> {
    let heads = request.headers();
    let count = match access::check(&worker.state, route, heads, asked).await {
        Ok(count) => count,
        Err((problem, count)) => return with_count(asked.refuse(&problem), count),
    };
    if route.json && !headers::accepts_json(heads) {
        return with_count(asked.refuse_status(StatusCode::NOT_ACCEPTABLE), count);
    }
    // A few bytes could unfold into gigabytes; nobody who sends less than a megabyte has to pack it.
    if heads.contains_key(CONTENT_ENCODING) {
        return with_count(
            asked.refuse_status(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            count,
        );
    }
    let length = heads
        .get(CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<u64>().ok());
    if length.is_some_and(|length| length > route.body) {
        let refusal = asked.refuse_status(StatusCode::PAYLOAD_TOO_LARGE);
        let refusal = match request.into_body() {
            Unread::Arriving(body) => oversize::drain(refusal, body),
            Unread::Own(_) => refusal,
        };
        return with_count(refusal, count);
    }
    let pool = worker.pools.of(route.service);
    let response = match proxy::pass(route, pool, request, &asked.shown_client, &asked.id).await {
        Ok(response) => response,
        Err(Failure::TooLarge) => {
            asked.closes = true;
            asked.refuse_status(StatusCode::PAYLOAD_TOO_LARGE)
        }
        Err(Failure::SlowSender) => {
            asked.closes = true;
            asked.refuse_status(StatusCode::REQUEST_TIMEOUT)
        }
        Err(Failure::Unavailable(problem)) => {
            let id = asked.id.to_str().unwrap_or_default();
            tracing::warn!(
                request_id = id,
                http.route = route.pattern,
                error = problem.why().map(|cause| format!("{cause:#}")),
                "the service did not answer"
            );
            asked.refuse(&problem)
        }
    };
    with_count(response, count)
}

fn with_count(mut response: Response<Answer>, count: Option<Count>) -> Response<Answer> {
    if let Some(count) = count {
        let heads = response.headers_mut();
        heads.insert(LIMIT, headers::number(count.limit.into()));
        heads.insert(REMAINING, headers::number(count.left.into()));
        heads.insert(RESET, headers::number(count.reset));
    }
    response
}
