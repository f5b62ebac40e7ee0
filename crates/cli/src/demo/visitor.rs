use anyhow::{Context, anyhow, bail, ensure};
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use std::time::{Duration, Instant};
use url::Url;
use uuid::Uuid;

/// A job or a state is waited for this long.
const PATIENCE: Duration = Duration::from_secs(180);
/// Pause before the first look again; each further one is twice as long. Two looks a second would eat the owner's
/// hundred calls a minute.
const SOON: Duration = Duration::from_millis(250);
const LATER: Duration = Duration::from_secs(2);

/// Somebody who uses the public API: an owner when logged in, else a stranger.
#[derive(Clone)]
pub(crate) struct Visitor {
    http: Client,
    base: Url,
    token: Option<String>,
}

/// An answer that is no success.
#[derive(Debug, thiserror::Error)]
#[error("{call} answered {status} {code}: {detail}")]
pub(crate) struct Refusal {
    call: String,
    status: StatusCode,
    pub(crate) code: String,
    detail: String,
}

impl Visitor {
    pub(crate) fn new(base: &Url) -> anyhow::Result<Self> {
        let http = Client::builder()
            .timeout(Duration::from_secs(30))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none());
        Ok(Self {
            http: http.build().context("build an HTTP client")?,
            base: base.clone(),
            token: None,
        })
    }

    /// The same visitor, logged in.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        self.call(Method::PATCH, path, Some(body)).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let call = format!("{method} {path}");
        let url = self.base.join(path).context("make an address")?;
        let mut request = self
            .http
            .request(method.clone(), url)
            .header("accept-language", "ko");
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if method == Method::PATCH {
            // Nobody else edits what was made a moment ago.
            request = request.header("if-match", "*");
        }
        if let Some(body) = body {
            request = request
                .header("idempotency-key", Uuid::new_v4().to_string())
                .json(&body);
        }
        let response = request
            .send()
            .await
            .map_err(|e| anyhow!(e.without_url()))
            .with_context(|| call.clone())?;
        let status = response.status();
        let text = response
            .bytes()
            .await
            .map_err(|e| anyhow!(e.without_url()))
            .with_context(|| call.clone())?;
        let value: Value = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&text).with_context(|| format!("{call} answered no JSON"))?
        };
        if status.is_success() {
            return Ok(value);
        }
        let told = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
        let fields = value
            .get("errors")
            .map(|e| format!(" {e}"))
            .unwrap_or_default();
        Err(Refusal {
            call,
            status,
            code: told("code"),
            detail: told("detail") + &fields,
        }
        .into())
    }

    /// The result of a job, once it succeeded.
    pub(crate) async fn job_done(&self, started: &Value) -> anyhow::Result<Value> {
        if started["status"] == "SUCCEEDED" && !started["result"].is_null() {
            return Ok(started["result"].clone());
        }
        let id = text(started, "jobId")?;
        let begun = Instant::now();
        let mut pause = SOON;
        loop {
            let job = self.get(&format!("/api/jobs/{id}")).await?;
            match job["status"].as_str() {
                Some("SUCCEEDED") => return Ok(job["result"].clone()),
                Some("FAILED" | "CANCELLED") => bail!("the job {id} ended as {}", job["status"]),
                _ => {}
            }
            ensure!(
                begun.elapsed() < PATIENCE,
                "the job {id} is not done after {PATIENCE:?}"
            );
            tokio::time::sleep(pause).await;
            pause = LATER.min(pause * 2);
        }
    }

    /// The event once it is in the state `wanted`.
    pub(crate) async fn event_in(&self, id: &str, wanted: &str) -> anyhow::Result<Value> {
        let begun = Instant::now();
        let mut pause = SOON;
        loop {
            let event = self.get(&format!("/api/events/{id}")).await?;
            let status = event["status"].as_str().unwrap_or_default();
            if status == wanted {
                return Ok(event);
            }
            ensure!(
                status != "PUBLISH_FAILED",
                "the event could not be published"
            );
            ensure!(
                begun.elapsed() < PATIENCE,
                "the event is {status}, not {wanted}, after {PATIENCE:?}"
            );
            tokio::time::sleep(pause).await;
            pause = LATER.min(pause * 2);
        }
    }
}

/// A text of an answer that must be there.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> anyhow::Result<&'a str> {
    value[field]
        .as_str()
        .with_context(|| format!("the answer has no {field}"))
}
