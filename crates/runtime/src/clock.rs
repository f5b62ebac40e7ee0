use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// The fleet's time. Opening, closing and every date a person sees come from here, so that tests move them
/// without sleeping. Tokens, time-outs and retries use the machine's own time.
///
/// No release build can move it: the only way to do so is not compiled in.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Milliseconds ahead of the machine's time.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's time.
    pub fn system() -> Self {
        Self::default()
    }

    /// Now, cut to milliseconds, as much as every store and message keeps.
    pub fn now(&self) -> DateTime<Utc> {
        let millis = Utc::now().timestamp_millis() + self.ahead.load(Ordering::Relaxed);
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// A clock that [`Clock::advance`] moves; its clones move along.
    #[cfg(debug_assertions)]
    pub fn movable() -> Self {
        Self::default()
    }

    /// Moves this clock and its clones forward.
    #[cfg(debug_assertions)]
    pub fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.ahead.fetch_add(millis, Ordering::Relaxed);
    }

    /// How long until `at`; zero when it is past.
    pub fn until(&self, at: DateTime<Utc>) -> Duration {
        (at - self.now()).to_std().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;
    use std::time::Duration;

    #[test]
    fn clones_move_together() {
        let clock = Clock::movable();
        let before = clock.clone().now();
        clock.advance(Duration::from_secs(3600));
        assert!(clock.clone().now() - before >= chrono::Duration::seconds(3600));
    }
}
