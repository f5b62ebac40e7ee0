//! The state of a job: how it ended from the database, how far it is from Redis.

use crate::domain::job::{Job, Outcome};
use crate::error::Error;
use crate::state::AppState;
use crate::store;
use crate::store::jobs::{PROGRESS_LIVES, progress_key};
use janchi_cache::Cache;
use janchi_contracts::content::ImageRef;
use uuid::Uuid;

/// A job while it runs, or as it ended.
pub struct JobNow {
    pub job: Job,
    /// Pictures that are there already while others are still drawn.
    pub images: Vec<ImageRef>,
}

/// An owner's job as it is now. Without Redis it is told without progress.
///
/// # Errors
/// Unknown or somebody else's; a statement fails.
pub async fn read(state: &AppState, id: Uuid, owner_id: Uuid) -> Result<JobNow, Error> {
    let job = store::jobs::find_job(&state.db, id)
        .await?
        .ok_or(Error::NotFound)?;
    if job.owner_id != owner_id {
        return Err(Error::NotFound);
    }
    Ok(current(state, job).await)
}

/// A job from the database with how far it is.
pub async fn current(state: &AppState, job: Job) -> JobNow {
    let reported = if job.status.is_final() {
        None
    } else {
        state.cache.get_hash(&progress_key(job.id)).await
    };
    let reported = reported.unwrap_or_default();
    JobNow {
        images: job.images_so_far(&reported),
        job: job.with_progress(&reported),
    }
}

/// Writes how a job ended to Redis. Only after the commit: whoever reads it there finds the result.
pub async fn announce(cache: &Cache, job: &Job) {
    let fields = [
        ("status", job.status.code().to_owned()),
        ("progress", job.progress.to_string()),
        ("stage", job.stage.clone()),
        ("updatedAt", job.updated_at.to_rfc3339()),
    ];
    cache
        .set_hash(&progress_key(job.id), &fields, PROGRESS_LIVES)
        .await;
}

/// Cancels a job: it stays cancelled whatever its worker still answers. Once more is the same.
///
/// # Errors
/// It is finished; unknown or somebody else's; a statement fails.
pub async fn cancel(state: &AppState, id: Uuid, owner_id: Uuid) -> Result<Job, Error> {
    use crate::domain::job::JobStatus;
    let mut tx = state.db.begin().await?;
    let mut job = store::jobs::lock_job(&mut tx, id)
        .await?
        .ok_or(Error::NotFound)?;
    if job.owner_id != owner_id {
        return Err(Error::NotFound);
    }
    if job.status == JobStatus::Cancelled {
        return Ok(job);
    }
    if !job.finish(Outcome::Cancelled, state.now()) {
        return Err(Error::JobFinished);
    }
    store::jobs::update_job(&mut *tx, &job).await?;
    tx.commit().await?;
    announce(&state.cache, &job).await;
    Ok(job)
}
