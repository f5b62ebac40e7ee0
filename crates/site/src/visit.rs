//! What a browser asks and what it gets.

use crate::api::{Flow, Opened};
use crate::upload::{self, File};
use crate::words::Language;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

/// A request for a page, read to its end. Texts that are not there are empty.
#[derive(Debug, Clone)]
pub struct Visit {
    /// HEAD is GET here; whoever sends the page leaves its body away.
    pub method: Method,
    pub path: String,
    /// Without the question mark.
    pub query: String,
    /// The `Cookie` header.
    pub cookies: String,
    /// The body of a form, `application/x-www-form-urlencoded`, already bounded.
    pub form: String,
    /// The file that came with the form, where the page takes one.
    pub file: Option<File>,
    pub accept_language: String,
    /// The `Origin` header.
    pub origin: String,
    /// The `Sec-Fetch-Site` header.
    pub fetch_site: String,
    /// Scheme and host under which the visitor knows us, such as `https://janchi.kr`: what `Origin` must be.
    pub base: String,
    /// For "three days left"; rules stay with the services.
    pub now: DateTime<Utc>,
}

impl Visit {
    /// Takes in the body of a form of that kind, with or without a file in it; whether it could be read.
    pub async fn take_form(&mut self, kind: &str, body: Bytes) -> bool {
        if kind.starts_with("multipart/") {
            return match upload::read(kind, body).await {
                Some((text, file)) => {
                    (self.form, self.file) = (text, file);
                    true
                }
                None => false,
            };
        }
        self.form = String::from_utf8_lossy(&body).into_owned();
        true
    }

    /// A value of the query; the first if there are several.
    pub(crate) fn asked(&self, name: &str) -> Option<String> {
        first(&self.query, name)
    }

    /// A field of the form.
    pub(crate) fn typed(&self, name: &str) -> String {
        first(&self.form, name).unwrap_or_default()
    }

    pub(crate) fn is_post(&self) -> bool {
        self.method == Method::POST
    }

    /// Whether cookies may say that they travel over TLS alone.
    pub(crate) fn is_secure(&self) -> bool {
        self.base.starts_with("https://")
    }
}

fn first(pairs: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(pairs.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// An answer, ready to be sent.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Instead of `body`: a file or a stream of events, as it comes from the API.
    pub flow: Option<Flow>,
}

/// Nothing inline, nothing from elsewhere, no frame around it.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

impl Page {
    pub(crate) fn html(status: StatusCode, html: String, language: Language) -> Self {
        let mut page = Self::bytes(status, "text/html; charset=utf-8", html.into_bytes());
        page.put(header::CACHE_CONTROL, "private, no-store");
        page.put(header::CONTENT_LANGUAGE, language.tag());
        page.put(header::VARY, "accept-language, cookie");
        page
    }

    pub(crate) fn bytes(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Self {
        let mut page = Self {
            status,
            headers: HeaderMap::new(),
            body,
            flow: None,
        };
        page.put(header::CONTENT_TYPE, kind);
        page.headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
        // `same-origin`: with `no-referrer` a browser would send `Origin: null` along with our own forms.
        page.put(header::REFERRER_POLICY, "same-origin");
        page.put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        page
    }

    /// A file or a stream of events, as the API sends it.
    pub(crate) fn passed(opened: Opened) -> Self {
        let mut page = Self::bytes(opened.status, "application/octet-stream", Vec::new());
        for name in [
            header::CONTENT_TYPE,
            header::CONTENT_LENGTH,
            header::CONTENT_DISPOSITION,
        ] {
            if let Some(value) = opened.headers.get(&name) {
                page.headers.insert(name, value.clone());
            }
        }
        page.put(header::CACHE_CONTROL, "private, no-store");
        page.flow = Some(opened.body);
        page
    }

    /// Go there, by GET.
    pub(crate) fn see_other(path: &str) -> Self {
        let mut page = Self::bytes(StatusCode::SEE_OTHER, "text/plain", Vec::new());
        page.put(header::LOCATION, path);
        page.put(header::CACHE_CONTROL, "private, no-store");
        page
    }

    /// A header; one that cannot be written is left away, which only happens to text that somebody forged.
    pub(crate) fn put(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }

    pub(crate) fn cookie(&mut self, cookie: &str) {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            self.headers.append(header::SET_COOKIE, value);
        }
    }
}
