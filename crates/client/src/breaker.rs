//! Circuit breakers.

use crate::phase::{BreakerState, HALF_OPEN, Mirror, OPEN, Phase};
use crate::window::{Policy, Window};
use failsafe::StateMachine;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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
        let phase = Arc::new(Phase::closed(name));
        let machine = StateMachine::new(Window::new(policy), Mirror(Arc::clone(&phase)));
        Self(Arc::new(Inner {
            machine,
            phase,
            gate: Mutex::default(),
            open_for: policy.open_for,
        }))
    }

    /// Where it stands. An open one whose time is over shows as half-open, for so the next call will find it.
    pub fn state(&self) -> BreakerState {
        match self.0.phase.now() {
            OPEN if self.remaining().is_zero() => BreakerState::HalfOpen,
            OPEN => BreakerState::Open,
            HALF_OPEN => BreakerState::HalfOpen,
            _ => BreakerState::Closed,
        }
    }

    /// How long calls are still refused.
    pub fn remaining(&self) -> Duration {
        match self.0.phase.opened() {
            Some(at) => self.0.open_for.saturating_sub(at.elapsed()),
            None => Duration::ZERO,
        }
    }

    /// Leave for one call, or none while open or while somebody else's trial runs.
    pub fn acquire(&self) -> Option<Permit> {
        let mut gate = locked(&self.0.gate);
        if gate.trial {
            return None;
        }
        let before = self.0.phase.now();
        if !self.0.machine.is_call_permitted() {
            return None;
        }
        if before != self.0.phase.now() {
            gate.epoch += 1;
        }
        let trial = self.0.phase.now() == HALF_OPEN;
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
        let before = self.0.phase.now();
        if ok {
            self.0.machine.on_success();
        } else {
            self.0.machine.on_error();
        }
        if before != self.0.phase.now() {
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
    fn failures_in_a_row_count_however_far_apart_they_are() {
        let rarely = Policy {
            age: Duration::ZERO,
            ..Policy::default()
        };
        let breaker = Breaker::new("test", rarely);
        calls(&breaker, 1, 4);
        assert_eq!(breaker.state(), BreakerState::Closed);
        calls(&breaker, 1, 4);
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
