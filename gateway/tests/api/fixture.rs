use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use janchi_cache::Cache;
use janchi_gateway::{AccessLog, Config, Limits, Origins, Upstreams};
use janchi_testkit::{Client, Keys, Running, serve_stub};
use secrecy::SecretString;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// A gateway, the stand-in behind it, and the keys of its fleet.
pub struct Fixture {
    pub gateway: Running,
    pub keys: Keys,
    pub cache: Cache,
    /// Requests that reached a service.
    pub reached: Arc<AtomicU32>,
    config: Config,
}

impl Fixture {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let keys = Keys::new();
        let namespace = janchi_testkit::namespace();
        let reached = Arc::new(AtomicU32::new(0));
        let upstream = serve_stub(service(Arc::clone(&reached))).await;
        let mut config = Config {
            listen_addr: "127.0.0.1:0".parse().expect("an address"),
            admin_addr: "127.0.0.1:0".parse().expect("an address"),
            redis_url: janchi_testkit::redis_url(),
            namespace: namespace.clone(),
            jwks_url: keys.jwks_url().await,
            service_token_secret: keys.service_token_secret.clone(),
            upstreams: everywhere(&upstream),
            public_base_url: "http://127.0.0.1".parse().expect("a URL"),
            trusted_proxies: "127.0.0.1".parse().expect("an address"),
            limits: Limits::default(),
            workers: std::num::NonZeroUsize::MIN,
            requests_in_hand: Config::REQUESTS_IN_HAND,
            tls: None,
            cors_origins: Origins::default(),
            access_log: AccessLog::Off,
        };
        change(&mut config);
        let cache =
            Cache::connect(&janchi_testkit::redis_url(), &namespace).expect("the URL is good");
        let _ = cache.ping().await;
        let own = config.clone();
        let gateway = Running::start_unready(|listeners, shutdown| {
            janchi_gateway::serve(own, listeners, shutdown)
        })
        .await;
        Self {
            gateway,
            keys,
            cache,
            reached,
            config,
        }
    }

    /// Another gateway of the same fleet.
    pub async fn sibling(&self) -> Running {
        let own = self.config.clone();
        Running::start(|listeners, shutdown| janchi_gateway::serve(own, listeners, shutdown)).await
    }

    pub fn client(&self) -> Client {
        self.gateway.client()
    }

    /// A logged-in owner: the token, and its session.
    pub async fn owner(&self) -> (String, Uuid) {
        let session = Uuid::now_v7();
        self.cache
            .set(
                &format!("user:session:{session}"),
                "{}",
                Duration::from_secs(600),
            )
            .await;
        let lives = Duration::from_secs(900);
        (
            self.keys
                .user
                .owner_access(Uuid::now_v7(), session, lives)
                .expect("signing works"),
            session,
        )
    }

    pub fn reached(&self) -> u32 {
        self.reached.load(Ordering::Relaxed)
    }
}

pub fn everywhere(url: &Url) -> Upstreams {
    Upstreams {
        user: url.clone(),
        event: url.clone(),
        ai: url.clone(),
        content: url.clone(),
        distribution: url.clone(),
        participation: url.clone(),
        analytics: url.clone(),
    }
}

/// Where nobody listens.
pub fn nowhere() -> Url {
    "http://127.0.0.1:1".parse().expect("a URL")
}

/// The Redis of nobody.
pub fn no_redis() -> SecretString {
    "redis://127.0.0.1:1/".to_owned().into()
}

fn service(reached: Arc<AtomicU32>) -> Router {
    let count = Arc::clone(&reached);
    Router::new()
        .route("/api/events/{id}", any(echo))
        .route(
            "/api/channels",
            get(|| async { (StatusCode::IM_A_TEAPOT, "short and stout") }),
        )
        .route("/api/jobs/{id}/stream", get(stream))
        .route("/internal/users/{id}/store", get(|| async { "secret" }))
        .fallback(echo)
        .layer(axum::middleware::from_fn(
            move |request: Request, next: axum::middleware::Next| {
                let count = Arc::clone(&count);
                async move {
                    count.fetch_add(1, Ordering::Relaxed);
                    next.run(request).await
                }
            },
        ))
}

/// Tells what arrived.
async fn echo(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap_or_default();
    let headers: serde_json::Map<String, serde_json::Value> = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into(),
            )
        })
        .collect();
    let told = json!({"path": parts.uri.to_string(), "headers": headers, "bytes": body.len()});
    (
        [
            ("content-type", "application/json"),
            ("connection", "x-gone"),
            ("x-gone", "1"),
        ],
        told.to_string(),
    )
        .into_response()
}

/// The first event at once, the end never.
async fn stream() -> Response {
    use futures::StreamExt;
    let first =
        futures::stream::once(async { Ok::<_, std::io::Error>(Bytes::from("data: {}\n\n")) });
    let body = Body::from_stream(first.chain(futures::stream::pending()));
    ([("content-type", "text/event-stream")], body).into_response()
}
