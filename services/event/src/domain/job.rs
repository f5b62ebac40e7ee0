//! Long work as its asker sees it.

use chrono::{DateTime, Duration, Utc};
use janchi_contracts::content::ImageRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A live job older than this is given up: its worker is gone for good.
pub const MINUTES_TO_LIVE: i64 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobKind {
    AiRecommendation,
    ImageGeneration,
}

impl JobKind {
    /// How often a client should look, in seconds.
    pub const fn poll_after(self) -> u64 {
        match self {
            Self::AiRecommendation => 5,
            Self::ImageGeneration => 3,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobStatus {
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

impl JobStatus {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Nothing changes any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// A job as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub event_id: Uuid,
    pub kind: JobKind,
    pub status: JobStatus,
    /// 0–100.
    pub progress: i16,
    pub stage: String,
    pub request: Value,
    pub result: Option<Value>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Succeeded(Value),
    /// `message` is Korean and fit for an owner.
    Failed {
        code: String,
        message: String,
    },
    Cancelled,
}

impl Outcome {
    pub fn timed_out() -> Self {
        Self::Failed {
            code: "JOB_TIMED_OUT".into(),
            message: "시간 안에 끝내지 못했어요. 다시 시도해 주세요.".into(),
        }
    }
}

impl Job {
    /// A job that waits for its worker.
    pub fn queued(
        id: Uuid,
        owner_id: Uuid,
        event_id: Uuid,
        kind: JobKind,
        request: Value,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            owner_id,
            event_id,
            kind,
            status: JobStatus::Queued,
            progress: 0,
            stage: "QUEUED".into(),
            request,
            result: None,
            error_code: None,
            error_message: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Ends the job, once: the first outcome stays. Tells whether this one was the first.
    pub fn finish(&mut self, outcome: Outcome, now: DateTime<Utc>) -> bool {
        if self.status.is_final() {
            return false;
        }
        self.updated_at = now;
        match outcome {
            Outcome::Succeeded(result) => {
                self.status = JobStatus::Succeeded;
                self.progress = 100;
                self.result = Some(result);
            }
            Outcome::Failed { code, message } => {
                self.status = JobStatus::Failed;
                self.error_code = Some(code);
                self.error_message = Some(message);
            }
            Outcome::Cancelled => self.status = JobStatus::Cancelled,
        }
        self.stage = self.status.code().into();
        true
    }

    /// What a worker reported on its way. Only progress is taken: how a job ended is told by the database alone,
    /// so that whoever reads it as done finds its result.
    pub fn with_progress(mut self, reported: &HashMap<String, String>) -> Self {
        let working = reported
            .get("status")
            .is_some_and(|status| status != JobStatus::Queued.code());
        if self.status.is_final() || !working {
            return self;
        }
        self.status = JobStatus::Running;
        if let Some(progress) = reported.get("progress").and_then(|p| p.parse::<i16>().ok()) {
            self.progress = progress.clamp(0, 99);
        }
        self.stage = reported
            .get("stage")
            .filter(|stage| {
                !stage.is_empty() && !["SUCCEEDED", "FAILED", "CANCELLED"].contains(&stage.as_str())
            })
            .map_or_else(|| JobStatus::Running.code().into(), Clone::clone);
        if let Some(at) = reported
            .get("updatedAt")
            .and_then(|at| at.parse::<DateTime<Utc>>().ok())
        {
            self.updated_at = self.updated_at.max(at);
        }
        self
    }

    /// The pictures of this job that are there already while others are still drawn, as their worker tells. One of
    /// another version of the type is shown when the job is done.
    pub fn images_so_far(&self, reported: &HashMap<String, String>) -> Vec<ImageRef> {
        let told = reported.get("images").filter(|_| !self.status.is_final());
        told.and_then(|images| serde_json::from_str(images).ok())
            .unwrap_or_default()
    }

    /// The oldest start a live job may have.
    pub fn oldest_start(now: DateTime<Utc>) -> DateTime<Utc> {
        now - Duration::minutes(MINUTES_TO_LIVE)
    }
}

#[cfg(test)]
mod tests {
    use super::{Job, JobKind, JobStatus, Outcome};
    use serde_json::json;
    use std::collections::HashMap;
    use uuid::Uuid;

    fn job() -> Job {
        let id = Uuid::now_v7();
        Job::queued(
            id,
            id,
            id,
            JobKind::AiRecommendation,
            json!({}),
            "2026-12-01T00:00:00Z".parse().unwrap(),
        )
    }

    fn reported(status: &str, progress: &str) -> HashMap<String, String> {
        [
            ("status", status),
            ("progress", progress),
            ("stage", "TREND"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into()
    }

    #[test]
    fn the_first_outcome_stays() {
        let mut job = job();
        let now = job.created_at;
        assert!(job.finish(Outcome::Cancelled, now));
        assert!(!job.finish(Outcome::Succeeded(json!({})), now));
        assert_eq!((job.status, job.result), (JobStatus::Cancelled, None));
    }

    #[test]
    fn progress_is_taken_from_the_worker() {
        let job = job().with_progress(&reported("RUNNING", "40"));
        assert_eq!(
            (job.status, job.progress, job.stage.as_str()),
            (JobStatus::Running, 40, "TREND")
        );
    }

    #[test]
    fn a_worker_cannot_say_that_a_job_is_done() {
        let job = job().with_progress(&reported("SUCCEEDED", "100"));
        assert_eq!((job.status, job.progress), (JobStatus::Running, 99));
    }

    #[test]
    fn progress_never_reopens_a_finished_job() {
        let mut job = job();
        let now = job.created_at;
        job.finish(Outcome::timed_out(), now);
        let seen = job.clone().with_progress(&reported("RUNNING", "40"));
        assert_eq!(seen, job);
    }
}
