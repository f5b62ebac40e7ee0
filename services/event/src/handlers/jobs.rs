//! Long work: begun, looked at, cancelled.

use crate::domain::job::Job;
use crate::error::Error;
use crate::handlers::views::JobView;
use crate::ops::job_state;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use janchi_web::{Empty, Json, Owner, Path};
use serde_json::json;
use uuid::Uuid;

/// 202 with where to look, and when; a job that is done already carries its result.
pub struct JobStarted(pub Job);

impl IntoResponse for JobStarted {
    fn into_response(self) -> Response {
        let job = self.0;
        let location = format!("/api/jobs/{}", job.id);
        let mut body = json!({ "jobId": job.id, "status": job.status });
        let is_final = job.status.is_final();
        if let Some(result) = job.result {
            body["result"] = result;
        }
        let mut response =
            (StatusCode::ACCEPTED, [(LOCATION, location)], Json(body)).into_response();
        if !is_final {
            let seconds = HeaderValue::from(job.kind.poll_after());
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}

/// `GET /api/jobs/{id}`
pub async fn get_job(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    let job = job_state::read(&state, id, owner.user_id).await?;
    let wait = (!job.status.is_final()).then(|| HeaderValue::from(job.kind.poll_after()));
    let mut response = Json(JobView::from(job)).into_response();
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    Ok(response)
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
