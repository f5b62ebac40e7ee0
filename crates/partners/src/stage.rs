//! The state all vendors share. Everything is in memory and gone with the process.

use crate::calls::CallBook;
use crate::dealer::Outbox;
use crate::fault::{FaultBook, Vendor};
use crate::gate::{self, Gate};
use crate::instagram::Accounts;
use crate::kt::{Bookings, Decision};
use crate::messages::MessageBook;
use crate::pictures::Pictures;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any};
use chrono::{DateTime, Utc};
use janchi_runtime::Clock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shared state; cheap to clone.
#[derive(Clone)]
pub struct Stage(Arc<Props>);

struct Props {
    clock: Clock,
    base: String,
    numbers: AtomicU64,
    faults: Mutex<FaultBook>,
    calls: Mutex<CallBook>,
    messages: Mutex<MessageBook>,
    instagram: Mutex<Accounts>,
    dealer: Mutex<Outbox>,
    kt: Mutex<Bookings>,
    pictures: Mutex<Pictures>,
}

impl Stage {
    /// An empty stage; `base` is the server's own URL, for links it hands out.
    pub fn new(clock: Clock, base: String) -> Self {
        Self(Arc::new(Props {
            clock,
            base,
            numbers: AtomicU64::new(0),
            faults: Mutex::default(),
            calls: Mutex::default(),
            messages: Mutex::default(),
            instagram: Mutex::default(),
            dealer: Mutex::default(),
            kt: Mutex::default(),
            pictures: Mutex::default(),
        }))
    }

    /// The time the vendors go by.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// The server's own URL without a trailing slash.
    pub fn base(&self) -> &str {
        &self.0.base
    }

    /// A new number with 17 digits; it starts with the time, so that numbers of an earlier run do not come back.
    pub fn number(&self) -> String {
        let next = self.0.numbers.fetch_add(1, Ordering::Relaxed);
        format!("{:013}{:04}", Utc::now().timestamp_millis(), next % 10_000)
    }

    /// A new opaque id.
    pub fn id(&self, kind: &str) -> String {
        format!("{kind}_{}", uuid::Uuid::now_v7().simple())
    }

    /// What is armed.
    pub fn faults(&self) -> MutexGuard<'_, FaultBook> {
        open(&self.0.faults)
    }

    /// What was asked.
    pub fn calls(&self) -> MutexGuard<'_, CallBook> {
        open(&self.0.calls)
    }

    /// What was sent.
    pub fn messages(&self) -> MutexGuard<'_, MessageBook> {
        open(&self.0.messages)
    }

    /// Instagram's memory.
    pub fn instagram(&self) -> MutexGuard<'_, Accounts> {
        open(&self.0.instagram)
    }

    /// The message dealer's memory.
    pub fn dealer(&self) -> MutexGuard<'_, Outbox> {
        open(&self.0.dealer)
    }

    /// The partner gateways' memory.
    pub fn kt(&self) -> MutexGuard<'_, Bookings> {
        open(&self.0.kt)
    }

    /// Pictures painted before.
    pub fn pictures(&self) -> MutexGuard<'_, Pictures> {
        open(&self.0.pictures)
    }

    /// Decides what waits: reviews of materials and campaigns, containers that are stuck. Gives how many.
    pub fn decide(&self, vendor: Vendor, id: Option<&str>, decision: Decision) -> usize {
        if vendor == Vendor::Instagram {
            return self.instagram().release(id, decision == Decision::Approve);
        }
        self.kt().decide(vendor, id, decision)
    }

    /// The counter of one vendor, where routes get their operation's name.
    pub fn desk(&self, vendor: Vendor) -> Desk<'_> {
        Desk {
            stage: self,
            vendor,
        }
    }
}

/// A book stays readable after a handler has panicked over it.
fn open<T>(book: &Mutex<T>) -> MutexGuard<'_, T> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Names the operations of a vendor and puts the gate before them.
pub struct Desk<'a> {
    stage: &'a Stage,
    vendor: Vendor,
}

impl Desk<'_> {
    /// `route` behind the gate, under this operation's name.
    pub fn on(&self, operation: &'static str, route: MethodRouter<Stage>) -> MethodRouter<Stage> {
        route.route_layer(from_fn_with_state(self.gate(operation), gate::pass))
    }

    /// What answers where there is no operation, behind the gate too: a dead vendor is dead everywhere.
    pub fn elsewhere<H, T>(&self, handler: H) -> MethodRouter
    where
        H: Handler<T, Stage>,
        T: 'static,
    {
        any(handler)
            .layer(from_fn_with_state(self.gate("unknown"), gate::pass))
            .with_state(self.stage.clone())
    }

    fn gate(&self, operation: &'static str) -> Gate {
        Gate {
            stage: self.stage.clone(),
            vendor: self.vendor,
            operation,
        }
    }
}
