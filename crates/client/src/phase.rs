//! Where a breaker stands, for whoever asks.

use failsafe::Instrument;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Where a breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls go through.
    Closed,
    /// Calls are refused at once.
    Open,
    /// One trial decides.
    HalfOpen,
}

impl BreakerState {
    /// As the public API shows it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Closed => "CLOSED",
            Self::Open => "OPEN",
            Self::HalfOpen => "HALF_OPEN",
        }
    }
}

pub const CLOSED: u8 = 0;
pub const OPEN: u8 = 1;
pub const HALF_OPEN: u8 = 2;

/// Mirrors failsafe's phase, which it does not show, into a number and a metric.
pub struct Phase {
    pub name: &'static str,
    now: AtomicU8,
    opened: Mutex<Option<Instant>>,
}

impl Phase {
    pub fn closed(name: &'static str) -> Self {
        Self {
            name,
            now: AtomicU8::new(CLOSED),
            opened: Mutex::new(None),
        }
    }

    pub fn now(&self) -> u8 {
        self.now.load(Ordering::Acquire)
    }

    /// When it opened last.
    pub fn opened(&self) -> Option<Instant> {
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a [`Phase`] up to date.
#[derive(Clone)]
pub struct Mirror(pub Arc<Phase>);

impl Mirror {
    fn set(&self, phase: u8) {
        self.0.now.store(phase, Ordering::Release);
        metrics::gauge!("janchi_breaker_state", "api" => self.0.name).set(f64::from(phase));
    }
}

impl Instrument for Mirror {
    fn on_call_rejected(&self) {
        metrics::counter!("janchi_breaker_rejections_total", "api" => self.0.name).increment(1);
    }
    fn on_open(&self) {
        *self.0.opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.set(OPEN);
        metrics::counter!("janchi_breaker_openings_total", "api" => self.0.name).increment(1);
        tracing::warn!(api = self.0.name, "breaker opened");
    }
    fn on_half_open(&self) {
        self.set(HALF_OPEN);
    }
    fn on_closed(&self) {
        self.set(CLOSED);
    }
}
