//! How far a job is, for whoever polls it: the hash `job:{jobId}` in Redis.

use janchi_cache::Cache;
use janchi_contracts::content::ImageRef;
use janchi_runtime::Clock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

const LIVES: Duration = Duration::from_secs(3600);
/// As the event service writes it.
const CANCELLED: &str = "CANCELLED";
/// How long a cancelled job may work on before it notices.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Counts steps of one job. Only ever says that it runs: how it ended is told by the event service, after it has
/// stored the result.
pub struct Progress {
    cache: Cache,
    clock: Clock,
    key: String,
    steps: u32,
    done: AtomicU32,
    /// Pictures that are there, in the order in which they came.
    images: Mutex<Vec<ImageRef>>,
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
            images: Mutex::default(),
        }
    }

    /// Whether somebody cancelled the job meanwhile.
    pub async fn is_cancelled(&self) -> bool {
        let hash = self.cache.get_hash(&self.key).await.unwrap_or_default();
        hash.get("status").is_some_and(|status| status == CANCELLED)
    }

    /// Ends when somebody has cancelled the job.
    pub async fn cancelled(&self) {
        while !self.is_cancelled().await {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// One more step is done; `stage` is what it was part of.
    pub async fn step(&self, stage: &'static str) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.write(stage, done).await;
    }

    /// Pictures are there, drawn just now or by an earlier try.
    pub async fn show(&self, images: impl IntoIterator<Item = ImageRef>) {
        let there = {
            let mut there = self.images.lock().unwrap_or_else(PoisonError::into_inner);
            let before = there.len();
            there.extend(images);
            u32::try_from(there.len() - before).unwrap_or(u32::MAX)
        };
        if there > 0 {
            let done = self.done.fetch_add(there, Ordering::Relaxed) + there;
            self.write("DRAWING", done).await;
        }
    }

    /// Says a stage without a step done.
    pub async fn stage(&self, stage: &'static str) {
        self.write(stage, self.done.load(Ordering::Relaxed)).await;
    }

    async fn write(&self, stage: &'static str, done: u32) {
        // The last percents belong to storing the result.
        let percent = (u64::from(done) * 95 / u64::from(self.steps)).min(95);
        let images = {
            let images = self.images.lock().unwrap_or_else(PoisonError::into_inner);
            serde_json::to_string(&*images).unwrap_or_default()
        };
        let fields = [
            ("images", images),
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
        // A cancelled job stays so.
        let cancelled = ("status", CANCELLED);
        self.cache
            .set_hash_unless(&self.key, &fields, LIVES, cancelled)
            .await;
    }
}
