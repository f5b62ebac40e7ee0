//! Long work: begun, looked at, cancelled.

use crate::domain::job::{Job, JobStatus};
use crate::error::Error;
use crate::handlers::views::{JobResult, JobView};
use crate::ops::job_state;
use crate::state::AppState;
use axum::extract::State;
use axum::http::header::{HeaderValue, LOCATION, RETRY_AFTER};
use axum::response::IntoResponse;
use janchi_web::openapi::Answer;
use janchi_web::{Empty, Json, Owner, Path};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// A job right after it was asked for; one that is done already carries its result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobStarted {
    job_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<JobResult>")]
    result: Option<Value>,
    status: JobStatus,
}

/// 202 with where to look, and when.
pub fn started(job: Job) -> Answer<202, Json<JobStarted>> {
    let location = format!("/api/jobs/{}", job.id);
    let body = JobStarted {
        job_id: job.id,
        result: job.result,
        status: job.status,
    };
    let mut response = ([(LOCATION, location)], Json(body)).into_response();
    if !job.status.is_final() {
        let seconds = HeaderValue::from(job.kind.poll_after());
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    Answer::new(response)
}

/// `GET /api/jobs/{id}`
pub async fn get_job(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
) -> Result<Answer<200, Json<JobView>>, Error> {
    let now = job_state::read(&state, id, owner.user_id).await?;
    let wait = (!now.job.status.is_final()).then(|| HeaderValue::from(now.job.kind.poll_after()));
    let mut response = Json(JobView::from(now)).into_response();
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    Ok(Answer::new(response))
}

/// `POST /api/jobs/{id}/cancel`
pub async fn cancel_job(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
    _: Empty,
) -> Result<Json<JobView>, Error> {
    let job = job_state::cancel(&state, id, owner.user_id).await?;
    Ok(Json(JobView::from(job)))
}
