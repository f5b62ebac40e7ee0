//! What the gateway answers by itself.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, Response, header};

const HOME: &str = include_str!("home.html");

/// The page at `/`, if that is what is asked for.
pub fn page(request: &Request<Body>) -> Option<Response<Body>> {
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    if request.uri().path() != "/" || !reads {
        return None;
    }
    let mut response = Response::new(Body::from(HOME));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'sha256-pivUh3qUdsT0q1GVGzWatPu/C1eOm69czpjlKZNPo44='; frame-ancestors 'none'",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Some(response)
}
