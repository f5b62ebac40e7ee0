//! How far a job is, in Redis: `job:{jobId}`, one hour. The end of a job is the event service's to write.

use chrono::{DateTime, SecondsFormat, Utc};
use janchi_cache::Cache;
use std::time::Duration;
use uuid::Uuid;

const LIFE: Duration = Duration::from_secs(3600);
/// As the event service writes it.
const CANCELLED: &str = "CANCELLED";
/// How long a cancelled job may work on before it notices.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A true stage of a recommendation job, with its share of the whole in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Season, region and trade are looked at, and whether there is an answer already.
    Trend,
    /// Claude, OpenAI or the planner is at work.
    Planning,
    /// The plans are made this shop's.
    Fitting,
    /// The numbers are computed and written down.
    Forecast,
}

impl Stage {
    const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Trend => ("TREND", "10"),
            Self::Planning => ("PLANNING", "30"),
            Self::Fitting => ("FITTING", "80"),
            Self::Forecast => ("FORECAST", "90"),
        }
    }
}

fn key(job: Uuid) -> String {
    format!("job:{job}")
}

/// Writes the stage, unless the job is cancelled: it stays so.
pub async fn tell(cache: &Cache, job: Uuid, stage: Stage, at: DateTime<Utc>) {
    let (name, percent) = stage.told();
    let fields = [
        ("status", "RUNNING".to_owned()),
        ("progress", percent.to_owned()),
        ("stage", name.to_owned()),
        ("updatedAt", at.to_rfc3339_opts(SecondsFormat::Millis, true)),
    ];
    let cancelled = ("status", CANCELLED);
    cache
        .set_hash_unless(&key(job), &fields, LIFE, cancelled)
        .await;
}

/// The owner has cancelled the job, as far as Redis knows.
pub async fn is_cancelled(cache: &Cache, job: Uuid) -> bool {
    cache
        .get_hash(&key(job))
        .await
        .is_some_and(|fields| fields.get("status").is_some_and(|s| s == CANCELLED))
}

/// Ends when the owner has cancelled the job.
pub async fn cancelled(cache: &Cache, job: Uuid) {
    while !is_cancelled(cache, job).await {
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Forgets a job.
pub async fn forget(cache: &Cache, job: Uuid) {
    cache.delete(&key(job)).await;
}
