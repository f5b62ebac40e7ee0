//! When a breaker opens: the calls it looks at.

use failsafe::failure_policy::FailurePolicy;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

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
pub struct Window {
    policy: Policy,
    calls: VecDeque<(Instant, bool)>,
    /// Failures since the last success, however long ago: calls to a rarely used API are never in one window.
    in_a_row: usize,
}

impl Window {
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            calls: VecDeque::with_capacity(policy.window + 1),
            in_a_row: 0,
        }
    }

    fn push(&mut self, failed: bool) {
        let now = Instant::now();
        self.in_a_row = if failed { self.in_a_row + 1 } else { 0 };
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
        (share || self.in_a_row >= self.policy.in_a_row).then_some(self.policy.open_for)
    }

    fn revived(&mut self) {
        self.calls.clear();
        self.in_a_row = 0;
    }
}
