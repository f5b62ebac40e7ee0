//! Events and jobs as their owners see them.

use crate::domain::event::{Event, Recommendation, Step};
use crate::domain::fault::Fault;
use crate::domain::job::{Job, JobKind, JobStatus};
use crate::ops::job_state::JobNow;
use aide::OperationIo;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use janchi_contracts::ai::{AiResult, Forecast};
use janchi_contracts::content::{ImageRef, ImageResult};
use janchi_contracts::event::{ChannelChoice, EventStatus, Prize, VisitBonus};
use janchi_contracts::reference::Objective;
use janchi_web::{Json, Language, etag};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// An event for its owner.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    pub id: Uuid,
    pub code: String,
    pub store_id: Uuid,
    pub objective: Objective,
    pub status: EventStatus,
    pub title: Option<String>,
    pub description: Option<String>,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    /// When entries were first taken.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it really closed, beside the rule in `endsAt`.
    pub closed_at: Option<DateTime<Utc>>,
    pub prizes: Vec<Prize>,
    pub winner_count: Option<u32>,
    pub visit_bonus: VisitBonus,
    pub budget: Option<i64>,
    pub forecast: Option<Forecast>,
    pub recommendation: Option<Recommendation>,
    pub images: Vec<ImageRef>,
    pub channels: Vec<ChannelChoice>,
    pub step: Step,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        Self {
            winner_count: event.winners(),
            step: event.step(),
            id: event.id,
            code: event.code,
            store_id: event.store_id,
            objective: event.objective,
            status: event.status,
            title: event.title,
            description: event.description,
            starts_at: event.starts_at,
            ends_at: event.ends_at,
            opened_at: event.opened_at,
            closed_at: event.closed_at,
            prizes: event.prizes,
            visit_bonus: event.visit_bonus,
            budget: event.budget,
            forecast: event.forecast,
            recommendation: event.recommendation,
            images: event.images,
            channels: event.channels,
            version: event.version,
            created_at: event.created_at,
            updated_at: event.updated_at,
        }
    }
}

/// An answer with an event: its body, and its version as a strong `ETag`.
#[derive(OperationIo)]
#[aide(output_with = "Json<EventView>")]
pub struct EventAnswer(pub Event);

impl IntoResponse for EventAnswer {
    fn into_response(self) -> Response {
        let tag = etag(self.0.version);
        ([(ETAG, tag)], Json(EventView::from(self.0))).into_response()
    }
}

/// What a job leaves, by its type.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(
    dead_code,
    reason = "tells the shape; a result is passed on as it came"
)]
pub enum JobResult {
    AiRecommendation(AiResult),
    ImageGeneration(ImageResult),
}

/// A job for its owner.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobView {
    pub id: Uuid,
    #[serde(rename = "type")]
    pub kind: JobKind,
    pub status: JobStatus,
    pub progress: i16,
    pub stage: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<JobResult>")]
    pub result: Option<Value>,
    /// Pictures of an image job that are there already while it runs; then they are in its result.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub images: Vec<ImageRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<JobErrorView>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Why a job failed, fit for an owner.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JobErrorView {
    pub code: String,
    pub message: String,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            kind: job.kind,
            status: job.status,
            progress: job.progress,
            stage: job.stage,
            result: job.result,
            images: Vec::new(),
            error: job.error_code.map(|code| JobErrorView {
                code,
                message: job.error_message.unwrap_or_default(),
            }),
            created_at: job.created_at,
            updated_at: job.updated_at,
        }
    }
}

impl From<JobNow> for JobView {
    fn from(now: JobNow) -> Self {
        Self {
            images: now.images,
            ..Self::from(now.job)
        }
    }
}

/// Something to mend or to know before approval.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingView {
    pub code: &'static str,
    pub message: &'static str,
    pub field: String,
}

impl FindingView {
    pub fn new(fault: Fault, language: Language) -> Self {
        Self {
            code: fault.code,
            message: match language {
                Language::Korean => fault.ko,
                Language::English => fault.en,
            },
            field: fault.field,
        }
    }
}
