//! Messages that are not lost and have one effect: outbox, relay, consumers, retries, dead letters.
//!
//! - What must be told is written to the `outbox` in the transaction of what it tells ([`send_event`], [`send_job`]);
//!   the [`relay`] publishes it with a confirm and deletes it.
//! - Whoever takes a message in records it with [`settle`] in the transaction of its effect, so that a second delivery
//!   has none.
//! - A failed message is recorded with a later `not_before` in the same outbox, in the transaction that settles it, and
//!   comes back by the relay. After the third failure it is parked in `<queue>.dead`, where an operator lists and
//!   replays it ([`dead`]).
//!
//! Two exchanges: `janchi.jobs` (direct, a job goes to the queue of its name) and `janchi.events` (topic).

#![expect(
    clippy::disallowed_methods,
    reason = "outbox and inbox exist in seven databases: their SQL cannot be checked against one"
)]

mod broker;
mod consumer;
pub mod dead;
mod message;
mod outbox;
mod publisher;
mod relay;
mod supervisor;

pub use broker::Broker;
pub use consumer::{Handler, JobError, Subscription, consume};
pub use message::Message;
pub use outbox::{Unsent, send_event, send_job, send_job_at, settle};
pub use relay::relay;

/// Exchange of job commands.
pub const JOBS: &str = "janchi.jobs";
/// Exchange of domain events.
pub const EVENTS: &str = "janchi.events";

/// A message is tried so often before it is parked.
pub const TRIES: u32 = 3;
