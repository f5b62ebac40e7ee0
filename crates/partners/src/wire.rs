//! Reading requests and writing answers the way outside APIs do: no problems of ours, every vendor has its own envelope.

use crate::fault::{FaultKind, Vendor};
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::Value;
use std::convert::Infallible;

/// How the vendor behaves in this call; put into the request by the gate.
#[derive(Debug, Clone, Copy)]
pub struct Mood {
    pub vendor: Vendor,
    pub kind: FaultKind,
}

/// What a language model is to say in this call; put into the request by the gate.
#[derive(Debug, Clone)]
pub struct Words(pub Value);

/// A request as the handlers want it: everything read, nothing judged.
#[derive(Debug)]
pub struct Asked {
    /// Under which vendor's prefix it came.
    pub vendor: Vendor,
    pub mood: FaultKind,
    /// What a language model is to say.
    pub words: Option<Value>,
    pub headers: HeaderMap,
    pub query: Vec<(String, String)>,
    pub path: String,
    pub body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Asked {
    type Rejection = Infallible;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Infallible> {
        let (parts, body) = request.into_parts();
        // The gate has read the body already and bounded it.
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap_or_default();
        // Every route stands behind the gate, which leaves its mood.
        let mood = parts.extensions.get::<Mood>().copied().unwrap_or(Mood {
            vendor: Vendor::Messages,
            kind: FaultKind::Ok,
        });
        Ok(Self {
            vendor: mood.vendor,
            mood: mood.kind,
            words: parts.extensions.get::<Words>().map(|words| words.0.clone()),
            query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            path: parts.uri.path().to_owned(),
            headers: parts.headers,
            body,
        })
    }
}

impl Asked {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The first value of a query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// The credential after a scheme such as `Bearer`.
    pub fn credential(&self, scheme: &str) -> Option<&str> {
        let value = self.headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (given, rest) = value.split_once(' ')?;
        given.eq_ignore_ascii_case(scheme).then_some(rest.trim())
    }

    /// Media type without parameters, lower case.
    pub fn content_type(&self) -> String {
        media_type(&self.headers)
    }

    /// The body as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Query and body (form, JSON object or multipart text fields) as one list; the Graph API takes any of them.
    pub fn params(&self) -> Vec<(String, String)> {
        let mut all = self.query.clone();
        all.extend(self.fields());
        all
    }

    /// The body's text fields: form, JSON object or multipart.
    pub fn fields(&self) -> Vec<(String, String)> {
        match self.content_type().as_str() {
            "application/json" => match self.json() {
                Some(Value::Object(object)) => object
                    .into_iter()
                    .map(|(name, value)| match value {
                        Value::String(text) => (name, text),
                        other => (name, other.to_string()),
                    })
                    .collect(),
                _ => Vec::new(),
            },
            "multipart/form-data" => self
                .parts()
                .unwrap_or_default()
                .into_iter()
                .filter(|part| part.file.is_none())
                .filter_map(|part| Some((part.name, String::from_utf8(part.data.to_vec()).ok()?)))
                .collect(),
            _ => pairs(&self.body),
        }
    }

    /// The parts of a multipart body; none if it is no such body.
    pub fn parts(&self) -> Option<Vec<Part>> {
        multipart(&self.headers, &self.body)
    }
}

/// One part of a multipart body.
#[derive(Debug, Clone)]
pub struct Part {
    pub name: String,
    /// File name, if the part is a file.
    pub file: Option<String>,
    pub data: Bytes,
}

/// Splits a multipart body at its boundary.
pub fn multipart(headers: &HeaderMap, body: &Bytes) -> Option<Vec<Part>> {
    let header = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    if media_type(headers) != "multipart/form-data" {
        return None;
    }
    let boundary = parameter(header, "boundary")?;
    let mark = format!("--{boundary}").into_bytes();
    let mut parts = Vec::new();
    let mut at = position(body, &mark, 0)? + mark.len();
    while !body[at..].starts_with(b"--") {
        let head = position(body, b"\r\n\r\n", at)?;
        let end = position(body, &[b"\r\n", mark.as_slice()].concat(), head)?;
        let heads = String::from_utf8_lossy(&body[at..head]).into_owned();
        let disposition = heads
            .lines()
            .find(|line| line.to_ascii_lowercase().starts_with("content-disposition"))?;
        parts.push(Part {
            name: parameter(disposition, "name")?,
            file: parameter(disposition, "filename"),
            data: body.slice(head + 4..end.max(head + 4)),
        });
        at = end + 2 + mark.len();
    }
    Some(parts)
}

fn position(haystack: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    haystack
        .get(from..)?
        .windows(needle.len())
        .position(|window| window == needle)
        .map(|at| at + from)
}

fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key.trim().eq_ignore_ascii_case(name)).then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// Media type without parameters, lower case.
pub fn media_type(headers: &HeaderMap) -> String {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase())
        .unwrap_or_default()
}

/// Decodes `a=b&c=d`.
pub fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(encoded).into_owned().collect()
}

/// The first value of a name.
pub fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// An answer in JSON.
pub fn answer(status: u16, body: &Value) -> Response {
    raw(status, "application/json; charset=utf-8", body.to_string())
}

/// An answer of any media type.
pub fn raw(status: u16, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Adds a header.
pub fn with_header(mut response: Response, name: &'static str, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
    }
    response
}

/// A refusal on its way out of a handler; boxed, because a response is large.
#[derive(Debug)]
pub struct Refusal(pub Box<Response>);

impl From<Response> for Refusal {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// What a handler gives.
pub type Reply = Result<Response, Refusal>;

/// A credential that every vendor refuses: empty, or with `invalid` in it.
pub fn is_refused_credential(credential: &str) -> bool {
    credential.is_empty() || credential.contains("invalid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multipart_body_is_split_into_its_parts() {
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("multipart/form-data; boundary=xyz"),
        );
        let body = Bytes::from_static(
            b"--xyz\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\na warm cafe\r\n--xyz\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\x00\x01\r\n--xyz--\r\n",
        );
        let parts = multipart(&headers, &body).expect("is multipart");
        assert_eq!(parts.len(), 2);
        assert_eq!(
            (parts[0].name.as_str(), &parts[0].data[..]),
            ("prompt", &b"a warm cafe"[..])
        );
        assert_eq!(parts[1].file.as_deref(), Some("a.jpg"));
        assert_eq!(&parts[1].data[..], b"\x00\x01");
    }
}
