use failsafe::failure_policy::FailurePolicy;
use failsafe::{Instrument, StateMachine};
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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

/// When a breaker opens and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Calls looked at, at most.
    pub window: usize,
    /// Calls older than this are not looked at.
    pub age: Duration,
    /// Opens when strictly more than this share fails, in percent …
    pub failing_percent: usize,
    /// … of at least so many calls …
    pub least: usize,
    /// … or when so many in a row fail, so that a rarely used API trips too.
    pub in_a_row: usize,
    pub open_for: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            window: 100,
            age: Duration::from_secs(60),
            failing_percent: 5,
            least: 20,
            in_a_row: 5,
            open_for: Duration::from_secs(30),
        }
    }
}

/// The exact window that failsafe lacks: its own "success rate" is a time-weighted mean.
#[derive(Debug)]
struct Window {
    policy: Policy,
    calls: VecDeque<(Instant, bool)>,
}

impl Window {
    fn push(&mut self, failed: bool) {
        let now = Instant::now();
        self.calls.push_back((now, failed));
        while self.calls.len() > self.policy.window
            || self
                .calls
                .front()
                .is_some_and(|(at, _)| now.duration_since(*at) > self.policy.age)
        {
            self.calls.pop_front();
        }
    }
}

impl FailurePolicy for Window {
    fn record_success(&mut self) {
        self.push(false);
    }

    fn mark_dead_on_failure(&mut self) -> Option<Duration> {
        self.push(true);
        let failed = self.calls.iter().filter(|(_, failed)| *failed).count();
        let share = self.calls.len() >= self.policy.least
            && failed * 100 > self.calls.len() * self.policy.failing_percent;
        let in_a_row = self
            .calls
            .iter()
            .rev()
            .take_while(|(_, failed)| *failed)
            .count()
            >= self.policy.in_a_row;
        (share || in_a_row).then_some(self.policy.open_for)
    }

    fn revived(&mut self) {
        self.calls.clear();
    }
}

const CLOSED: u8 = 0;
const OPEN: u8 = 1;
const HALF_OPEN: u8 = 2;

/// Mirrors failsafe's phase, which it does not show, into a number and a metric.
struct Phase {
    name: &'static str,
    now: AtomicU8,
    opened: Mutex<Option<Instant>>,
}

#[derive(Clone)]
struct Mirror(Arc<Phase>);

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
        *locked(&self.0.opened) = Some(Instant::now());
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

/// One outward API's breaker, of failsafe with what it lacks: an exact window, exactly one trial in half-open, and no
/// say for calls that began in an earlier phase.
#[derive(Clone)]
pub struct Breaker(Arc<Inner>);

struct Inner {
    machine: StateMachine<Window, Mirror>,
    phase: Arc<Phase>,
    gate: Mutex<Gate>,
    open_for: Duration,
}

#[derive(Default)]
struct Gate {
    epoch: u64,
    trial: bool,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Breaker")
            .field("api", &self.0.phase.name)
            .field("state", &self.state())
            .finish()
    }
}

impl Breaker {
    /// A closed breaker; `name` is its label in metrics and logs.
    pub fn new(name: &'static str, policy: Policy) -> Self {
        let phase = Arc::new(Phase {
            name,
            now: AtomicU8::new(CLOSED),
            opened: Mutex::new(None),
        });
        let window = Window {
            policy,
            calls: VecDeque::with_capacity(policy.window + 1),
        };
        let machine = StateMachine::new(window, Mirror(Arc::clone(&phase)));
        Self(Arc::new(Inner {
            machine,
            phase,
            gate: Mutex::default(),
            open_for: policy.open_for,
        }))
    }

    /// Where it stands. An open one whose time is over shows as half-open, for so the next call will find it.
    pub fn state(&self) -> BreakerState {
        match self.0.phase.now.load(Ordering::Acquire) {
            OPEN if self.remaining().is_zero() => BreakerState::HalfOpen,
            OPEN => BreakerState::Open,
            HALF_OPEN => BreakerState::HalfOpen,
            _ => BreakerState::Closed,
        }
    }

    /// How long calls are still refused.
    pub fn remaining(&self) -> Duration {
        match *locked(&self.0.phase.opened) {
            Some(at) => self.0.open_for.saturating_sub(at.elapsed()),
            None => Duration::ZERO,
        }
    }

    fn phase(&self) -> u8 {
        self.0.phase.now.load(Ordering::Acquire)
    }

    /// Leave for one call, or none while open or while somebody else's trial runs.
    pub fn acquire(&self) -> Option<Permit> {
        let mut gate = locked(&self.0.gate);
        if gate.trial {
            return None;
        }
        let before = self.phase();
        if !self.0.machine.is_call_permitted() {
            return None;
        }
        if before != self.phase() {
            gate.epoch += 1;
        }
        let trial = self.phase() == HALF_OPEN;
        gate.trial = trial;
        Some(Permit {
            breaker: self.clone(),
            epoch: gate.epoch,
            trial,
            settled: false,
        })
    }

    fn settle(&self, epoch: u64, trial: bool, ok: bool) {
        let mut gate = locked(&self.0.gate);
        if epoch != gate.epoch {
            return;
        }
        if trial {
            gate.trial = false;
        }
        let before = self.phase();
        if ok {
            self.0.machine.on_success();
        } else {
            self.0.machine.on_error();
        }
        if before != self.phase() {
            gate.epoch += 1;
        }
    }
}

/// Leave for one call. Dropped without a word, a trial counts as failed and any other call as nothing: a client that
/// goes away must not open a breaker.
#[derive(Debug)]
pub struct Permit {
    breaker: Breaker,
    epoch: u64,
    trial: bool,
    settled: bool,
}

impl Permit {
    /// Says how the call went.
    pub fn settle(mut self, ok: bool) {
        self.settled = true;
        self.breaker.settle(self.epoch, self.trial, ok);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.settled && self.trial {
            self.breaker.settle(self.epoch, true, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Breaker, BreakerState, Policy};
    use std::time::Duration;

    fn breaker(open_for: Duration) -> Breaker {
        // The share alone: no tripping by failures in a row.
        Breaker::new(
            "test",
            Policy {
                open_for,
                in_a_row: usize::MAX,
                ..Policy::default()
            },
        )
    }

    fn calls(breaker: &Breaker, ok: usize, failed: usize) {
        for _ in 0..ok {
            breaker.acquire().unwrap().settle(true);
        }
        for _ in 0..failed {
            if let Some(permit) = breaker.acquire() {
                permit.settle(false);
            }
        }
    }

    fn opened(open_for: Duration) -> Breaker {
        let breaker = breaker(open_for);
        calls(&breaker, 94, 6);
        breaker
    }

    #[test]
    fn opens_when_strictly_more_than_five_percent_fail() {
        for (ok, failed, state) in [
            (95, 5, BreakerState::Closed),
            (94, 6, BreakerState::Open),
            (19, 1, BreakerState::Closed),
            (18, 2, BreakerState::Open),
            (0, 19, BreakerState::Closed),
        ] {
            let breaker = breaker(Duration::from_secs(30));
            calls(&breaker, ok, failed);
            assert_eq!(
                breaker.state(),
                state,
                "{ok} good and {failed} failed calls"
            );
        }
    }

    #[test]
    fn a_rarely_used_api_trips_after_five_failures_in_a_row() {
        let breaker = Breaker::new("test", Policy::default());
        calls(&breaker, 3, 4);
        assert_eq!(breaker.state(), BreakerState::Closed);
        calls(&breaker, 0, 1);
        assert_eq!(breaker.state(), BreakerState::Open);
    }

    #[test]
    fn an_open_breaker_refuses_and_says_for_how_long() {
        let breaker = opened(Duration::from_secs(30));
        assert!(breaker.acquire().is_none());
        assert!(breaker.remaining() > Duration::from_secs(29));
    }

    #[test]
    fn exactly_one_trial_decides() {
        let breaker = opened(Duration::ZERO);
        let trial = breaker.acquire().unwrap();
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        std::thread::scope(|scope| {
            for _ in 0..50 {
                scope.spawn(|| assert!(breaker.acquire().is_none()));
            }
        });
        trial.settle(true);
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[test]
    fn a_failed_or_dropped_trial_opens_again() {
        let breaker = opened(Duration::ZERO);
        breaker.acquire().unwrap().settle(false);
        assert_ne!(breaker.state(), BreakerState::Closed);
        drop(breaker.acquire().unwrap());
        assert_ne!(breaker.state(), BreakerState::Closed);
        breaker.acquire().unwrap().settle(true);
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[test]
    fn a_call_that_began_before_the_outage_has_no_say() {
        let breaker = breaker(Duration::ZERO);
        let early = breaker.acquire().unwrap();
        calls(&breaker, 94, 6);
        let trial = breaker.acquire().unwrap();
        early.settle(true);
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        trial.settle(false);
        assert_ne!(breaker.state(), BreakerState::Closed);
    }

    #[test]
    fn clients_who_go_away_never_open_a_breaker() {
        let breaker = breaker(Duration::from_secs(30));
        for _ in 0..1000 {
            drop(breaker.acquire().unwrap());
        }
        assert_eq!(breaker.state(), BreakerState::Closed);
    }
}
