//! What ai and content made of a job: stored first, announced after.

use crate::domain::job::{Job, JobStatus, Outcome};
use crate::domain::text;
use crate::ops::{current, job_state, pictures};
use crate::state::AppState;
use crate::store;
use anyhow::Context;
use janchi_contracts::ai::AiJobEvent;
use janchi_contracts::content::{ContentJobEvent, ImageRef};
use janchi_queue::{JobError, Message, settle};
use serde::Serialize;
use uuid::Uuid;

/// `ai.job.*`
pub async fn recommendation(state: &AppState, message: &Message) -> Result<(), JobError> {
    let (job, outcome) = match message.decode()? {
        AiJobEvent::Succeeded { job_id, result, .. } => (job_id, success(&result)?),
        AiJobEvent::Failed {
            job_id,
            code,
            message,
            ..
        } => (job_id, Outcome::Failed { code, message }),
    };
    finish(state, message, job, outcome, Vec::new()).await
}

/// `content.job.*`
pub async fn images(state: &AppState, message: &Message) -> Result<(), JobError> {
    let (job, outcome, images) = match message.decode()? {
        ContentJobEvent::Succeeded { job_id, result, .. } => {
            (job_id, success(&result)?, result.images)
        }
        ContentJobEvent::Failed {
            job_id,
            code,
            message,
            ..
        } => (job_id, Outcome::Failed { code, message }, Vec::new()),
    };
    finish(state, message, job, outcome, images).await
}

fn success(result: &impl Serialize) -> anyhow::Result<Outcome> {
    let result = serde_json::to_value(result).context("write a result")?;
    if text::is_storable(&result) {
        return Ok(Outcome::Succeeded(result));
    }
    Ok(Outcome::Failed {
        code: "RESULT_UNUSABLE".into(),
        message: "결과에 사용할 수 없는 내용이 있어요. 다시 시도해 주세요.".into(),
    })
}

/// The first outcome stays: a job that was cancelled or given up is not brought back by a late answer.
async fn finish(
    state: &AppState,
    message: &Message,
    job_id: Uuid,
    outcome: Outcome,
    images: Vec<ImageRef>,
) -> Result<(), JobError> {
    let now = state.now();
    let mut tx = state.db.begin().await?;
    if !settle(&mut tx, message).await? {
        return Ok(());
    }
    let mut finished: Option<Job> = None;
    if let Some(known) = store::jobs::find_job(&mut *tx, job_id).await? {
        // Event before job: the order everybody holds them in.
        let event = current::lock(&mut tx, known.event_id, now).await?;
        let job = store::jobs::lock_job(&mut tx, job_id).await?;
        if let (Some(event), Some(mut job)) = (event, job)
            && job.finish(outcome, now)
        {
            store::jobs::update_job(&mut *tx, &job).await?;
            if job.status == JobStatus::Succeeded {
                pictures::take(&mut tx, event, &job, images, now).await?;
            }
            finished = Some(job);
        }
    }
    tx.commit().await?;
    if let Some(job) = finished {
        job_state::announce(&state.cache, &job).await;
    }
    Ok(())
}
