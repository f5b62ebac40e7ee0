//! When something is done again. Real time: these waits are about machines, not about events.
//!
//! A series is at most three tries within [`Pace::series_limit`], so that a run settles within a minute:
//! a failed try waits in the table (`QUEUED`, with its error and the next time) for one base, then three bases.
//! An open breaker is waited for as long as the series lasts; it uses up no try, because nothing was sent.
//! When the tries or the time are over the channel is `SKIPPED` and looked at again by itself with growing
//! intervals for as long as the run stands, without making the run `RUNNING` again.

use std::time::Duration;

/// Tries of one series.
pub const MAX_TRIES: i32 = 3;
/// Tries of taking a channel down before the owner is asked to do it.
pub const MAX_REMOVALS: i32 = 8;

/// How fast things are done again. The defaults are right for production; tests take shorter ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Wait before the second try; the third waits three times as long.
    pub retry: Duration,
    /// First wait before asking a platform for its review or whether it has recovered; doubles each time.
    pub poll: Duration,
    /// The longest wait between two such questions.
    pub poll_cap: Duration,
    /// A series of tries ends after this.
    pub series_limit: Duration,
    /// How long one outward call may take.
    pub call: Duration,
    /// How long one try may take with all its calls; a lease lasts a little longer.
    pub attempt: Duration,
    /// How long a television channel waits for its film; then it is booked with the picture. Zero orders none.
    pub film: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            retry: Duration::from_secs(2),
            poll: Duration::from_secs(3),
            poll_cap: Duration::from_secs(3600),
            series_limit: Duration::from_secs(45),
            call: Duration::from_secs(5),
            attempt: Duration::from_secs(25),
            film: Duration::from_secs(60),
        }
    }
}

impl Pace {
    /// How long a worker may hold a task: the try and some time to write its end down.
    pub fn lease(&self) -> Duration {
        self.attempt + Duration::from_secs(5)
    }

    /// The wait after this many failed tries (1, 2, …), spread by `spread` in 0–1 over 80–120 %.
    pub fn after_try(&self, tries: i32, spread: f64) -> Duration {
        jittered(self.retry * if tries <= 1 { 1 } else { 3 }, spread)
    }

    /// The wait after this many questions to the platform (0, 1, …), spread likewise.
    pub fn after_poll(&self, polls: i32, spread: f64) -> Duration {
        let doubled = self.poll.saturating_mul(1 << polls.clamp(0, 16));
        jittered(doubled.min(self.poll_cap), spread)
    }
}

fn jittered(wait: Duration, spread: f64) -> Duration {
    wait.mul_f64(0.8 + 0.4 * spread.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_within_their_spread() {
        let pace = Pace::default();
        assert_eq!(pace.after_try(1, 0.5), Duration::from_secs(2));
        assert_eq!(pace.after_try(2, 0.5), Duration::from_secs(6));
        assert!(pace.after_try(1, 0.0) < pace.after_try(1, 1.0));
        assert!(pace.after_poll(3, 0.5) > pace.after_poll(2, 0.5));
        assert!(pace.after_poll(30, 1.0) <= pace.poll_cap.mul_f64(1.2));
    }

    #[test]
    fn three_hanging_tries_and_their_waits_fit_into_a_minute() {
        let pace = Pace::default();
        // The last try begins at the latest when the series ends.
        assert!(pace.series_limit + pace.call * 2 < Duration::from_secs(60));
        assert!(pace.lease() > pace.attempt);
    }
}
