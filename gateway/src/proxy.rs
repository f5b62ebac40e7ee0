//! Passing a request on and its answer back, both as streams.

use crate::body::{Answer, Asked, Unread};
use crate::headers;
use crate::pool::{Lease, Place, Pool};
use crate::routes::Route;
use axum::http::{
    HeaderValue, Method, Request, Response, StatusCode, Version, header, request::Parts,
};
use hyper::body::{Body, Incoming};
use janchi_web::Problem;
use std::sync::Arc;

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// The service has its hands full, or cannot be reached, or says nothing.
    Unavailable(Problem),
    TooLarge,
    /// The client did not send its body in time.
    SlowSender,
}

/// Passes the request on. Its identity headers are dropped: the services verify the token themselves.
///
/// # Errors
/// As [`Failure`] says; nothing was changed then, except perhaps by a service that went silent afterwards.
pub async fn pass(
    route: &Route,
    pool: &Arc<Pool>,
    request: Request<Unread>,
    client: &HeaderValue,
    request_id: &HeaderValue,
) -> Result<Response<Answer>, Failure> {
    let Some(place) = pool.enter() else {
        metrics::counter!("janchi_gateway_shed_total", "service" => route.service.name())
            .increment(1);
        return Err(Failure::Unavailable(Problem::unavailable(1)));
    };
    let (parts, unread) = request.into_parts();
    let (body, progress) = Asked::new(unread, route.body);
    let head = forwarded(parts, &pool.upstream.host, client, request_id);
    let answered = match tokio::time::timeout(route.deadline, send(pool, head, body)).await {
        Ok(answered) => answered,
        Err(_) if progress.as_ref().is_some_and(|body| !body.has_arrived()) => {
            return Err(Failure::SlowSender);
        }
        Err(_) => Err(anyhow::anyhow!("no answer within {:?}", route.deadline)),
    };
    match answered {
        Ok((response, lease)) => Ok(returned(route, response, lease, place)),
        Err(_) if progress.is_some_and(|body| body.is_too_large()) => Err(Failure::TooLarge),
        Err(cause) => Err(Failure::Unavailable(Problem::unavailable(2).cause(cause))),
    }
}

/// Sends on an open connection if there is one, and again on a new one if that turned out dead: always when nothing was
/// written yet, and after that only what may be asked twice.
async fn send(
    pool: &Arc<Pool>,
    head: Parts,
    body: Asked,
) -> anyhow::Result<(Response<Incoming>, Lease)> {
    let safe = matches!(head.method, Method::GET | Method::HEAD) && body.is_end_stream();
    let mut request = Request::from_parts(head, body);
    loop {
        let mut lease = match pool.idle() {
            Some(lease) => lease,
            None => Box::pin(pool.connect()).await?,
        };
        let again = (safe && lease.used).then(|| copy(&request));
        if lease.sender.ready().await.is_ok() {
            match lease.sender.try_send_request(request).await {
                Ok(response) => return Ok((response, lease)),
                Err(mut error) => match error.take_message().or(again) {
                    Some(unsent) if lease.used => request = unsent,
                    _ => return Err(error.into_error().into()),
                },
            }
        } else if !lease.used {
            anyhow::bail!("the service closed a new connection at once");
        }
    }
}

fn copy(request: &Request<Asked>) -> Request<Asked> {
    let mut copy = Request::new(Asked::None);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// The head as the service sees it.
fn forwarded(
    mut parts: Parts,
    host: &HeaderValue,
    client: &HeaderValue,
    request_id: &HeaderValue,
) -> Parts {
    if parts.version == Version::HTTP_2 {
        headers::join_cookies(&mut parts.headers);
    }
    headers::clean_request(&mut parts.headers);
    // To a service everything is its own: path and query, and no authority that somebody may have written there.
    if parts.uri.authority().is_some() {
        parts.uri = parts
            .uri
            .path_and_query()
            .cloned()
            .map(Into::into)
            .unwrap_or_default();
    }
    parts.version = Version::HTTP_11;
    parts.headers.insert(header::HOST, host.clone());
    parts
        .headers
        .insert(headers::REQUEST_ID, request_id.clone());
    parts.headers.insert(headers::FORWARDED_FOR, client.clone());
    parts
}

/// The answer as the client sees it. Its connection is free again when it was read to the end.
fn returned(
    route: &Route,
    response: Response<Incoming>,
    lease: Lease,
    place: Place,
) -> Response<Answer> {
    let (mut parts, incoming) = response.into_parts();
    headers::remove_hop_by_hop(&mut parts.headers);
    parts.version = Version::HTTP_11;
    if parts.status == StatusCode::SWITCHING_PROTOCOLS {
        // Nothing of ours does; whoever did would speak past every check.
        parts.status = StatusCode::BAD_GATEWAY;
    }
    if incoming.is_end_stream() {
        lease.give_back();
        return Response::from_parts(parts, Answer::Own(None));
    }
    // A stream of events is open for as long as somebody looks: it is nothing that the service has in hand.
    let place = (!route.streams).then_some(place);
    Response::from_parts(
        parts,
        Answer::Service {
            incoming,
            lease: Some(lease),
            place,
        },
    )
}
