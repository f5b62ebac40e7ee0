use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
/// A broker that was restarted is found again this soon.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Keeps a loop going that may fail: pauses that grow while it fails, and each reason told once, for a broker that is
/// away for minutes says the same every second.
pub(crate) struct Supervisor {
    what: String,
    pause: Duration,
    told: String,
    began: Instant,
}

impl Supervisor {
    /// For a loop of this name.
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            pause: SHORTEST_PAUSE,
            told: String::new(),
            began: Instant::now(),
        }
    }

    /// The loop ended with this error: waits until it may begin again, or until shutdown.
    pub async fn failed(&mut self, error: &anyhow::Error, shutdown: &CancellationToken) {
        if self.began.elapsed() > LONGEST_PAUSE * 2 {
            // It had been well.
            self.pause = SHORTEST_PAUSE;
            self.told.clear();
        }
        let reason = format!("{error:#}");
        if reason == self.told {
            tracing::debug!(what = self.what, error = reason, "still trying");
        } else {
            tracing::warn!(what = self.what, error = reason, "starts again");
            self.told = reason;
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(self.pause) => {}
        }
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        self.began = Instant::now();
    }
}
