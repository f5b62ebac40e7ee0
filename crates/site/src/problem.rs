//! What the API refused, as a page shows it.

use crate::api::Reply;
use crate::words::Words;
use http::StatusCode;
use serde_json::Value;

/// A refusal: one sentence, and what is wrong with single fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refusal {
    pub code: String,
    pub text: String,
    fields: Vec<(String, String)>,
}

impl Refusal {
    /// Read from a problem; whatever is none is a service that is away.
    pub(crate) fn of(reply: &Reply, words: Words) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let fields = reply.json["errors"].as_array().into_iter().flatten();
        let wait = reply.retry_after.unwrap_or(5);
        Self {
            code: reply.code().to_owned(),
            text: match text(&reply.json["detail"]) {
                Some(detail) => detail,
                None => words.one("problem-away", "seconds", wait as f64),
            },
            fields: fields
                .filter_map(|one| Some((text(&one["field"])?, text(&one["message"])?)))
                .collect(),
        }
    }

    /// What is wrong with a field.
    pub(crate) fn about(&self, field: &str) -> Option<String> {
        self.fields
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, text)| text.clone())
    }

    pub(crate) fn add(&mut self, field: &str, text: String) {
        self.fields.push((field.to_owned(), text));
    }

    pub(crate) fn has_fields(&self) -> bool {
        !self.fields.is_empty()
    }
}

/// Whether the same again may well succeed in a moment, and may have succeeded unheard.
pub(crate) fn is_passing(reply: &Reply) -> bool {
    reply.status.is_server_error()
        || matches!(
            reply.status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
        )
}
