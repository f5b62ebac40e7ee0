//! The public API as the pages use it.

use crate::upload::{self, File};
use crate::words::Language;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use serde_json::Value;

/// No answer that a page reads is larger.
const LARGEST: usize = 1024 * 1024;

/// Bytes as they come.
pub type Flow = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// One call of the public API.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    /// Path and query, as in `api.md`. Everything in it is already escaped.
    pub path: String,
    /// An access token or a receipt token.
    pub bearer: Option<String>,
    pub body: Option<Value>,
    /// A form with a file, and its kind with the boundary; then there is no `body`.
    pub form: Option<(String, Bytes)>,
    pub idempotency_key: Option<String>,
    /// `If-Match`: written only over what was seen.
    pub if_match: Option<String>,
    /// For the texts of problems.
    pub language: Language,
}

impl Call {
    pub(crate) fn new(method: Method, path: impl Into<String>, language: Language) -> Self {
        Self {
            method,
            path: path.into(),
            bearer: None,
            body: None,
            form: None,
            idempotency_key: None,
            if_match: None,
            language,
        }
    }

    pub(crate) fn get(path: impl Into<String>, language: Language) -> Self {
        Self::new(Method::GET, path, language)
    }

    pub(crate) fn post(path: impl Into<String>, body: Value, language: Language) -> Self {
        Self::new(Method::POST, path, language).body(body)
    }

    /// A file, with the fields beside it.
    pub(crate) fn upload(
        path: impl Into<String>,
        fields: &[(&str, &str)],
        file: &File,
        language: Language,
    ) -> Self {
        let mut call = Self::new(Method::POST, path, language);
        call.form = Some(upload::form(fields, file));
        call
    }

    pub(crate) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub(crate) fn bearer(mut self, token: impl Into<String>) -> Self {
        self.bearer = Some(token.into());
        self
    }

    pub(crate) fn key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Only over this version, as its `ETag` was.
    pub(crate) fn over(mut self, tag: impl Into<String>) -> Self {
        self.if_match = Some(tag.into());
        self
    }
}

/// What the API answered.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    /// Null where there was no body.
    pub json: Value,
    /// Seconds, from `Retry-After`.
    pub retry_after: Option<u64>,
}

impl Reply {
    pub(crate) fn is_fine(&self) -> bool {
        self.status.is_success()
    }

    /// A problem's stable code; empty where it is none.
    pub(crate) fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}

/// The head of an answer whose body is still coming.
#[derive(Debug)]
pub struct Opened {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Flow,
}

impl Opened {
    /// Reads it to its end, as long as that is nothing but JSON of a usual size; else it is no answer.
    pub async fn read(self) -> Reply {
        let wait = self.headers.get(header::RETRY_AFTER);
        let wait = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
        let (status, json) = match whole(self.body).await {
            Some(bytes) => (
                self.status,
                serde_json::from_slice(&bytes).unwrap_or_default(),
            ),
            None => (StatusCode::BAD_GATEWAY, Value::Null),
        };
        Reply {
            status,
            json,
            retry_after: wait,
        }
    }
}

async fn whole(mut body: Flow) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.ok()?.into_data() {
            bytes.extend_from_slice(&data);
        }
        if bytes.len() > LARGEST {
            return None;
        }
    }
    Some(bytes)
}

impl From<Reply> for Opened {
    fn from(reply: Reply) -> Self {
        let text = match &reply.json {
            Value::Null => String::new(),
            json => json.to_string(),
        };
        let mut headers = HeaderMap::new();
        if let Some(wait) = reply.retry_after {
            headers.insert(header::RETRY_AFTER, wait.into());
        }
        Self {
            status: reply.status,
            headers,
            body: Full::from(text)
                .map_err(|never| match never {})
                .boxed_unsync(),
        }
    }
}

/// Whoever passes calls on: the gateway in process, a test from a table.
pub trait Api: Sync {
    /// Calls, and answers whatever happens: a service that cannot be reached is a problem with status 503.
    fn call(&self, call: Call) -> impl Future<Output = Reply> + Send;

    /// Calls, and hands over the answer while it is still coming: for files, and for streams of events.
    fn open(&self, call: Call) -> impl Future<Output = Opened> + Send {
        async { self.call(call).await.into() }
    }
}
