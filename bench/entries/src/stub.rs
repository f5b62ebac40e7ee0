//! The event and user services as a measurement needs them: one event, and the public keys.

use anyhow::Context;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers `/internal/events/…` with the event as it stands, and the keys to everything else.
#[derive(Clone)]
pub struct Stub {
    event: Arc<Mutex<Value>>,
    pub port: u16,
}

impl Stub {
    /// # Errors
    /// No port is free.
    pub async fn start(event: Value, jwks: Value) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("listen")?;
        let stub = Self {
            event: Arc::new(Mutex::new(event)),
            port: listener.local_addr()?.port(),
        };
        let answers = stub.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (answers, jwks) = (answers.clone(), jwks.clone());
                tokio::spawn(async move {
                    let mut buffer = vec![0; 16 * 1024];
                    let mut filled = 0;
                    loop {
                        let Ok(read) = stream.read(&mut buffer[filled..]).await else {
                            return;
                        };
                        if read == 0 {
                            return;
                        }
                        filled += read;
                        let head = &buffer[..filled];
                        if !head.ends_with(b"\r\n\r\n") {
                            continue;
                        }
                        let body = if head.starts_with(b"GET /internal/events/") {
                            answers.event().to_string()
                        } else {
                            jwks.to_string()
                        };
                        filled = 0;
                        let answer = format!(
                            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                            body.len()
                        );
                        if stream.write_all(answer.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Ok(stub)
    }

    pub fn event(&self) -> Value {
        self.lock().clone()
    }

    /// Changes the event as its owner or the clock would.
    pub fn change(&self, change: impl FnOnce(&mut Value)) {
        let mut event = self.lock();
        change(&mut event);
        let version = event["version"].as_i64().unwrap_or_default();
        event["version"] = json!(version + 1);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Value> {
        self.event.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
