//! Bodies that are too large: answered at once, then read on for a moment so that the answer arrives.

use crate::body::Answer;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, header::CONNECTION};
use futures::{StreamExt, stream};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::time::Duration;

/// Read on so much …
const MOST: usize = 16 * 1024 * 1024;
/// … or so long, whichever ends first.
const LONGEST: Duration = Duration::from_secs(2);

/// Lets the refusal go on reading the request's body: a peer that still writes would see a reset instead of the
/// answer if the connection closed at once.
pub fn drain(refusal: Response<Answer>, mut body: Incoming) -> Response<Answer> {
    let (mut parts, answer) = refusal.into_parts();
    let drain = stream::once(async move {
        let reading = async {
            let mut read = 0;
            while let Some(Ok(frame)) = body.frame().await {
                read += frame.data_ref().map_or(0, Bytes::len);
                if read > MOST {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(LONGEST, reading).await;
        Ok(Bytes::new())
    });
    parts.headers.remove("content-length");
    parts
        .headers
        .insert(CONNECTION, HeaderValue::from_static("close"));
    let whole = answer.into_data_stream().chain(drain);
    Response::from_parts(parts, Answer::Made(Body::from_stream(whole)))
}
