//! The types that cross a service border: job commands, domain events and the answers of internal calls.
//!
//! Nothing here computes or validates. Fields are only ever added, and added ones are optional, because
//! services are deployed one by one and messages outlive a deploy.

pub mod ai;
pub mod analytics;
pub mod content;
pub mod distribution;
pub mod event;
pub mod participation;
pub mod reference;
pub mod user;

use serde::{Serialize, de::DeserializeOwned};

/// A command to one worker. It waits in a queue of this name until it is done or parked in `<QUEUE>.dead`.
pub trait Job: Serialize + DeserializeOwned + Send + Sync {
    /// Queue name, `<consumer>.<job>`.
    const QUEUE: &'static str;
    /// Whether the queue orders by priority 0–9 (then it is a classic queue, else a quorum queue).
    const PRIORITIES: bool = false;
}

/// Something that happened, told to whoever listens.
pub trait DomainEvent: Serialize + DeserializeOwned + Send + Sync {
    /// The routing key, `<owner>.<what happened>`.
    fn name(&self) -> &'static str;
}
