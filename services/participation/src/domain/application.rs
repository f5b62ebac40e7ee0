//! What somebody hands in to enter an event, checked and with everything personal encrypted already.

use crate::domain::channel::Source;
use chrono::{DateTime, Utc};
use janchi_contracts::reference::Channel;
use janchi_draw::Hash;
use uuid::Uuid;

/// What an entry says of a visit to the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    /// Nothing.
    None,
    /// The code that the counter shows.
    Proved,
    /// A code that the counter does not show now. It may have shown it when the same request came first.
    Unproved,
}

/// One entry on its way to the database.
#[derive(Debug, Clone)]
pub struct Application {
    pub participant_id: Uuid,
    pub event_id: Uuid,
    pub phone_hash: [u8; 32],
    /// Of the last four digits, for the owner's search.
    pub phone_tail_hash: [u8; 32],
    pub phone: Vec<u8>,
    pub name: Option<Vec<u8>>,
    pub channel: Option<(Channel, Source)>,
    pub channel_given: Option<Channel>,
    pub nonce: [u8; 16],
    pub tag: Hash,
    pub visit: Visit,
    pub consent_version: &'static str,
    pub marketing: bool,
    /// Keyed hash of idempotency key and body, if there was a key.
    pub request_hash: Option<[u8; 32]>,
    pub entered_at: DateTime<Utc>,
    pub destroy_at: DateTime<Utc>,
}

impl Application {
    /// Whether its visit is proved.
    pub fn visited(&self) -> bool {
        self.visit == Visit::Proved
    }
}
