//! Bodies that are too large: answered at once, then read on for a moment so that the answer arrives.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header::CONNECTION};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use http_body_util::BodyExt;
use janchi_web::Problem;
use std::time::Duration;

/// Read on so much …
const MOST: usize = 16 * 1024 * 1024;
/// … or so long, whichever ends first.
const LONGEST: Duration = Duration::from_secs(2);

/// Marks an answer whose body goes on reading the request's, so that it is not replaced.
#[derive(Debug, Clone, Copy)]
pub struct Draining;

/// The 413. A peer that still writes would see a reset instead of the answer if the connection closed at once.
pub fn answer(problem: &Problem, body: Option<Body>) -> Response {
    let response = problem.clone().into_response();
    let Some(body) = body else { return response };
    let (mut parts, answer) = response.into_parts();
    let drain = stream::once(async move {
        let reading = async {
            let mut body = body;
            let mut read = 0;
            while let Some(Ok(frame)) = body.frame().await {
                read += frame.data_ref().map_or(0, Bytes::len);
                if read > MOST {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(LONGEST, reading).await;
        Ok::<Bytes, axum::Error>(Bytes::new())
    });
    parts.headers.remove("content-length");
    parts.extensions.insert(Draining);
    parts
        .headers
        .insert(CONNECTION, HeaderValue::from_static("close"));
    Response::from_parts(
        parts,
        Body::from_stream(answer.into_data_stream().chain(drain)),
    )
}

/// Whether an error while sending a body came from the limit on it.
pub fn is_over_limit(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        next = error.source();
    }
    false
}

/// The problem itself.
pub fn problem() -> Problem {
    Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE)
}
