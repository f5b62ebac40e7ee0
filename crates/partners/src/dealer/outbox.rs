//! Requests to the dealer, kept so that they can be asked about.

use crate::messages::Kind;
use chrono::{DateTime, TimeDelta, Utc};

/// The same key is refused for this long.
const KEY_LIFETIME: TimeDelta = TimeDelta::minutes(10);
const KEPT: usize = 5000;

/// One receiver of one request.
#[derive(Debug, Clone)]
pub struct Sent {
    pub request: String,
    pub seq: usize,
    pub kind: Kind,
    pub to: String,
    pub template: Option<String>,
    pub text: String,
    pub grouping_key: Option<String>,
    pub stats_id: Option<String>,
    /// How many people it went to: one, or the friends of a channel.
    pub audience: i64,
    pub code: i64,
    pub cancelled: bool,
    pub at: DateTime<Utc>,
    pub due: DateTime<Utc>,
}

/// Everything sent.
#[derive(Debug, Default)]
pub struct Outbox {
    pub sent: Vec<Sent>,
    keys: Vec<(String, DateTime<Utc>)>,
}

impl Outbox {
    /// Claims an idempotency key; false when it was used within ten minutes.
    pub fn claim(&mut self, key: &str, now: DateTime<Utc>) -> bool {
        self.keys.retain(|(_, at)| now - *at < KEY_LIFETIME);
        if self.keys.iter().any(|(known, _)| known == key) {
            return false;
        }
        self.keys.push((key.to_owned(), now));
        true
    }

    /// Keeps one receiver's message.
    pub fn add(&mut self, sent: Sent) {
        if self.sent.len() == KEPT {
            self.sent.remove(0);
        }
        self.sent.push(sent);
    }
}
