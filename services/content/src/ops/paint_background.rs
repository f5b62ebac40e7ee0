//! The background of an event's pictures in one style: painted once, then kept.

use crate::domain::brief::Season;
use crate::domain::design::Design;
use crate::domain::file_key::{FileKey, Kind};
use crate::domain::prompt::Prompt;
use crate::domain::render::encode::Format;
use crate::domain::render::raster::{Asset, Assets};
use crate::domain::upload::{Refusal, take_background};
use crate::state::AppState;
use crate::store::backgrounds::{Background, NewBackground, find_background, insert_background};
use crate::store::owners::{hold_files, is_erased};
use crate::store::uploads::find_upload;
use anyhow::Context as _;
use janchi_contracts::content::{GenerateImages, ImageSource};
use janchi_contracts::reference::Style;
use std::sync::Arc;

/// What is behind the text.
#[derive(Clone)]
pub struct Behind {
    pub source: ImageSource,
    pub file_key: Option<String>,
    pub photo: Option<Asset>,
    pub sandbox: bool,
}

impl Behind {
    /// One of the shop's own photos.
    pub const fn own(file_key: String, photo: Asset) -> Self {
        Self {
            source: ImageSource::Template,
            file_key: Some(file_key),
            photo: Some(photo),
            sandbox: false,
        }
    }

    /// The drawn pattern: there is nothing to fetch.
    const fn pattern() -> Self {
        Self {
            source: ImageSource::Template,
            file_key: None,
            photo: None,
            sandbox: false,
        }
    }
}

/// The shop's own photo where one was chosen, or the kept background, or else what a vendor paints now, or else the drawn pattern. The pattern is not kept:
/// a vendor that is back tomorrow gets its chance with the next job.
pub async fn background_of(
    state: &AppState,
    job: &GenerateImages,
    style: Style,
) -> anyhow::Result<Behind> {
    if let Some(id) = job.brief.photo_upload_id
        && let Some(upload) = find_upload(&state.db, job.owner_id, id)
            .await
            .context("find the shop's photo")?
        && let Some(photo) = read_asset(state, &upload.file_key).await?
    {
        return Ok(Behind::own(upload.file_key, photo));
    }
    let kept = find_background(&state.db, job.event_id, job.owner_id, style)
        .await
        .context("find a background")?;
    if let Some(kept) = kept
        && let Some(photo) = read_asset(state, &kept.file_key).await?
    {
        return Ok(behind(kept, photo));
    }
    let season = Season::of_brief(&job.brief, state.clock.now());
    let prompt = Prompt::new(&job.brief, season, style, job.event_id);
    let Some((source, bytes)) = state.painters.paint(&prompt).await else {
        return Ok(Behind::pattern());
    };
    let picture = match state.studio.run(move |_| take_background(&bytes)).await? {
        Ok(picture) => picture,
        Err(Refusal::NotAPicture | Refusal::TooManyPixels | Refusal::Broken) => {
            tracing::warn!(
                ?source,
                "a vendor's background cannot be opened; drawing the pattern"
            );
            return Ok(Behind::pattern());
        }
    };
    let key = FileKey::of(&picture.bytes, picture.format);
    let background = Background {
        source,
        file_key: key.to_string(),
        sandbox: state.painters.sandbox,
    };
    let new = NewBackground {
        event_id: job.event_id,
        owner_id: job.owner_id,
        style,
        prompt: &prompt.wanted,
        background: &background,
        now: state.clock.now(),
    };
    let mut tx = state.db.begin().await.context("begin")?;
    hold_files(&mut tx).await.context("hold the files")?;
    // The files' lock is held: an owner who leaves now waits for this commit and then takes the row along.
    if is_erased(&mut *tx, job.owner_id)
        .await
        .context("look for the owner")?
    {
        return Ok(Behind::pattern());
    }
    state.files.put(&key, &picture.bytes).await?;
    insert_background(&mut *tx, &new)
        .await
        .context("keep a background")?;
    tx.commit().await.context("commit a background")?;
    Ok(behind(
        background,
        asset(&key, picture.format, picture.bytes),
    ))
}

fn behind(background: Background, photo: Asset) -> Behind {
    Behind {
        source: background.source,
        file_key: Some(background.file_key),
        photo: Some(photo),
        sandbox: background.sandbox,
    }
}

/// A file that is part of a picture; none when it is lost, and then the picture does without.
pub async fn read_asset(state: &AppState, file_key: &str) -> anyhow::Result<Option<Asset>> {
    let Some(key) = FileKey::parse(file_key) else {
        return Ok(None);
    };
    let Kind::Picture(format) = key.kind else {
        return Ok(None);
    };
    let bytes = state.files.read(&key).await?;
    Ok(bytes.map(|bytes| asset(&key, format, bytes.to_vec())))
}

fn asset(key: &FileKey, format: Format, bytes: Vec<u8>) -> Asset {
    Asset {
        name: key.to_string().into(),
        format,
        bytes: Arc::new(bytes),
    }
}

/// What a design shows besides its drawing: what is behind it, and the shop's logo.
pub async fn assets_of(
    state: &AppState,
    design: &Design,
    photo: Option<Asset>,
) -> anyhow::Result<Assets> {
    let logo = match &design.logo {
        Some(key) => read_asset(state, key).await?,
        None => None,
    };
    Ok(Assets { photo, logo })
}
