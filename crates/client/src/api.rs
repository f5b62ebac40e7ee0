use crate::breaker::Breaker;
use crate::window::Policy;
use anyhow::Context;
use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// No answer of a remote is read beyond this, unless the caller expects more.
const LARGEST_ANSWER: usize = 20 * 1024 * 1024;
/// Of an error's answer only so much is kept.
const LARGEST_ERROR: usize = 64 * 1024;

/// One remote API: where it is, how long it may take, its breaker.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

/// Ends a call whose caller has gone away.
struct HangUp(tokio::task::AbortHandle);

impl Drop for HangUp {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Inner {
    hangs_up: bool,
    name: &'static str,
    base: Url,
    deadline: Duration,
    http: reqwest::Client,
    breaker: Breaker,
}

/// A 2xx answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Why there is no answer. None of these texts holds a URL, for keys may be in it.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("the breaker is open")]
    Open { retry_after: Duration },
    #[error("no answer in time")]
    Timeout,
    #[error("no connection: {0}")]
    Connect(String),
    #[error("answered with status {status}")]
    Status {
        status: u16,
        /// Seconds, as the remote asks.
        retry_after: Option<u64>,
        body: Bytes,
    },
    #[error("the answer is not usable: {0}")]
    Invalid(String),
}

impl CallError {
    /// Whether a later try may succeed. A spent budget that is dressed as 429 is for the caller to tell apart.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Open { .. } | Self::Timeout | Self::Connect(_) => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..),
            Self::Invalid(_) => false,
        }
    }

    /// Whether the remote may have done what was asked although no answer says so.
    pub fn outcome_is_unknown(&self) -> bool {
        match self {
            Self::Timeout | Self::Invalid(_) => true,
            Self::Status { status, .. } => matches!(status, 500 | 502 | 504),
            Self::Open { .. } | Self::Connect(_) => false,
        }
    }

    /// What counts against the remote's health: everything that is its fault and not the request's.
    fn counts_as_failure(&self) -> bool {
        match self {
            Self::Open { .. } => false,
            Self::Timeout | Self::Connect(_) | Self::Invalid(_) => true,
            Self::Status {
                status,
                retry_after,
                ..
            } => matches!(status, 408 | 500..) || *status == 429 && retry_after.is_some(),
        }
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("name", &self.0.name)
            .field("breaker", &self.0.breaker)
            .finish_non_exhaustive()
    }
}

impl Api {
    /// A remote with its own connections and the default breaker, at `http(s)://…` or `unix:/path`. `deadline` is for one call in all, body included.
    ///
    /// # Errors
    /// The HTTP client cannot be built.
    pub fn new(name: &'static str, base: Url, deadline: Duration) -> anyhow::Result<Self> {
        Self::with_policy(name, base, deadline, Policy::default())
    }

    /// As [`Api::new`] with another breaker policy.
    ///
    /// # Errors
    /// As [`Api::new`].
    pub fn with_policy(
        name: &'static str,
        mut base: Url,
        deadline: Duration,
        policy: Policy,
    ) -> anyhow::Result<Self> {
        let mut builder = reqwest::Client::builder();
        if base.scheme() == "unix" {
            builder = builder.unix_socket(base.path());
            base = Url::parse("http://localhost/").context("a URL of this machine")?;
        }
        // `join` would drop the last part of a path without its slash.
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        let http = builder
            .connect_timeout(Duration::from_secs(1).min(deadline))
            .timeout(deadline)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .tcp_nodelay(true)
            .build()
            .context("build an HTTP client")?;
        Ok(Self(Arc::new(Inner {
            hangs_up: false,
            name,
            base,
            deadline,
            http,
            breaker: Breaker::new(name, policy),
        })))
    }

    /// A remote whose calls end with the wish for them: whoever drops a call's future hangs up, which counts neither for
    /// nor against the remote. Of other remotes every call is heard to its end, so that none is left half known.
    /// To be said before the first clone is made.
    #[must_use]
    pub fn hanging_up(mut self) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.hangs_up = true;
        }
        self
    }

    /// Its label in metrics.
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    pub fn breaker(&self) -> &Breaker {
        &self.0.breaker
    }

    /// A request to a path below the base; a leading slash is allowed.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = self
            .0
            .base
            .join(path.trim_start_matches('/'))
            .unwrap_or_else(|_| self.0.base.clone());
        self.0.http.request(method, url)
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    pub fn put(&self, path: &str) -> RequestBuilder {
        self.request(Method::PUT, path)
    }

    pub fn delete(&self, path: &str) -> RequestBuilder {
        self.request(Method::DELETE, path)
    }

    /// Makes the call within deadline and breaker. The call runs on to its end even if the caller goes away, so that
    /// a trial is always decided.
    ///
    /// # Errors
    /// Anything but a 2xx answer.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer, CallError> {
        self.guarded(request, LARGEST_ANSWER, Ok).await
    }

    /// As [`Api::send`], for an answer of up to `largest` bytes.
    ///
    /// # Errors
    /// As [`Api::send`].
    pub async fn send_for(
        &self,
        request: RequestBuilder,
        largest: usize,
    ) -> Result<Answer, CallError> {
        self.guarded(request, largest, Ok).await
    }

    /// As [`Api::send`], with the body read as JSON. A body that does not parse counts as a failure of the remote.
    ///
    /// # Errors
    /// As [`Api::send`]; a body that does not parse is [`CallError::Invalid`].
    pub async fn send_json<T: DeserializeOwned + Send + 'static>(
        &self,
        request: RequestBuilder,
    ) -> Result<T, CallError> {
        self.guarded(request, LARGEST_ANSWER, parse).await
    }

    async fn guarded<T: Send + 'static>(
        &self,
        request: RequestBuilder,
        largest: usize,
        read: fn(Answer) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let Some(permit) = self.0.breaker.acquire() else {
            return Err(CallError::Open {
                retry_after: self.0.breaker.remaining().max(Duration::from_secs(1)),
            });
        };
        let (name, deadline) = (self.0.name, self.0.deadline);
        let request = request.header("x-request-id", janchi_runtime::request_id::current());
        let call = tokio::spawn(async move {
            let began = std::time::Instant::now();
            let result = match tokio::time::timeout(deadline, call(request, largest)).await {
                Ok(result) => result.and_then(read),
                Err(_) => Err(CallError::Timeout),
            };
            let failed = result
                .as_ref()
                .err()
                .is_some_and(CallError::counts_as_failure);
            permit.settle(!failed);
            let outcome = match &result {
                Ok(_) => "ok",
                Err(CallError::Timeout) => "timeout",
                Err(CallError::Status { .. }) => "status",
                Err(_) => "error",
            };
            metrics::histogram!("janchi_call_seconds", "api" => name, "outcome" => outcome)
                .record(began.elapsed().as_secs_f64());
            result
        });
        let _hang_up = self.0.hangs_up.then(|| HangUp(call.abort_handle()));
        call.await
            .unwrap_or_else(|_| Err(CallError::Invalid("the call ended abnormally".to_owned())))
    }
}

fn parse<T: DeserializeOwned>(answer: Answer) -> Result<T, CallError> {
    // serde's message may quote what a provider sent.
    serde_json::from_slice(&answer.body)
        .map_err(|error| CallError::Invalid(format!("JSON does not fit at line {}", error.line())))
}

async fn call(request: RequestBuilder, largest: usize) -> Result<Answer, CallError> {
    let mut response = request.send().await.map_err(explain)?;
    let status = response.status();
    let headers = response.headers().clone();
    let limit = if status.is_success() {
        largest
    } else {
        LARGEST_ERROR
    };
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(explain)? {
        let room = limit - body.len();
        if chunk.len() > room {
            if status.is_success() {
                let mib = largest / (1024 * 1024);
                return Err(CallError::Invalid(format!("larger than {mib} MiB")));
            }
            body.extend_from_slice(&chunk[..room]);
            break;
        }
        body.extend_from_slice(&chunk);
    }
    let (status, body) = (status.as_u16(), body.freeze());
    if (200..300).contains(&status) {
        return Ok(Answer {
            status,
            headers,
            body,
        });
    }
    let retry_after = headers
        .get("retry-after")
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse().ok());
    Err(CallError::Status {
        status,
        retry_after,
        body,
    })
}

fn explain(error: reqwest::Error) -> CallError {
    if error.is_timeout() {
        CallError::Timeout
    } else if error.is_connect() {
        CallError::Connect("refused or unreachable".to_owned())
    } else {
        // A connection that broke after the request was sent leaves the outcome open.
        CallError::Invalid("broken off".to_owned())
    }
}
