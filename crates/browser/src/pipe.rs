//! Messages to and from the browser.

use anyhow::{Context, anyhow};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::sync::{broadcast, oneshot};

/// A browser on a busy machine answers within this, or not at all.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// Events that a listener may be behind.
const BEHIND: usize = 16 * 1024;

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// Something that happened in a tab.
#[derive(Debug)]
pub(crate) struct Event {
    pub session: String,
    pub method: String,
    pub params: Value,
}

/// The browser's ear and mouth.
#[derive(Debug)]
pub(crate) struct Pipe {
    sender: tokio::sync::Mutex<Sender>,
    next: AtomicU64,
    waiting: Waiting,
    events: broadcast::Sender<Arc<Event>>,
}

impl Pipe {
    pub(crate) fn new(sender: Sender, receiver: Receiver) -> Self {
        let (waiting, (events, _)) = (Waiting::default(), broadcast::channel(BEHIND));
        tokio::spawn(listen(receiver, Arc::clone(&waiting), events.clone()));
        Self {
            sender: sender.into(),
            next: AtomicU64::new(1),
            waiting,
            events,
        }
    }

    /// Everything that happens from now on.
    pub(crate) fn events(&self) -> broadcast::Receiver<Arc<Event>> {
        self.events.subscribe()
    }

    /// Asks the browser, or one of its tabs.
    ///
    /// # Errors
    /// It refuses, or does not answer.
    pub(crate) async fn call(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> anyhow::Result<Value> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, answer);
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.sender
            .lock()
            .await
            .write_all(&bytes)
            .await
            .with_context(|| format!("ask the browser for {method}"))?;
        let mut answer = tokio::time::timeout(PATIENCE, answered)
            .await
            .with_context(|| format!("no answer to {method}"))?
            .with_context(|| format!("the browser ended during {method}"))?;
        match &answer["error"] {
            Value::Null => Ok(answer["result"].take()),
            error => Err(anyhow!("{method}: {error}")),
        }
    }
}

async fn listen(mut receiver: Receiver, waiting: Waiting, events: broadcast::Sender<Arc<Event>>) {
    let (mut heard, mut chunk) = (Vec::new(), vec![0; 64 * 1024]);
    while let Ok(read @ 1..) = receiver.read(&mut chunk).await {
        heard.extend_from_slice(&chunk[..read]);
        while let Some(end) = heard.iter().position(|byte| *byte == 0) {
            let message: Value = serde_json::from_slice(&heard[..end]).unwrap_or_default();
            heard.drain(..=end);
            hear(message, &waiting, &events);
        }
    }
    waiting
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clear();
}

fn hear(mut message: Value, waiting: &Waiting, events: &broadcast::Sender<Arc<Event>>) {
    if let Some(id) = message["id"].as_u64() {
        let answer = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
        if let Some(answer) = answer {
            let _ = answer.send(message);
        }
        return;
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let event = Event {
        session: text(&message["sessionId"]),
        method: text(&message["method"]),
        params: message["params"].take(),
    };
    let _ = events.send(Arc::new(event));
}
