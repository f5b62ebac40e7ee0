use anyhow::{Context, bail};
use reqwest::Method;
use serde_json::Value;
use std::time::{Duration, Instant};

/// An answer and how long it took.
pub struct Timed {
    pub status: u16,
    pub json: Value,
    pub took: Duration,
}

/// A client of the gateway with one kept-alive connection.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl Client {
    pub fn new(base: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .tcp_nodelay(true)
            .timeout(Duration::from_secs(60))
            .build()
            .context("build an HTTP client")?;
        Ok(Self {
            http,
            base: base.trim_end_matches('/').to_owned(),
            token: None,
        })
    }

    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// Makes a call that has to succeed.
    ///
    /// # Errors
    /// The gateway cannot be reached or answers with an error.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Timed> {
        let answer = self.send(method, path, body).await?;
        if !(200..300).contains(&answer.status) {
            bail!("{path} answered {}: {}", answer.status, answer.json);
        }
        Ok(answer)
    }

    /// Makes a call that may be refused.
    ///
    /// # Errors
    /// The gateway cannot be reached.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Timed> {
        let method: Method = method.parse().context("a method")?;
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        // Nobody else changes what is changed here.
        request = request.header("if-match", "*");
        // A gateway that trusts this machine counts each caller apart, as it would in the world.
        let [a, b] = janchi_crypto::random::<2>();
        request = request.header("x-forwarded-for", format!("198.18.{a}.{b}"));
        if let Some(body) = &body {
            request = request.json(body);
        }
        let began = Instant::now();
        let response = request
            .send()
            .await
            .with_context(|| format!("call {path}"))?;
        let status = response.status();
        let bytes = response
            .bytes()
            .await
            .with_context(|| format!("read {path}"))?;
        let took = began.elapsed();
        Ok(Timed {
            status: status.as_u16(),
            json: serde_json::from_slice(&bytes).unwrap_or_default(),
            took,
        })
    }
}

/// A text member that must be there.
pub fn text<'a>(value: &'a Value, member: &str) -> anyhow::Result<&'a str> {
    value[member]
        .as_str()
        .with_context(|| format!("{member} is missing in {value}"))
}
