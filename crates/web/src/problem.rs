use axum::body::Body;
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What a reader prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Korean,
    English,
}

impl Language {
    /// Korean, unless `Accept-Language` puts English before it.
    pub fn of(headers: &HeaderMap) -> Self {
        let wish = headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
        Self::wished(wish.unwrap_or_default())
    }

    /// The same from the text of `Accept-Language`.
    pub fn wished(accept_language: &str) -> Self {
        let weight = |language: &str| {
            accept_language
                .split(',')
                .filter_map(|part| {
                    let (tag, q) = part.split_once(";q=").unwrap_or((part, "1"));
                    let tag = tag.trim().to_ascii_lowercase();
                    let fits = tag == language || tag.starts_with(&format!("{language}-"));
                    fits.then(|| q.trim().parse::<f32>().unwrap_or(0.0))
                })
                .fold(0.0_f32, f32::max)
        };
        if weight("en") > weight("ko") {
            Self::English
        } else {
            Self::Korean
        }
    }
}

#[derive(Debug, Clone)]
struct Text {
    ko: String,
    en: String,
}

impl Text {
    fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ko: ko.into(),
            en: en.into(),
        }
    }

    fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Korean => &self.ko,
            Language::English => &self.en,
        }
    }
}

#[derive(Debug, Clone)]
struct Field {
    field: String,
    code: String,
    message: Text,
}

/// An error answer (RFC 9457). Its text is Korean unless the reader prefers English; a cause goes to the log alone.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    code: String,
    detail: Text,
    fields: Vec<Field>,
    retry_after: Option<u64>,
    extra: Map<String, Value>,
    cause: Option<Arc<anyhow::Error>>,
}

impl Problem {
    /// A problem with its stable code and its text in both languages: what is wrong and how to mend it.
    pub fn new(
        status: StatusCode,
        code: &str,
        ko: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self(Box::new(Inner {
            status,
            code: code.to_owned(),
            detail: Text::new(ko, en),
            fields: Vec::new(),
            retry_after: None,
            extra: Map::new(),
            cause: None,
        }))
    }

    /// 400 for a body that is not JSON.
    pub fn malformed_json() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "MALFORMED_JSON",
            "요청 본문이 올바른 JSON이 아니에요.",
            "The request body is not valid JSON.",
        )
    }

    /// 401 for no, a bad, an expired or a revoked token.
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED",
            "로그인이 필요해요. 다시 로그인해 주세요.",
            "Please log in again.",
        )
    }

    /// 403 for the wrong role.
    pub fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "FORBIDDEN",
            "이 작업을 할 수 있는 권한이 없어요.",
            "You are not allowed to do this.",
        )
    }

    /// 404 for what is unknown or somebody else's.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "요청하신 것을 찾을 수 없어요.",
            "There is nothing here.",
        )
    }

    /// 422; add the fields.
    pub fn validation() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
            "입력하신 내용을 다시 확인해 주세요.",
            "Please check what you entered.",
        )
    }

    /// 503, worth another try after so many seconds.
    pub fn unavailable(retry_after: u64) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "UNAVAILABLE",
            "잠시 연결이 원활하지 않아요. 조금 뒤에 다시 시도해 주세요.",
            "The service is briefly unavailable. Please try again shortly.",
        )
        .retry_after(retry_after)
    }

    /// 500; the cause is logged once with the request and never shown.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL",
            "처리 중에 문제가 생겼어요. 잠시 뒤에 다시 시도해 주세요.",
            "Something went wrong. Please try again shortly.",
        )
        .cause(cause)
    }

    /// A database error as it should be answered: 503 when it cannot be reached, 422 for a value it refuses, else 500.
    pub fn database(error: sqlx::Error) -> Self {
        if janchi_db::is_unavailable(&error) {
            Self::unavailable(2).cause(error)
        } else if janchi_db::is_bad_value(&error) {
            Self::validation().cause(error)
        } else {
            Self::internal(error)
        }
    }

    /// Names a field that is wrong (its path in the body, `store.name`).
    #[must_use]
    pub fn field(
        mut self,
        field: &str,
        code: &str,
        ko: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        self.0.fields.push(Field {
            field: field.to_owned(),
            code: code.to_owned(),
            message: Text::new(ko, en),
        });
        self
    }

    /// Whether any field was named.
    pub fn has_fields(&self) -> bool {
        !self.0.fields.is_empty()
    }

    /// `Retry-After` in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds.max(1));
        self
    }

    /// A further member of the answer.
    #[must_use]
    pub fn extra(mut self, name: &str, value: Value) -> Self {
        self.0.extra.insert(name.to_owned(), value);
        self
    }

    /// Why, for the log.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.0.cause = Some(Arc::new(cause.into()));
        self
    }

    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The cause that was given, never shown to the reader.
    pub fn why(&self) -> Option<&anyhow::Error> {
        self.0.cause.as_deref()
    }

    /// The problem for a bare status that something below answered without a problem of its own.
    pub fn of_status(status: StatusCode) -> Self {
        let (code, ko, en) = match status.as_u16() {
            401 => return Self::unauthorized(),
            403 => return Self::forbidden(),
            404 => return Self::not_found(),
            405 => (
                "METHOD_NOT_ALLOWED",
                "이 주소에서 쓸 수 없는 방식이에요.",
                "This address does not take that method.",
            ),
            406 => (
                "NOT_ACCEPTABLE",
                "요청하신 형식으로는 답할 수 없어요.",
                "That representation is not available.",
            ),
            408 => (
                "REQUEST_TIMEOUT",
                "요청이 너무 오래 걸렸어요.",
                "The request took too long.",
            ),
            413 => (
                "PAYLOAD_TOO_LARGE",
                "보내신 내용이 너무 커요.",
                "The request is too large.",
            ),
            414 => (
                "URI_TOO_LONG",
                "주소가 너무 길어요.",
                "The address is too long.",
            ),
            415 => (
                "UNSUPPORTED_MEDIA_TYPE",
                "지원하지 않는 형식이에요. JSON으로 보내 주세요.",
                "Please send application/json.",
            ),
            503 => return Self::unavailable(2),
            400..=499 => (
                "BAD_REQUEST",
                "요청을 이해하지 못했어요.",
                "The request was not understood.",
            ),
            _ => return Self::internal(anyhow::anyhow!("answered {status} without a problem")),
        };
        Self::new(status, code, ko, en)
    }

    /// The answer in this language, with the request's id.
    pub fn render(&self, language: Language, request_id: &str) -> Response {
        let inner = &self.0;
        let mut body = json!({
            "type": "about:blank",
            "title": inner.status.canonical_reason().unwrap_or("Error"),
            "status": inner.status.as_u16(),
            "detail": inner.detail.in_language(language),
            "code": inner.code,
            "requestId": request_id,
        });
        if !inner.fields.is_empty() {
            body["errors"] = inner
                .fields
                .iter()
                .map(|f| json!({"field": f.field, "code": f.code, "message": f.message.in_language(language)}))
                .collect();
        }
        for (name, value) in &inner.extra {
            body[name.as_str()] = value.clone();
        }
        let mut response = (inner.status, Body::from(body.to_string())).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = inner.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if inner.status == StatusCode::UNAUTHORIZED {
            headers.insert("www-authenticate", HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.render(Language::Korean, &janchi_runtime::request_id::current());
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::Language;
    use axum::http::HeaderMap;

    #[test]
    fn korean_comes_first_unless_english_is_preferred() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("accept-language", value.parse().unwrap());
            Language::of(&headers)
        };
        assert_eq!(Language::of(&HeaderMap::new()), Language::Korean);
        assert_eq!(of("ko-KR,ko;q=0.9,en;q=0.8"), Language::Korean);
        assert_eq!(of("en-US,en;q=0.9"), Language::English);
        assert_eq!(of("en;q=0.5, ko;q=0.9"), Language::Korean);
        assert_eq!(of("fr, *;q=0.1"), Language::Korean);
    }
}
