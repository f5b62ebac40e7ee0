//! Stands before every operation: reads the request, writes it down and lets a fault happen.

use crate::fault::{Fault, FaultKind, Vendor};
use crate::stage::Stage;
use crate::wire::{self, Mood, Words};
use crate::{datalab, dealer, instagram, kakao, kt, models, naver, pictures, tax_office};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use futures::{StreamExt, stream};
use serde_json::Value;
use std::time::Duration;

/// The largest body any vendor takes.
const MAX_BODY: usize = 200 << 20;
const DEFAULT_DELAY: Duration = Duration::from_secs(3);

/// Whose door this is.
#[derive(Clone)]
pub struct Gate {
    pub stage: Stage,
    pub vendor: Vendor,
    pub operation: &'static str,
}

/// Marks a response that must not be sent: the server closes the connection instead.
#[derive(Debug, Clone, Copy)]
pub struct HungUp;

/// What a vendor says when it is not well, in its own envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    Status(u16),
    RateLimited { retry_after: u64 },
    SpendLimit,
    Overloaded,
    Unauthorized,
}

impl Trouble {
    /// The status for vendors that have none of their own for this.
    pub const fn status(self) -> u16 {
        match self {
            Self::Status(status) => status,
            Self::RateLimited { .. } => 429,
            Self::SpendLimit => 402,
            Self::Overloaded => 503,
            Self::Unauthorized => 401,
        }
    }
}

/// The gate itself, an axum middleware.
pub async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return failure(gate.vendor, gate.operation, Trouble::Status(413));
    };
    let fault = gate.stage.faults().draw(gate.vendor, gate.operation);
    let number = gate.stage.calls().begin(
        gate.stage.now(),
        gate.vendor,
        gate.operation,
        &parts.method,
        &parts.uri,
        &parts.headers,
        &body,
        fault.as_ref().map(|fault| fault.kind),
    );
    let fault = fault.unwrap_or_else(Fault::ok);
    match (fault.kind, fault.delay_ms) {
        (_, Some(delay)) => tokio::time::sleep(Duration::from_millis(delay)).await,
        (FaultKind::Slow, None) => tokio::time::sleep(DEFAULT_DELAY).await,
        _ => {}
    }
    parts.extensions.insert(Mood {
        vendor: gate.vendor,
        kind: fault.kind,
    });
    if let (FaultKind::Say, Some(words)) = (fault.kind, &fault.body) {
        parts.extensions.insert(Words(words.clone()));
    }
    let request = Request::from_parts(parts, Body::from(body));
    let response = match fault.kind {
        FaultKind::Ok
        | FaultKind::Slow
        | FaultKind::Say
        | FaultKind::Refuse
        | FaultKind::Pending => next.run(request).await,
        FaultKind::BreakOff => broken_off(next.run(request).await).await,
        FaultKind::Truncate => {
            truncated(gate.vendor, gate.operation, next.run(request).await).await
        }
        FaultKind::LoseAnswer => {
            next.run(request).await;
            hung_up()
        }
        FaultKind::Drop => hung_up(),
        FaultKind::Hang => std::future::pending().await,
        FaultKind::Garbage => garbage(&fault),
        FaultKind::Status => scripted(&gate, &fault),
        FaultKind::Overloaded => failure(gate.vendor, gate.operation, Trouble::Overloaded),
        FaultKind::SpendLimit => failure(gate.vendor, gate.operation, Trouble::SpendLimit),
        FaultKind::Unauthorized => failure(gate.vendor, gate.operation, Trouble::Unauthorized),
        FaultKind::RateLimit => failure(
            gate.vendor,
            gate.operation,
            Trouble::RateLimited {
                retry_after: fault.retry_after.unwrap_or(1),
            },
        ),
    };
    if response.extensions().get::<HungUp>().is_none() {
        gate.stage.calls().end(number, response.status().as_u16());
    }
    response
}

/// The vendor's own words for a trouble.
fn failure(vendor: Vendor, operation: &str, trouble: Trouble) -> Response {
    match vendor {
        Vendor::TaxOffice => tax_office::failure(trouble),
        Vendor::Anthropic => models::anthropic::failure(trouble),
        Vendor::OpenAi => models::openai::failure(trouble),
        Vendor::Stability => pictures::stability::failure(trouble),
        Vendor::Instagram => instagram::failure(trouble),
        Vendor::Naver => naver::failure(operation, trouble),
        Vendor::Datalab => datalab::failure(trouble),
        Vendor::Kakao if dealer::OPERATIONS.contains(&operation) => dealer::failure(trouble),
        Vendor::Kakao => kakao::failure(trouble),
        Vendor::UridongneTv | Vendor::GenieTv | Vendor::RingoBiz => kt::failure(trouble),
        Vendor::Messages => dealer::failure(trouble),
    }
}

fn scripted(gate: &Gate, fault: &Fault) -> Response {
    let status = fault.status.unwrap_or(500);
    let response = match &fault.body {
        Some(Value::String(text)) => wire::raw(status, "text/plain; charset=utf-8", text.clone()),
        Some(body) => wire::answer(status, body),
        None => {
            let mut response = failure(gate.vendor, gate.operation, Trouble::Status(status));
            // Some vendors would say it with another status; whoever asks for one gets it.
            *response.status_mut() =
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            response
        }
    };
    match fault.retry_after {
        Some(seconds) => wire::with_header(response, "retry-after", &seconds.to_string()),
        None => response,
    }
}

fn garbage(fault: &Fault) -> Response {
    let status = fault.status.unwrap_or(200);
    match &fault.body {
        Some(Value::String(text)) => wire::raw(status, "application/json", text.clone()),
        Some(body) => wire::answer(status, body),
        None => wire::raw(status, "application/json", "<html>{\"half\": [1, 2,"),
    }
}

/// The language models cut their own answers short; for everybody else the body breaks off in the middle.
async fn truncated(vendor: Vendor, operation: &str, response: Response) -> Response {
    if models::writes(vendor, operation) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    let whole = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    Response::from_parts(parts, Body::from(whole.slice(..whole.len() / 2)))
}

/// Half of a body, and then an error, at which hyper closes the connection.
async fn broken_off(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    let whole = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    let pieces = stream::once(async { Ok(half) }).chain(stream::once(async {
        // What is written so far leaves while this one waits.
        tokio::task::yield_now().await;
        Err(std::io::Error::other("the connection breaks"))
    }));
    Response::from_parts(parts, Body::from_stream(pieces))
}

fn hung_up() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(HungUp);
    response
}
