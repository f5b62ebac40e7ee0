//! The public API as the pages use it.

use crate::words::Language;
use http::{Method, StatusCode};
use serde_json::Value;

/// One call of the public API.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    /// Path and query, as in `api.md`. Everything in it is already escaped.
    pub path: String,
    /// An access token or a receipt token.
    pub bearer: Option<String>,
    pub body: Option<Value>,
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

/// Whoever passes calls on: the gateway in process, a test from a table.
pub trait Api: Sync {
    /// Calls, and answers whatever happens: a service that cannot be reached is a problem with status 503.
    fn call(&self, call: Call) -> impl Future<Output = Reply> + Send;
}
