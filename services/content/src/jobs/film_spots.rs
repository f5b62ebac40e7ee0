//! `content.spot`: films the television spot of a picture. One at a time: it takes a core for some seconds.

use crate::domain::file_key::{FileKey, Kind};
use crate::domain::render::spot::film_spot;
use crate::ops::paint_background::{assets_of, read_asset};
use crate::state::AppState;
use crate::store::images::find_image;
use crate::store::owners::{hold_files, is_erased};
use crate::store::spots::{begin_spot, fail_spot, find_spot, finish_spot};
use anyhow::Context as _;
use janchi_contracts::content::FilmSpot;
use janchi_queue::{Handler, JobError, Message, settle};
use sqlx::PgConnection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The consumer of orders for spots.
#[derive(Clone)]
pub struct FilmSpots(pub AppState);

/// Stops the camera when nobody waits for the film any more.
struct Watched(Arc<AtomicBool>);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Handler for FilmSpots {
    async fn handle(&self, message: &Message) -> Result<(), JobError> {
        let job: FilmSpot = message.decode()?;
        film(&self.0, message, &job).await
    }

    async fn give_up(
        &self,
        message: &Message,
        _reason: &str,
        connection: &mut PgConnection,
    ) -> anyhow::Result<()> {
        if let Ok(job) = message.decode::<FilmSpot>() {
            fail_spot(connection, job.image_id, self.0.clock.now())
                .await
                .context("tell of the failure")?;
        }
        Ok(())
    }
}

async fn film(state: &AppState, message: &Message, job: &FilmSpot) -> Result<(), JobError> {
    let image = find_image(&state.db, job.owner_id, job.image_id).await?;
    let spot = find_spot(&state.db, job.owner_id, job.image_id).await?;
    let (Some(image), Some(spot)) = (image, spot) else {
        return Err(JobError::Discard("the picture is gone".into()));
    };
    if spot.status == "READY" {
        // Filmed already: an order that came twice.
        let mut tx = state.db.begin().await?;
        settle(&mut tx, message).await?;
        tx.commit().await?;
        return Ok(());
    }
    begin_spot(&state.db, job.image_id, state.clock.now()).await?;
    let photo = match &image.background_key {
        Some(key) => read_asset(state, key).await?,
        None => None,
    };
    let design = image.design.0.clone();
    let assets = assets_of(state, &design, photo).await?;
    let code = spot.spoken_code.clone();
    let stop = Arc::new(AtomicBool::new(false));
    let watched = Watched(Arc::clone(&stop));
    let filmed = state
        .studio
        .run(move |tools| {
            film_spot(
                &tools.fonts,
                &tools.painter,
                &design,
                &assets,
                code.as_deref(),
                |_| !stop.load(Ordering::Relaxed),
            )
        })
        .await??;
    drop(watched);
    let bytes = filmed.context("the filming was broken off")?;
    let key = FileKey::of(&bytes, Kind::Film);
    let mut tx = state.db.begin().await?;
    if !settle(&mut tx, message).await? {
        return Ok(());
    }
    hold_files(&mut tx).await?;
    if is_erased(&mut *tx, job.owner_id).await? {
        tx.commit().await?;
        return Ok(());
    }
    state.files.put(&key, &bytes).await?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    finish_spot(&mut *tx, &spot, &key.to_string(), size, state.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}
