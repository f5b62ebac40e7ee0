//! The background of an event's pictures in one style: painted once, then kept.

use super::studio::Photo;
use crate::domain::brief::Season;
use crate::domain::file_key::FileKey;
use crate::domain::prompt::Prompt;
use crate::domain::upload::{Refusal, take_background};
use crate::state::AppState;
use crate::store::backgrounds::{Background, NewBackground, find_background, insert_background};
use crate::store::owners::{hold_files, is_erased};
use anyhow::Context as _;
use janchi_contracts::content::{GenerateImages, ImageSource};
use janchi_contracts::reference::Style;
use std::sync::Arc;

/// What is behind the text.
#[derive(Clone)]
pub struct Behind {
    pub source: ImageSource,
    pub file_key: Option<String>,
    pub photo: Option<Photo>,
    pub sandbox: bool,
}

impl Behind {
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

/// The kept background, or else what a vendor paints now, or else the drawn pattern. The pattern is not kept:
/// a vendor that is back tomorrow gets its chance with the next job.
pub async fn background_of(
    state: &AppState,
    job: &GenerateImages,
    style: Style,
) -> anyhow::Result<Behind> {
    let kept = find_background(&state.db, job.event_id, job.owner_id, style)
        .await
        .context("find a background")?;
    if let Some(kept) = kept
        && let Some(photo) = read_photo(state, &kept.file_key).await?
    {
        return Ok(behind(kept, photo));
    }
    let season = Season::of_brief(&job.brief, state.clock.now());
    let prompt = Prompt::new(job.brief.industry, season, style, job.event_id);
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
    Ok(behind(background, Arc::new(picture.bytes)))
}

fn behind(background: Background, photo: Photo) -> Behind {
    Behind {
        source: background.source,
        file_key: Some(background.file_key),
        photo: Some(photo),
        sandbox: background.sandbox,
    }
}

/// The file behind a picture; none when it is lost, and then the pattern is drawn.
pub async fn read_photo(state: &AppState, file_key: &str) -> anyhow::Result<Option<Photo>> {
    let Some(key) = FileKey::parse(file_key) else {
        return Ok(None);
    };
    Ok(state
        .files
        .read(&key)
        .await?
        .map(|bytes| Arc::new(bytes.to_vec())))
}
