//! `content.image`: draws the pictures of an event, keeps them and tells the event service.

use crate::domain::brief::fingerprint;
use crate::ops::draw_set::{Order, draw_set};
use crate::ops::progress::Progress;
use crate::state::AppState;
use crate::store::images::list_of_set;
use crate::store::owners::{hold_files, is_erased};
use crate::store::sets::{CachedStyle, NewSet, cache_style, delete_set, finish_set, open_set};
use crate::store::uploads::find_logo;
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
        return drop_job(state, message, job).await;
    }
    progress.stage("BACKGROUND").await;
    let logo = find_logo(&state.db, job.owner_id).await?;
    let name = logo.as_ref().map(|logo| logo.file_key.as_str());
    let fingerprint = fingerprint(job.owner_id, &job.brief, name);
    let Some(set_id) = open(state, job, &fingerprint).await? else {
        return drop_job(state, message, job).await;
    };
    let order = Order {
        job,
        set_id,
        logo: logo.as_ref(),
        progress: &progress,
    };
    // Cancelled work is dropped where it stands, a vendor's call with it. A picture that is being drawn is drawn to its
    // end, and nobody keeps it.
    tokio::select! {
        biased;
        () = progress.cancelled() => {}
        drawn = draw_set(state, &order) => drawn?,
    }
    if progress.is_cancelled().await {
        return drop_job(state, message, job).await;
    }
    progress.stage("SAVING").await;
    let mut tx = state.db.begin().await?;
    // Another delivery of this message was quicker.
    if !settle(&mut tx, message).await? {
        return Ok(());
    }
    hold_files(&mut tx).await?;
    if is_erased(&mut *tx, job.owner_id).await? {
        tx.commit().await?;
        return Ok(());
    }
    let images = in_order(state, &mut tx, job, set_id).await?;
    let told = ContentJobEvent::Succeeded {
        job_id: job.job_id,
        event_id: job.event_id,
        result: ImageResult {
            images: images.clone(),
        },
    };
    // Another message may have ordered the same job.
    if finish_set(&mut *tx, set_id, state.clock.now()).await? {
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

/// The job's set; none when its owner has left.
async fn open(
    state: &AppState,
    job: &GenerateImages,
    fingerprint: &str,
) -> Result<Option<Uuid>, JobError> {
    let set = NewSet {
        id: Uuid::now_v7(),
        job_id: job.job_id,
        event_id: job.event_id,
        owner_id: job.owner_id,
        fingerprint,
        now: state.clock.now(),
    };
    let mut tx = state.db.begin().await?;
    hold_files(&mut tx).await?;
    if is_erased(&mut *tx, job.owner_id).await? {
        return Ok(None);
    }
    let id = open_set(&mut *tx, &set).await?;
    tx.commit().await?;
    Ok(Some(id))
}

/// The set's pictures as they were asked for: by style, then by platform, one of each.
async fn in_order(
    state: &AppState,
    connection: &mut PgConnection,
    job: &GenerateImages,
    set_id: Uuid,
) -> anyhow::Result<Vec<ImageRef>> {
    let rows = list_of_set(connection, set_id)
        .await
        .context("list the pictures")?;
    let mut images = Vec::new();
    for style in &job.styles {
        for platform in &job.platforms {
            let row = rows
                .iter()
                .find(|row| row.design.style == *style && row.design.platform == *platform)
                .with_context(|| format!("no picture of {style:?} for {platform:?}"))?;
            images.push(state.addresses.image_ref(row));
        }
    }
    Ok(images)
}

/// A cancelled job is done without a word, and what it has drawn goes: the event service has told its end already.
async fn drop_job(
    state: &AppState,
    message: &Message,
    job: &GenerateImages,
) -> Result<(), JobError> {
    let mut tx = state.db.begin().await?;
    if settle(&mut tx, message).await? {
        delete_set(&mut *tx, job.job_id).await?;
    }
    tx.commit().await?;
    Ok(())
}
