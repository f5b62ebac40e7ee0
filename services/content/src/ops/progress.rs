//! How far a job is, for whoever polls it: the hash `job:{jobId}` in Redis.

use janchi_cache::Cache;
use janchi_runtime::Clock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use uuid::Uuid;

const LIVES: Duration = Duration::from_secs(3600);

/// Counts steps of one job. Only ever says that it runs: how it ended is told by the event service, after it has
/// stored the result.
pub struct Progress {
    cache: Cache,
    clock: Clock,
    key: String,
    steps: u32,
    done: AtomicU32,
}

impl Progress {
    /// `steps` in all, none done.
    pub fn new(cache: Cache, clock: Clock, job_id: Uuid, steps: usize) -> Self {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX).max(1);
        Self {
            cache,
            clock,
            key: format!("job:{job_id}"),
            steps,
            done: AtomicU32::new(0),
        }
    }

    /// Whether somebody cancelled the job meanwhile.
    pub async fn is_cancelled(&self) -> bool {
        let hash = self.cache.get_hash(&self.key).await.unwrap_or_default();
        hash.get("status")
            .is_some_and(|status| status == "CANCELLED")
    }

    /// One more step is done; `stage` is what it was part of.
    pub async fn step(&self, stage: &'static str) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.write(stage, done).await;
    }

    /// Says a stage without a step done.
    pub async fn stage(&self, stage: &'static str) {
        self.write(stage, self.done.load(Ordering::Relaxed)).await;
    }

    async fn write(&self, stage: &'static str, done: u32) {
        // The last percents belong to storing the result.
        let percent = (u64::from(done) * 95 / u64::from(self.steps)).min(95);
        let fields = [
            ("status", "RUNNING".to_owned()),
            ("progress", percent.to_string()),
            ("stage", stage.to_owned()),
            (
                "updatedAt",
                self.clock
                    .now()
                    .to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            ),
        ];
        self.cache.set_hash(&self.key, &fields, LIVES).await;
    }
}
