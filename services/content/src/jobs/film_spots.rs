//! `content.spot`: films the television spot of a picture. One at a time: it takes a core for some seconds.

use crate::domain::file_key::{FileKey, Kind};
use crate::domain::render::spot::{SECONDS, SIZE, film_spot};
use crate::ops::paint_background::{assets_of, read_asset};
use crate::state::AppState;
use crate::store::images::{Image, find_image};
use crate::store::owners::{hold_files, is_erased};
use crate::store::spots::{Spot, begin_spot, fail_spot, find_spot, finish_spot, order_spot};
use anyhow::Context as _;
use janchi_contracts::content::{FilmRef, FilmSpot, SpotEvent};
use janchi_queue::{Handler, JobError, Message, send_event, settle};
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
        let Ok(job) = message.decode::<FilmSpot>() else {
            return Ok(());
        };
        let code = job.spoken_code.as_deref();
        fail_spot(&mut *connection, job.image_id, code, self.0.clock.now())
            .await
            .context("note the failure")?;
        let told = SpotEvent::Failed {
            image_id: job.image_id,
            owner_id: job.owner_id,
            spoken_code: job.spoken_code,
        };
        send_event(connection, &told)
            .await
            .context("tell of the failure")?;
        Ok(())
    }
}

async fn film(state: &AppState, message: &Message, job: &FilmSpot) -> Result<(), JobError> {
    let image = find_image(&state.db, job.owner_id, job.image_id).await?;
    let Some(image) = image else {
        return Err(JobError::Discard("the picture is gone".into()));
    };
    let Some(spot) = take_order(state, job).await? else {
        return Err(JobError::Discard("the owner has left".into()));
    };
    // Filmed already: an order that came twice.
    let there = spot.file_key.clone().zip(spot.bytes);
    let film = if there.is_some() {
        Vec::new()
    } else {
        begin_spot(&state.db, &spot, state.clock.now()).await?;
        shoot(state, &image, &spot).await?
    };
    let mut tx = state.db.begin().await?;
    if !settle(&mut tx, message).await? {
        return Ok(());
    }
    hold_files(&mut tx).await?;
    if is_erased(&mut *tx, job.owner_id).await? {
        tx.commit().await?;
        return Ok(());
    }
    let (key, bytes) = match there {
        Some(there) => there,
        None => {
            let key = FileKey::of(&film, Kind::Film);
            state.files.put(&key, &film).await?;
            let size = i64::try_from(film.len()).unwrap_or(i64::MAX);
            (key.to_string(), size)
        }
    };
    finish_spot(&mut *tx, &spot, &key, bytes, state.clock.now()).await?;
    let told = SpotEvent::Ready {
        image_id: spot.image_id,
        owner_id: job.owner_id,
        spoken_code: spot.spoken_code.clone(),
        film: FilmRef {
            url: state.addresses.file(&key),
            bytes,
            width: SIZE.0,
            height: SIZE.1,
            duration_ms: SECONDS * 1000,
        },
    };
    send_event(&mut tx, &told).await?;
    tx.commit().await?;
    Ok(())
}

/// The row of the order: other services order by the message alone.
async fn take_order(state: &AppState, job: &FilmSpot) -> Result<Option<Spot>, JobError> {
    let (code, now) = (job.spoken_code.as_deref(), state.clock.now());
    let mut tx = state.db.begin().await?;
    hold_files(&mut tx).await?;
    if is_erased(&mut *tx, job.owner_id).await? {
        return Ok(None);
    }
    order_spot(&mut *tx, job.owner_id, job.image_id, code, now).await?;
    let spot = find_spot(&mut *tx, job.owner_id, job.image_id, code).await?;
    tx.commit().await?;
    Ok(spot)
}

async fn shoot(state: &AppState, image: &Image, spot: &Spot) -> anyhow::Result<Vec<u8>> {
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
                &tools.reel,
                &design,
                &assets,
                code.as_deref(),
                |_| !stop.load(Ordering::Relaxed),
            )
        })
        .await??;
    drop(watched);
    filmed.context("the filming was broken off")
}
