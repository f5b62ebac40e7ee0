//! What a page asks of the API goes the way of any client's request, without leaving the process.

use crate::body::Unread;
use crate::bucket::Bucket;
use crate::exchange::{self, Asked, Taken};
use crate::routes::Found;
use crate::worker::Worker;
use axum::body::Bytes;
use axum::http::{HeaderValue, Request, header};
use http_body_util::BodyExt;
use janchi_site::{Api, Call, Language, Opened, Reply};
use janchi_web::Problem;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;

/// Whose minute a page has counted against: the first of its calls that passes counts, and the others go with it.
#[derive(Debug, Default)]
pub struct Paid(Vec<Arc<Bucket>>);

impl Paid {
    /// Whether this one was counted before.
    pub fn covers(&self, bucket: &Arc<Bucket>) -> bool {
        self.0.iter().any(|paid| Arc::ptr_eq(paid, bucket))
    }

    /// A call of this one was counted and may pass.
    pub fn note(&mut self, bucket: Arc<Bucket>) {
        self.0.push(bucket);
    }
}

/// The API as a page calls it: the same checks as for anybody.
pub struct Inside<'w> {
    worker: &'w Worker,
    page: &'w Asked,
    paid: Arc<Mutex<Paid>>,
}

impl Api for Inside<'_> {
    async fn call(&self, call: Call) -> Reply {
        self.open(call).await.read().await
    }

    async fn open(&self, call: Call) -> Opened {
        let began = Instant::now();
        let state = &self.worker.state;
        let mut asked = self.asked(call.language);
        let found = match request(call) {
            Ok(request) => match state.table.find(request.method(), request.uri().path()) {
                Found::Route(route) => Some((route, request)),
                Found::OtherMethods(_) | Found::Nothing => None,
            },
            Err(_) => None,
        };
        let response = match found {
            Some((route, request)) => {
                let response = exchange::take(self.worker, route, request, &mut asked).await;
                let status = response.status();
                let taken = Taken::Route(route);
                state.meters.record(taken, status, began.elapsed());
                response
            }
            None => asked.refuse(&Problem::not_found()),
        };
        let (parts, body) = response.into_parts();
        Opened {
            status: parts.status,
            headers: parts.headers,
            body: body.boxed_unsync(),
        }
    }
}

impl<'w> Inside<'w> {
    /// For one page: what it asks first is counted, and the rest goes with that.
    pub fn new(worker: &'w Worker, page: &'w Asked) -> Self {
        Self {
            worker,
            page,
            paid: Arc::default(),
        }
    }

    /// What the services learn of whoever asks: the visitor, in the page's language.
    fn asked(&self, language: Language) -> Asked {
        Asked {
            id: self.page.id.clone(),
            accept_language: Some(HeaderValue::from_static(language.tag())),
            client: self.page.client,
            shown_client: self.page.shown_client.clone(),
            origin: None,
            closes: false,
            paid: Some(Arc::clone(&self.paid)),
        }
    }
}

fn request(call: Call) -> Result<Request<Unread>, axum::http::Error> {
    let mut request = Request::builder()
        .method(call.method)
        .uri(call.path)
        .header(header::ACCEPT_LANGUAGE, call.language.tag());
    let texts = [
        (
            header::AUTHORIZATION,
            call.bearer.map(|token| format!("Bearer {token}")),
        ),
        (
            header::HeaderName::from_static("idempotency-key"),
            call.idempotency_key,
        ),
        (header::IF_MATCH, call.if_match),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    let json = call
        .body
        .map(|json| ("application/json".to_owned(), Bytes::from(json.to_string())));
    let Some((kind, bytes)) = call.form.or(json) else {
        return request.body(Unread::Own(Bytes::new()));
    };
    request
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_LENGTH, bytes.len())
        .body(Unread::Own(bytes))
}
