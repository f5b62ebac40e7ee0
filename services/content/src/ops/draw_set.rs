//! Draws the pictures of a job: styles side by side, each style's sizes with one background.

use super::paint_background::{Behind, background_of};
use super::progress::Progress;
use super::studio::Drawn;
use crate::domain::brief::Season;
use crate::domain::design::Design;
use crate::state::AppState;
use crate::store::images::{Image, source_code};
use futures::future::try_join_all;
use janchi_contracts::content::{GenerateImages, ImageSource};
use janchi_contracts::reference::{Platform, Style};
use sqlx::types::Json;
use uuid::Uuid;

/// A drawn picture with the row that will tell of it.
pub struct Fresh {
    pub row: Image,
    pub drawn: Drawn,
}

/// The row of a picture just drawn.
pub fn row_of(
    set_id: Uuid,
    event_id: Uuid,
    owner_id: Uuid,
    design: Design,
    behind: &Behind,
    drawn: &Drawn,
    now: chrono::DateTime<chrono::Utc>,
) -> Image {
    Image {
        id: Uuid::now_v7(),
        set_id,
        event_id,
        owner_id,
        source: source_code(behind.source).to_owned(),
        background_key: behind.file_key.clone(),
        png_key: drawn.png.0.to_string(),
        jpeg_key: drawn.jpeg.0.to_string(),
        webp_key: drawn.webp.0.to_string(),
        width: i32::try_from(drawn.width).unwrap_or(i32::MAX),
        height: i32::try_from(drawn.height).unwrap_or(i32::MAX),
        alt_text: design.alt_text(),
        sandbox: behind.sandbox,
        created_at: now,
        edited_from: None,
        design: Json(design),
    }
}

/// Draws every style for every platform. `progress` is told of each background and each picture as it is done.
pub async fn draw_set(
    state: &AppState,
    job: &GenerateImages,
    set_id: Uuid,
    progress: &Progress,
) -> anyhow::Result<Vec<Fresh>> {
    let styles = job
        .styles
        .iter()
        .map(|style| draw_style(state, job, set_id, *style, progress));
    Ok(try_join_all(styles).await?.into_iter().flatten().collect())
}

async fn draw_style(
    state: &AppState,
    job: &GenerateImages,
    set_id: Uuid,
    style: Style,
    progress: &Progress,
) -> anyhow::Result<Vec<Fresh>> {
    let behind = background_of(state, job, style).await?;
    progress.step("BACKGROUND").await;
    let season = Season::of_brief(&job.brief, state.clock.now());
    let pictures = job.platforms.iter().map(|platform: &Platform| {
        let (behind, platform) = (&behind, *platform);
        async move {
            let ai = behind.source != ImageSource::Template;
            let design = Design::new(&job.brief, season, style, platform, ai);
            let drawn = state
                .studio
                .draw(design.clone(), behind.photo.clone())
                .await?;
            progress.step("DRAWING").await;
            let row = row_of(
                set_id,
                job.event_id,
                job.owner_id,
                design,
                behind,
                &drawn,
                state.clock.now(),
            );
            anyhow::Ok(Fresh { row, drawn })
        }
    });
    try_join_all(pictures).await
}
