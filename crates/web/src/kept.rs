//! Answers that may be kept: their bytes have a name, and whoever names them gets 304.

use crate::Json;
use crate::openapi::Told;
use aide::generate::GenContext;
use aide::openapi::{Operation, Response};
use aide::operation::OperationOutput;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use janchi_crypto::sha256;
use serde::Serialize;
use std::marker::PhantomData;

/// A strong entity tag, in its quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// The tag of these very bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let digest = u128::from_be_bytes(std::array::from_fn(|at| sha256(bytes)[at]));
        Self(format!("\"{digest:032x}\""))
    }

    /// Of bytes whose digest is known.
    pub fn of_digest(hex: &str) -> Self {
        Self(format!("\"{hex}\""))
    }

    /// As a header has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the asker has these bytes: `If-None-Match` compares weakly (RFC 9110, 13.1.2).
    pub fn is_known(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|known| known.to_str().ok())
            .flat_map(|known| known.split(','))
            .map(|known| known.trim().trim_start_matches("W/"))
            .any(|known| known == "*" || known == self.0)
    }
}

/// 200 with a body of this type, or 304 without any.
#[derive(Debug)]
pub struct Kept<T> {
    response: axum::response::Response,
    body: PhantomData<fn() -> T>,
}

impl<T> Kept<T> {
    /// The bytes, whatever made them. `caching` is for `Cache-Control`.
    pub fn fresh(tag: &Tag, caching: &'static str, answer: impl IntoResponse) -> Self {
        let head = [(ETAG, tag.as_str()), (CACHE_CONTROL, caching)];
        Self {
            response: (head, answer).into_response(),
            body: PhantomData,
        }
    }

    /// For an asker who has them.
    pub fn known(tag: &Tag, caching: &'static str) -> Self {
        Self::fresh(tag, caching, StatusCode::NOT_MODIFIED)
    }
}

impl<T> Kept<Json<T>> {
    /// JSON, already written.
    pub fn text(headers: &HeaderMap, caching: &'static str, json: Vec<u8>) -> Self {
        let tag = Tag::of(&json);
        if tag.is_known(headers) {
            return Self::known(&tag, caching);
        }
        Self::fresh(&tag, caching, ([(CONTENT_TYPE, "application/json")], json))
    }

    /// Writes `body` as JSON; `T` is what others are told of it.
    ///
    /// # Errors
    /// The body cannot be written.
    pub fn json(
        headers: &HeaderMap,
        caching: &'static str,
        body: &impl Serialize,
    ) -> serde_json::Result<Self> {
        Ok(Self::text(headers, caching, serde_json::to_vec(body)?))
    }
}

impl<T> IntoResponse for Kept<T> {
    fn into_response(self) -> axum::response::Response {
        self.response
    }
}

impl<T: Told> OperationOutput for Kept<T> {
    type Inner = T;

    fn inferred_responses(
        context: &mut GenContext,
        _: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        let known = Response {
            description: "Not Modified: `If-None-Match` names the bytes".to_owned(),
            ..Response::default()
        };
        vec![(Some(200), T::response(context, "OK")), (Some(304), known)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(known: &str) -> HeaderMap {
        HeaderMap::from_iter([(IF_NONE_MATCH, known.parse().unwrap())])
    }

    #[test]
    fn a_tag_belongs_to_its_bytes() {
        assert_eq!(Tag::of(b"a"), Tag::of(b"a"));
        assert_ne!(Tag::of(b"a"), Tag::of(b"b"));
        assert_eq!(Tag::of(b"a").as_str().len(), 34);
    }

    #[test]
    fn who_names_the_bytes_in_whatever_way_has_them() {
        let tag = Tag::of_digest("ab");
        for known in ["\"ab\"", "W/\"ab\"", "\"x\", \"ab\"", "*"] {
            assert!(tag.is_known(&asking(known)), "{known}");
        }
        for other in ["\"abc\"", "ab", ""] {
            assert!(!tag.is_known(&asking(other)), "{other}");
        }
        assert!(!tag.is_known(&HeaderMap::new()));
    }

    #[test]
    fn a_known_answer_has_no_body_and_still_its_tag() {
        let kept = Kept::<Json<u32>>::json(&HeaderMap::new(), "public", &7).unwrap();
        let fresh = kept.into_response();
        assert_eq!(fresh.status(), StatusCode::OK);
        let tag = fresh.headers()[ETAG].to_str().unwrap();
        let again = Kept::<Json<u32>>::json(&asking(tag), "public", &7).unwrap();
        let again = again.into_response();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(again.headers()[ETAG], fresh.headers()[ETAG]);
        assert!(!again.headers().contains_key(CONTENT_TYPE));
    }
}
