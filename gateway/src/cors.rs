//! Pages of other origins: only those that the operator names, and never with cookies.

use crate::body::Answer;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use std::str::FromStr;

/// What a page may send, and what it may read of an answer.
const ASK: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, accept-language, if-match, if-none-match, idempotency-key, x-request-id, last-event-id",
);
const READ: HeaderValue = HeaderValue::from_static(
    "etag, location, retry-after, x-request-id, ratelimit-limit, ratelimit-remaining, ratelimit-reset, content-disposition",
);

/// The origins whose pages may call the API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(Vec<HeaderValue>);

impl FromStr for Origins {
    type Err = String;

    /// Comma-separated origins as browsers send them. `*` is refused: whoever wants it has not thought about it.
    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(str::trim)
            .filter(|origin| !origin.is_empty())
            .map(|origin| {
                let url = url::Url::parse(origin).map_err(|_| format!("{origin} is no origin"))?;
                if url.origin().ascii_serialization() != origin {
                    return Err(format!(
                        "{origin} is no origin: scheme, host and port, nothing behind"
                    ));
                }
                HeaderValue::from_str(origin).map_err(|_| format!("{origin} is no origin"))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Origins {
    /// The origin of this request if its page may read the answer.
    pub fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        if self.0.is_empty() {
            return None;
        }
        headers
            .get(ORIGIN)
            .filter(|origin| self.0.contains(origin))
            .cloned()
    }
}

/// Whether a browser asks if it may ask.
pub fn is_preflight<B>(request: &Request<B>) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(ORIGIN)
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to that, the same for everybody: who may is said by [`permit`] alone.
pub fn preflight(methods: Option<String>) -> Response<Answer> {
    let mut response = Response::new(Answer::Own(None));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("origin"));
    if let Some(Ok(methods)) = methods.map(HeaderValue::try_from) {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, ASK);
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    response
}

/// Lets the page of this origin read the answer.
pub fn permit(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, READ);
    headers.append(VARY, HeaderValue::from_static("origin"));
}

#[cfg(test)]
mod tests {
    use super::Origins;
    use axum::http::{HeaderMap, HeaderValue};

    #[test]
    fn only_the_named_origins_letter_by_letter() {
        let origins: Origins = "https://shop.example, http://localhost:3000"
            .parse()
            .unwrap();
        let allowed = |origin: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("origin", HeaderValue::from_static(origin));
            origins.allowed(&headers).is_some()
        };
        assert!(allowed("https://shop.example"));
        assert!(allowed("http://localhost:3000"));
        for other in [
            "null",
            "https://evil-shop.example",
            "https://shop.example.evil",
            "http://shop.example",
        ] {
            assert!(!allowed(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for bad in [
            "*",
            "null",
            "https://shop.example/",
            "shop.example",
            "https://a.example/x",
        ] {
            assert!(bad.parse::<Origins>().is_err(), "{bad}");
        }
        assert_eq!("".parse::<Origins>().unwrap(), Origins::default());
    }
}
