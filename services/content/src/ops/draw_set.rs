//! Draws the pictures of a job: styles side by side, each style's sizes with one background. Every picture is kept
//! as soon as it is drawn, so that its owner sees it while the others are still being made.

use super::paint_background::{Behind, assets_of, background_of};
use super::progress::Progress;
use super::studio::Drawn;
use crate::domain::brief::Season;
use crate::domain::design::Design;
use crate::domain::render::color::Color;
use crate::state::AppState;
use crate::store::images::{Image, insert_image, list_of_set, source_code};
use crate::store::owners::{hold_files, is_erased};
use crate::store::uploads::Shown;
use anyhow::Context as _;
use futures::future::try_join_all;
use janchi_contracts::content::{GenerateImages, ImageSource};
use janchi_contracts::reference::{Platform, Style};
use sqlx::types::Json;
use uuid::Uuid;

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

/// One job's work.
pub struct Order<'a> {
    pub job: &'a GenerateImages,
    pub set_id: Uuid,
    pub logo: Option<&'a Shown>,
    pub progress: &'a Progress,
}

/// Draws every style for every platform that the set does not have yet. Ends early, without an error, when the job
/// is cancelled or its owner has left.
pub async fn draw_set(state: &AppState, order: &Order<'_>) -> anyhow::Result<()> {
    let there = list_of_set(&state.db, order.set_id)
        .await
        .context("list what an earlier try drew")?;
    let wanted = there.iter().filter(|image| {
        order.job.styles.contains(&image.design.style)
            && order.job.platforms.contains(&image.design.platform)
    });
    let shown: Vec<_> = wanted
        .map(|image| state.addresses.image_ref(image))
        .collect();
    order.progress.show(shown).await;
    let there: Vec<(Style, Platform)> = there
        .iter()
        .map(|image| (image.design.style, image.design.platform))
        .collect();
    let styles = order.job.styles.iter().map(|style| {
        let missing: Vec<Platform> = order
            .job
            .platforms
            .iter()
            .copied()
            .filter(|platform| !there.contains(&(*style, *platform)))
            .collect();
        draw_style(state, order, *style, missing)
    });
    try_join_all(styles).await?;
    Ok(())
}

async fn draw_style(
    state: &AppState,
    order: &Order<'_>,
    style: Style,
    platforms: Vec<Platform>,
) -> anyhow::Result<()> {
    if platforms.is_empty() {
        return Ok(());
    }
    let behind = background_of(state, order.job, style).await?;
    order.progress.step("BACKGROUND").await;
    let pictures = platforms
        .into_iter()
        .map(|platform| draw_picture(state, order, style, platform, &behind));
    try_join_all(pictures).await?;
    Ok(())
}

async fn draw_picture(
    state: &AppState,
    order: &Order<'_>,
    style: Style,
    platform: Platform,
    behind: &Behind,
) -> anyhow::Result<()> {
    let job = order.job;
    if order.progress.is_cancelled().await {
        return Ok(());
    }
    let season = Season::of_brief(&job.brief, state.clock.now());
    let ai = behind.source != ImageSource::Template;
    let mut design = Design::new(&job.brief, season, style, platform, ai);
    if let Some(logo) = order.logo {
        design.logo = Some(logo.file_key.clone());
        design.brand = logo.color.as_deref().and_then(Color::parse);
    }
    let assets = assets_of(state, &design, behind.photo.clone()).await?;
    let drawn = state.studio.draw(design.clone(), assets).await?;
    let now = state.clock.now();
    let row = row_of(
        order.set_id,
        job.event_id,
        job.owner_id,
        design,
        behind,
        &drawn,
        now,
    );
    keep(state, &row, &drawn).await?;
    order.progress.show([state.addresses.image_ref(&row)]).await;
    Ok(())
}

/// Files first, then the row that names them: a file is never named before it is there.
async fn keep(state: &AppState, row: &Image, drawn: &Drawn) -> anyhow::Result<()> {
    let mut tx = state.db.begin().await.context("begin")?;
    // Whoever erases an owner waits for this transaction, or we see here that the owner left while we drew.
    hold_files(&mut tx).await.context("hold the files")?;
    if is_erased(&mut *tx, row.owner_id)
        .await
        .context("look for the owner")?
    {
        return Ok(());
    }
    for (key, bytes) in drawn.files() {
        state.files.put(key, bytes).await?;
    }
    insert_image(&mut *tx, row)
        .await
        .context("keep a picture")?;
    tx.commit().await.context("commit a picture")
}
