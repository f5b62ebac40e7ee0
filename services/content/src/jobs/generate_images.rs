//! `content.image`: draws the pictures of an event, keeps them and tells the event service.

use crate::domain::brief::fingerprint;
use crate::ops::draw_set::{Fresh, draw_set};
use crate::ops::progress::Progress;
use crate::state::AppState;
use crate::store::images::insert_image;
use crate::store::owners::{hold_files, is_erased};
use crate::store::sets::{CachedStyle, NewSet, cache_style, insert_set};
use anyhow::Context as _;
use janchi_contracts::content::{ContentJobEvent, GenerateImages, ImageRef, ImageResult};
use janchi_queue::{Handler, JobError, Message, send_event, settle};
use sqlx::PgConnection;
use uuid::Uuid;

/// The consumer of image jobs.
#[derive(Clone)]
pub struct DrawImages(pub AppState);

impl Handler for DrawImages {
    async fn handle(&self, message: &Message) -> Result<(), JobError> {
        let mut job: GenerateImages = message.decode()?;
        job.styles.sort_unstable();
        job.styles.dedup();
        job.platforms.sort_unstable();
        job.platforms.dedup();
        if job.styles.is_empty() || job.platforms.is_empty() {
            return Err(JobError::Discard(
                "no style or no platform is asked for".into(),
            ));
        }
        draw(&self.0, message, &job).await
    }

    async fn give_up(
        &self,
        message: &Message,
        _reason: &str,
        connection: &mut PgConnection,
    ) -> anyhow::Result<()> {
        // A message that does not parse names no job; it is parked all the same.
        let Ok(job) = message.decode::<GenerateImages>() else {
            return Ok(());
        };
        let failed = ContentJobEvent::Failed {
            job_id: job.job_id,
            event_id: job.event_id,
            code: "IMAGE_GENERATION_FAILED".into(),
            message: "이미지를 만들지 못했어요. 잠시 뒤에 다시 시도해 주세요.".into(),
        };
        send_event(connection, &failed)
            .await
            .context("tell of the failure")?;
        Ok(())
    }
}

async fn draw(state: &AppState, message: &Message, job: &GenerateImages) -> Result<(), JobError> {
    let steps = job.styles.len() * (1 + job.platforms.len());
    let progress = Progress::new(state.cache.clone(), state.clock.clone(), job.job_id, steps);
    if progress.is_cancelled().await {
        return drop_job(state, message).await;
    }
    progress.stage("BACKGROUND").await;
    let set_id = Uuid::now_v7();
    let fresh = draw_set(state, job, set_id, &progress).await?;
    if progress.is_cancelled().await {
        return drop_job(state, message).await;
    }
    progress.stage("SAVING").await;
    let fingerprint = fingerprint(job.owner_id, &job.brief);
    let images: Vec<ImageRef> = fresh
        .iter()
        .map(|f| state.addresses.image_ref(&f.row))
        .collect();

    let mut tx = state.db.begin().await?;
    // Another delivery of this message was quicker.
    if !settle(&mut tx, message).await? {
        return Ok(());
    }
    // Whoever erases an owner waits for this transaction, or we see here that the owner left while we drew.
    hold_files(&mut tx).await?;
    if is_erased(&mut *tx, job.owner_id).await? {
        tx.commit().await?;
        return Ok(());
    }
    let set = NewSet {
        id: set_id,
        job_id: job.job_id,
        event_id: job.event_id,
        owner_id: job.owner_id,
        fingerprint: &fingerprint,
        now: state.clock.now(),
    };
    if insert_set(&mut *tx, &set).await? {
        keep(state, &mut tx, &fresh).await?;
        let result = ImageResult {
            images: images.clone(),
        };
        let told = ContentJobEvent::Succeeded {
            job_id: job.job_id,
            event_id: job.event_id,
            result,
        };
        send_event(&mut tx, &told).await?;
    }
    tx.commit().await?;
    for style in &job.styles {
        let entry = CachedStyle {
            fingerprint: fingerprint.clone(),
            base: state.addresses.base().to_owned(),
            images: images
                .iter()
                .filter(|i| i.style == *style)
                .cloned()
                .collect(),
        };
        cache_style(&state.cache, job.event_id, *style, &entry).await;
    }
    Ok(())
}

/// Files first, then the rows that name them: a file is never named before it is there. The caller holds the files.
async fn keep(
    state: &AppState,
    connection: &mut PgConnection,
    fresh: &[Fresh],
) -> anyhow::Result<()> {
    for Fresh { row, drawn } in fresh {
        for (key, bytes) in drawn.files() {
            state.files.put(key, bytes).await?;
        }
        insert_image(&mut *connection, row)
            .await
            .context("keep a picture")?;
    }
    Ok(())
}

/// A cancelled job is done without a word: the event service has told its end already.
async fn drop_job(state: &AppState, message: &Message) -> Result<(), JobError> {
    let mut tx = state.db.begin().await?;
    settle(&mut tx, message).await?;
    tx.commit().await?;
    Ok(())
}
