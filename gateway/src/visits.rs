//! The pages: a browser's request becomes a visit, and the page an answer.

use crate::body::Answer;
use crate::exchange::Asked;
use crate::headers;
use crate::inside::Inside;
use crate::oversize;
use crate::worker::Worker;
use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use janchi_site::{Page, Route, Site, Takes, Visit};
use std::time::Duration;
use tokio::sync::Semaphore;
use url::Url;

/// Photos that are read at once, over all workers: each is in memory as a whole.
const UPLOADS: usize = 16;
const FORM_PATIENCE: Duration = Duration::from_secs(20);
/// A photo over an old phone's connection.
const UPLOAD_PATIENCE: Duration = Duration::from_secs(180);

/// The pages and how visitors know them.
#[derive(Debug)]
pub struct Front {
    site: Site,
    base: String,
    at_a_desk: bool,
    uploads: Semaphore,
}

impl Front {
    /// The pages under this address.
    pub fn new(base: &Url) -> Self {
        Self {
            site: Site::new(),
            base: base.origin().ascii_serialization(),
            at_a_desk: is_this_machine(base.host_str().unwrap_or_default()),
            uploads: Semaphore::new(UPLOADS),
        }
    }

    /// The address a visitor uses. At a desk a machine has several names for itself.
    fn base(&self, heads: &HeaderMap) -> String {
        let host = text(heads, &header::HOST);
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        if self.at_a_desk && is_this_machine(name) {
            format!("http://{host}")
        } else {
            self.base.clone()
        }
    }
}

fn is_this_machine(name: &str) -> bool {
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

/// The page of a path. Most requests are for the API, and one look tells.
pub fn find(path: &str) -> Option<Route> {
    if path.starts_with("/api/") {
        return None;
    }
    Route::find(path).filter(|page| cfg!(debug_assertions) || *page != Route::Styleguide)
}

/// Answers a visit.
pub async fn answer(
    worker: &Worker,
    page: &Route,
    request: Request<Incoming>,
    asked: &mut Asked,
) -> Response<Answer> {
    let front = &worker.state.front;
    let (parts, body) = request.into_parts();
    let mut visit = visit(front, &parts);
    let api = Inside::new(worker, asked);
    let takes = page.takes();
    if parts.method != Method::POST || takes == Takes::Nothing {
        return sent(front.site.answer(&api, visit).await);
    }
    let kind = text(&parts.headers, &header::CONTENT_TYPE);
    if !takes.takes(kind) {
        let refused = front
            .site
            .refuse(&api, visit, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        return oversize::drain(sent(Some(refused)), body);
    }
    let length = text(&parts.headers, &header::CONTENT_LENGTH).parse();
    if length.is_ok_and(|length: usize| length > takes.most()) {
        let refused = front
            .site
            .refuse(&api, visit, StatusCode::PAYLOAD_TOO_LARGE);
        return oversize::drain(sent(Some(refused)), body);
    }
    let status = match read(front, takes, body).await {
        Ok(bytes) if visit.take_form(kind, bytes.clone()).await => {
            return sent(front.site.answer(&api, visit).await);
        }
        Ok(_) => StatusCode::BAD_REQUEST,
        Err(status) => status,
    };
    let refused = front.site.refuse(&api, visit, status);
    asked.closes = true;
    sent(Some(refused))
}

/// All of a form, within its size and within time.
async fn read(front: &Front, takes: Takes, body: Incoming) -> Result<Bytes, StatusCode> {
    let (_place, patience) = match takes {
        Takes::Upload => {
            let place = front.uploads.try_acquire();
            let place = place.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
            (Some(place), UPLOAD_PATIENCE)
        }
        _ => (None, FORM_PATIENCE),
    };
    let reading = Limited::new(body, takes.most()).collect();
    match tokio::time::timeout(patience, reading).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            Err(StatusCode::PAYLOAD_TOO_LARGE)
        }
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

fn visit(front: &Front, parts: &Parts) -> Visit {
    let mut heads = parts.headers.clone();
    headers::join_cookies(&mut heads);
    let own = |name| text(&heads, &name).to_owned();
    Visit {
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        cookies: own(header::COOKIE),
        form: String::new(),
        file: None,
        accept_language: own(header::ACCEPT_LANGUAGE),
        origin: own(header::ORIGIN),
        fetch_site: own(header::HeaderName::from_static("sec-fetch-site")),
        base: front.base(&heads),
        now: chrono::Utc::now(),
    }
}

/// A header's text; empty where there is none.
fn text<'a>(heads: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    let value = heads.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

fn sent(page: Option<Page>) -> Response<Answer> {
    let Some(page) = page else {
        return Response::new(Answer::Own(None));
    };
    let body = match page.flow {
        Some(flow) => Answer::Made(Body::new(flow)),
        None => Answer::from(Bytes::from(page.body)),
    };
    let mut response = Response::new(body);
    *response.status_mut() = page.status;
    *response.headers_mut() = page.headers;
    response
}
