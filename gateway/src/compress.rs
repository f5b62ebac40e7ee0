//! Compression where it pays: text of some size, for whoever takes gzip.

use crate::body::Answer;
use crate::exchange::Taken;
use crate::routes::{Access, Rate};
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use hyper::body::Body;
use std::future::ready;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// Below this the packet is sent anyway, and the work is for nothing.
const LEAST: u64 = 1024;

/// Whether the client takes gzip.
pub fn wishes(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value.split(',').any(|part| {
                let (coding, q) = part.split_once(';').unwrap_or((part, ""));
                coding.trim().eq_ignore_ascii_case("gzip")
                    && !matches!(q.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
            })
        })
}

/// An answer for which it [`pays`], compressed if that is wished.
pub async fn answer(mut response: Response<Answer>, wished: bool) -> Response<Answer> {
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_static("accept-encoding"));
    if !wished {
        return response;
    }
    weaken(response.headers_mut());
    let mut plain = Some(response);
    let plain = service_fn(move |_: Request<()>| ready(plain.take().ok_or(())));
    let mut request = Request::new(());
    request
        .headers_mut()
        .insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    let gzip = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(|_: StatusCode, _, _: &HeaderMap, _: &_| true);
    match gzip.layer(plain).oneshot(request).await {
        Ok(response) => response.map(|body| Answer::Made(axum::body::Body::new(body))),
        Err(()) => Response::new(Answer::Own(None)),
    }
}

/// Whether compressing it is worth the work, and tells nobody what they should not know.
pub fn pays(taken: Taken<'_>, response: &Response<Answer>) -> bool {
    let headers = response.headers();
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let is_text = [
        "application/json",
        "application/problem+json",
        "text/html",
        "text/css",
        "text/javascript",
        "application/manifest+json",
        "text/csv",
        "image/svg+xml",
    ]
    .iter()
    .any(|text| kind.starts_with(text));
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse().ok());
    is_text
        && response.status() == StatusCode::OK
        && length.is_none_or(|length: u64| length >= LEAST)
        && !response.body().is_end_stream()
        && !headers.contains_key(CONTENT_ENCODING)
        && match taken {
            // A token's length beside text that a stranger chose would tell something of it; and an owner's entity tag
            // comes back in `If-Match`, which a weak one never matches.
            Taken::Route(route) => {
                let tells_tokens = matches!(route.rate, Rate::Login | Rate::Register);
                let is_tagged = route.access != Access::Public && headers.contains_key(ETAG);
                !tells_tokens && !is_tagged
            }
            Taken::None(_) => true,
        }
}

/// Compressed, it is the same thing in other bytes.
fn weaken(headers: &mut HeaderMap) {
    let weak = headers
        .get(ETAG)
        .filter(|tag| !tag.as_bytes().starts_with(b"W/"))
        .and_then(|tag| HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()).ok());
    if let Some(weak) = weak {
        headers.insert(ETAG, weak);
    }
}
