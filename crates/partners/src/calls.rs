//! What was asked of the vendors, kept without secrets so that a test can look.

use crate::fault::{FaultKind, Vendor};
use crate::wire;
use axum::http::{HeaderMap, Method, Uri};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, VecDeque};

/// Older calls are forgotten, their count is not.
const KEPT: usize = 2000;
const HEADERS_SHOWN: [&str; 6] = [
    "accept",
    "anthropic-version",
    "content-type",
    "idempotency-key",
    "x-nc-api-idempotency-key",
    "x-request-id",
];
const SECRETS: [&str; 14] = [
    "access_token",
    "api_key",
    "apikey",
    "client_secret",
    "key",
    "password",
    "refresh_token",
    "secret",
    "secretkey",
    "senderkey",
    "servicekey",
    "token",
    "x-partner-key",
    "x-secret-key",
];

/// One call. `status` is none while there is no answer, or when there never was one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    pub number: u64,
    pub at: DateTime<Utc>,
    pub vendor: Vendor,
    pub operation: String,
    pub method: String,
    pub path: String,
    pub query: Value,
    pub headers: Value,
    /// JSON, form fields or, for anything else, its size.
    pub body: Value,
    pub fault: Option<FaultKind>,
    pub status: Option<u16>,
}

/// All calls since the start or the last reset.
#[derive(Debug, Default)]
pub struct CallBook {
    next: u64,
    calls: VecDeque<Call>,
    counts: BTreeMap<Vendor, u64>,
}

impl CallBook {
    /// Writes a call down and gives its number.
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of a request, used once"
    )]
    pub fn begin(
        &mut self,
        at: DateTime<Utc>,
        vendor: Vendor,
        operation: &str,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &Bytes,
        fault: Option<FaultKind>,
    ) -> u64 {
        self.next += 1;
        *self.counts.entry(vendor).or_default() += 1;
        if self.calls.len() == KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(Call {
            number: self.next,
            at,
            vendor,
            operation: operation.to_owned(),
            method: method.to_string(),
            path: shown_path(uri.path()),
            query: shown_pairs(wire::pairs(uri.query().unwrap_or_default().as_bytes())),
            headers: shown_headers(headers),
            body: shown_body(headers, body),
            fault,
            status: None,
        });
        self.next
    }

    /// Adds the answer's status.
    pub fn end(&mut self, number: u64, status: u16) {
        if let Some(call) = self
            .calls
            .iter_mut()
            .rev()
            .find(|call| call.number == number)
        {
            call.status = Some(status);
        }
    }

    /// Calls in order, of one vendor or all.
    pub fn list(&self, vendor: Option<Vendor>, operation: Option<&str>) -> Vec<Call> {
        self.calls
            .iter()
            .filter(|call| vendor.is_none_or(|vendor| call.vendor == vendor))
            .filter(|call| operation.is_none_or(|operation| call.operation == operation))
            .cloned()
            .collect()
    }

    /// Calls per vendor since the last reset.
    pub fn counts(&self) -> BTreeMap<Vendor, u64> {
        self.counts.clone()
    }

    /// Forgets all calls.
    pub fn reset(&mut self) {
        self.calls.clear();
        self.counts.clear();
    }
}

/// The app key of the message dealers stands in the path.
fn shown_path(path: &str) -> String {
    let mut hide = false;
    path.split('/')
        .map(|segment| {
            let shown = if hide { "***" } else { segment };
            hide = segment.eq_ignore_ascii_case("appkeys");
            shown
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn shown_headers(headers: &HeaderMap) -> Value {
    let shown: Map<String, Value> = HEADERS_SHOWN
        .iter()
        .filter_map(|name| {
            Some((
                (*name).to_owned(),
                headers.get(*name)?.to_str().ok()?.into(),
            ))
        })
        .collect();
    Value::Object(shown)
}

fn shown_pairs(pairs: Vec<(String, String)>) -> Value {
    let shown: Map<String, Value> = pairs
        .into_iter()
        .map(|(name, value)| {
            // An OAuth code is as good as a token.
            let hidden = is_secret(&name) || name == "code";
            (
                name,
                if hidden {
                    json!("***")
                } else {
                    Value::String(value)
                },
            )
        })
        .collect();
    Value::Object(shown)
}

fn shown_body(headers: &HeaderMap, body: &Bytes) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    match wire::media_type(headers).as_str() {
        "application/x-www-form-urlencoded" => shown_pairs(wire::pairs(body)),
        "multipart/form-data" => {
            let parts = wire::multipart(headers, body).unwrap_or_default();
            let shown: Map<String, Value> = parts
                .into_iter()
                .map(|part| match (&part.file, std::str::from_utf8(&part.data)) {
                    (None, Ok(text)) if !is_secret(&part.name) => (part.name, json!(text)),
                    _ => (part.name, json!({ "bytes": part.data.len() })),
                })
                .collect();
            Value::Object(shown)
        }
        _ => match serde_json::from_slice::<Value>(body) {
            Ok(value) => without_secrets(value),
            Err(_) => json!({ "bytes": body.len() }),
        },
    }
}

fn without_secrets(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .map(|(name, value)| {
                let hidden = is_secret(&name) && value.is_string();
                (
                    name,
                    if hidden {
                        json!("***")
                    } else {
                        without_secrets(value)
                    },
                )
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(without_secrets).collect(),
        other => other,
    }
}

fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_kept() {
        let shown = shown_pairs(wire::pairs(b"serviceKey=abc&code=def&fields=id"));
        assert_eq!(
            shown,
            json!({ "serviceKey": "***", "code": "***", "fields": "id" })
        );
        assert_eq!(
            shown_path("/kakao/alimtalk/v2.3/appkeys/abc/messages"),
            "/kakao/alimtalk/v2.3/appkeys/***/messages"
        );
        assert_eq!(
            without_secrets(json!({ "senderKey": "abc", "max_tokens": 3, "key": { "a": 1 } })),
            json!({ "senderKey": "***", "max_tokens": 3, "key": { "a": 1 } })
        );
    }
}
