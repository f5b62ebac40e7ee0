use chrono::{DateTime, Duration, Utc};

/// Failed logins of one account from one source. After ten within a quarter of an hour each further failure closes the
/// account's login to that source for longer, up to a quarter of an hour, and never for good.
///
/// All strangers are one source, so that many addresses give nobody more tries. Each device that the owner has logged
/// in with before is another, and so is each living login: whoever fails on purpose shuts the owner out of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    pub failures: i32,
    pub window_started_at: DateTime<Utc>,
    pub last_failed_at: DateTime<Utc>,
    pub blocked_until: Option<DateTime<Utc>>,
}

/// Failures that are free within the window.
pub const FREE_FAILURES: i32 = 10;
const WINDOW_MINUTES: i64 = 15;
/// An account that was closed is watched this long after its last failure.
const MEMORY_MINUTES: i64 = 60;

impl Attempts {
    /// Seconds until the next try is taken, if it is not taken now.
    pub fn wait_seconds(&self, now: DateTime<Utc>) -> Option<u64> {
        let until = self.blocked_until.filter(|until| *until > now)?;
        // Rounded up: a client that waits as told must not be refused again.
        u64::try_from((until - now).num_milliseconds())
            .ok()
            .map(|ms| ms.div_ceil(1000).max(1))
    }

    /// The state after one more failure.
    pub fn after_failure(before: Option<Self>, now: DateTime<Utc>) -> Self {
        let kept = before.filter(|b| {
            if b.failures >= FREE_FAILURES {
                now - b.last_failed_at < Duration::minutes(MEMORY_MINUTES)
            } else {
                now - b.window_started_at < Duration::minutes(WINDOW_MINUTES)
            }
        });
        let failures = kept.map_or(0, |b| b.failures).saturating_add(1);
        Self {
            failures,
            window_started_at: kept.map_or(now, |b| b.window_started_at),
            last_failed_at: now,
            blocked_until: (failures >= FREE_FAILURES).then(|| now + closing(failures)),
        }
    }
}

/// A minute after the tenth failure, doubling to fifteen.
fn closing(failures: i32) -> Duration {
    let doublings = (failures - FREE_FAILURES).clamp(0, 4);
    Duration::minutes((1_i64 << doublings).min(WINDOW_MINUTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(times: i32, from: Option<Attempts>, now: DateTime<Utc>) -> Attempts {
        (0..times)
            .fold(from, |a, _| Some(Attempts::after_failure(a, now)))
            .unwrap()
    }

    #[test]
    fn the_tenth_failure_closes_for_a_minute() {
        let now = Utc::now();
        assert_eq!(fail(9, None, now).wait_seconds(now), None);
        let tenth = fail(10, None, now);
        assert_eq!(tenth.wait_seconds(now), Some(60));
        assert_eq!(tenth.wait_seconds(now + Duration::seconds(60)), None);
    }

    #[test]
    fn it_closes_for_longer_each_time_but_never_for_good() {
        let now = Utc::now();
        let waits: Vec<u64> = (10..20)
            .map(|n| fail(n, None, now).wait_seconds(now).unwrap())
            .collect();
        assert_eq!(waits, [60, 120, 240, 480, 900, 900, 900, 900, 900, 900]);
    }

    #[test]
    fn failures_are_forgotten() {
        let now = Utc::now();
        let nine = fail(9, None, now);
        assert_eq!(
            Attempts::after_failure(Some(nine), now + Duration::minutes(15)).failures,
            1
        );
        let closed = fail(12, None, now);
        assert_eq!(
            Attempts::after_failure(Some(closed), now + Duration::minutes(15)).failures,
            13
        );
        assert_eq!(
            Attempts::after_failure(Some(closed), now + Duration::minutes(60)).failures,
            1
        );
    }
}
