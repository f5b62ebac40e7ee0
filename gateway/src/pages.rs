//! What the gateway answers by itself.

use crate::body::Answer;
use crate::docs::{self, OPENAPI};
use axum::body::Bytes;
use axum::http::{HeaderValue, Method, Request, Response, header};

const HOME: &str = include_str!("home.html");
const STYLE: &str = include_str!("page.css");
const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JSON: &str = "application/json";

/// The pages, made once.
#[derive(Debug)]
pub struct Pages {
    docs: Bytes,
}

impl Pages {
    /// Makes them.
    ///
    /// # Errors
    /// The OpenAPI document is none.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self {
            docs: docs::page()?.into(),
        })
    }

    /// The page that is asked for, with its path; none if it is no page.
    pub fn find<B>(&self, request: &Request<B>) -> Option<(&'static str, Response<Answer>)> {
        let reads = request.method() == Method::GET || request.method() == Method::HEAD;
        let (path, kind, body) = match request.uri().path() {
            "/" => ("/", HTML, Bytes::from_static(HOME.as_bytes())),
            "/docs" => ("/docs", HTML, self.docs.clone()),
            "/api/openapi.json" => (
                "/api/openapi.json",
                JSON,
                Bytes::from_static(OPENAPI.as_bytes()),
            ),
            "/page.css" => ("/page.css", CSS, Bytes::from_static(STYLE.as_bytes())),
            _ => return None,
        };
        reads.then(|| (path, answer(kind, body)))
    }
}

fn answer(kind: &'static str, body: Bytes) -> Response<Answer> {
    let mut response = Response::new(Answer::from(body));
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
