//! What somebody hands in to enter an event, checked and with everything personal encrypted already.

use crate::domain::channel::Source;
use crate::domain::fraud::Signals;
use crate::domain::visit_code::Proof;
use chrono::{DateTime, Utc};
use janchi_contracts::reference::Channel;
use janchi_draw::Hash;
use uuid::Uuid;

/// What an entry says of a visit to the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    /// Nothing.
    None,
    /// The code that the counter shows, or the day's paper.
    Proved(Proof),
    /// A code that is shown nowhere now. It may have shown it when the same request came first.
    Unproved,
}

impl Visit {
    /// By what it is proved.
    pub fn proof(self) -> Option<Proof> {
        match self {
            Self::Proved(proof) => Some(proof),
            Self::None | Self::Unproved => None,
        }
    }
}

/// One entry on its way to the database.
#[derive(Debug, Clone)]
pub struct Application {
    pub participant_id: Uuid,
    pub event_id: Uuid,
    pub phone_hash: [u8; 32],
    /// Of the last four digits, for the owner's search.
    pub phone_tail_hash: Vec<u8>,
    /// Number, name and nonce under the event's key.
    pub sealed: Vec<u8>,
    pub channel: Option<(Channel, Source)>,
    pub channel_given: Option<Channel>,
    pub nonce: [u8; 16],
    pub tag: Hash,
    /// How many entries it counts, by the rules that its event opened with: they never change.
    pub weight: u32,
    pub visit: Visit,
    pub consent_version: &'static str,
    pub marketing: bool,
    pub signals: Signals,
    /// Keyed hash of idempotency key and body, if there was a key.
    pub request_hash: Option<[u8; 32]>,
    pub entered_at: DateTime<Utc>,
    pub destroy_at: DateTime<Utc>,
}

impl Application {
    /// Whether its visit is proved.
    pub fn visited(&self) -> bool {
        self.visit.proof().is_some()
    }
}
