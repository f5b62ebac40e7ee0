//! The face of image generation.

use crate::domain::fault::Fault;
use crate::error::Error;
use crate::handlers::bodies::AskImages;
use crate::handlers::jobs::{JobStarted, started};
use crate::ops::start_job;
use crate::state::AppState;
use axum::extract::State;
use janchi_contracts::reference::{Platform, Style};
use janchi_web::openapi::Answer;
use janchi_web::{Json, Owner};

/// `POST /api/content/images`
pub async fn ask_images(
    State(state): State<AppState>,
    owner: Owner,
    Json(body): Json<AskImages>,
) -> Result<Answer<202, Json<JobStarted>>, Error> {
    let styles = chosen("styles", body.styles, &Style::ALL, &Style::ALL)?;
    let platforms = chosen(
        "platforms",
        body.platforms,
        &Platform::ALL,
        &Platform::EVERY,
    )?;
    let job = start_job::images(
        &state,
        owner.user_id,
        body.event_id,
        start_job::Wanted {
            styles,
            platforms,
            photo_upload_id: body.photo_upload_id,
        },
    )
    .await?;
    Ok(started(job))
}

/// The usual ones unless said otherwise, in the order of `all`, each once.
fn chosen<T: Copy + PartialEq>(
    field: &str,
    wanted: Option<Vec<T>>,
    usual: &[T],
    all: &[T],
) -> Result<Vec<T>, Fault> {
    let Some(wanted) = wanted else {
        return Ok(usual.to_vec());
    };
    if wanted.is_empty() {
        return Err(Fault::new(
            field,
            "REQUIRED",
            "하나 이상 골라 주세요.",
            "Choose at least one.",
        ));
    }
    Ok(all
        .iter()
        .copied()
        .filter(|one| wanted.contains(one))
        .collect())
}
