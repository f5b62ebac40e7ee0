//! Every vendor: the happy path and its main refusals, over the wire.

mod anthropic;
mod control;
mod datalab;
mod images;
mod instagram;
mod kt;
mod messages;
mod naver;
mod openai;
mod plans;
mod tax_office;

use janchi_partners::Partners;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use std::sync::LazyLock;
use url::Url;

/// One client for all tests, without proxies or redirects. It keeps no connection: each test has a runtime of its own.
static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .build()
        .expect("a client without TLS files of its own")
});

fn http() -> &'static reqwest::Client {
    &HTTP
}

/// `base` + `/` + `path`.
fn at(base: &Url, path: &str) -> String {
    format!("{}/{path}", base.as_str().trim_end_matches('/'))
}

fn request(method: Method, base: &Url, path: &str) -> RequestBuilder {
    http().request(method, at(base, path))
}

fn post(base: &Url, path: &str, body: &Value) -> RequestBuilder {
    request(Method::POST, base, path).json(body)
}

fn get(base: &Url, path: &str) -> RequestBuilder {
    request(Method::GET, base, path)
}

/// Sends; the body must be JSON.
async fn json(request: RequestBuilder) -> (u16, Value) {
    let (status, _, body) = full(request).await;
    (status, body)
}

async fn full(request: RequestBuilder) -> (u16, reqwest::header::HeaderMap, Value) {
    let response: Response = request.send().await.expect("the server answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.expect("a whole body");
    let body = serde_json::from_slice(&bytes)
        .unwrap_or_else(|_| panic!("not JSON: {}", String::from_utf8_lossy(&bytes)));
    (status, headers, body)
}

async fn partners() -> Partners {
    Partners::spawn().await
}
