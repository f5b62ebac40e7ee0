use crate::domain::design::Design;
use crate::domain::edit::{EditRequest, Fault};
use crate::domain::render::color::Color;
use crate::error::Error;
use crate::ops::draw_set::row_of;
use crate::ops::paint_background::{Behind, assets_of, read_asset};
use crate::ops::view::ImageView;
use crate::state::AppState;
use crate::store::images::{Image, find_image, insert_edit, source_from};
use crate::store::owners::{hold_files, is_erased};
use crate::store::sets::forget_style;
use crate::store::uploads::{Shown, find_upload};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use janchi_contracts::content::ImageSource;
use janchi_web::openapi::{Answer, Picture};
use janchi_web::{Json, Owner, Path};
use uuid::Uuid;

/// `POST /api/content/images/{imageId}/edits`: a new picture beside the old one. No vendor is asked: the background
/// is the one the old picture has.
pub async fn edit_image(
    State(state): State<AppState>,
    owner: Owner,
    Path(image_id): Path<Uuid>,
    Json(changes): Json<EditRequest>,
) -> Result<Answer<201, Json<ImageView>>, Error> {
    let base = find_image(&state.db, owner.user_id, image_id)
        .await?
        .ok_or(Error::NotFound)?;
    let (design, behind) = apply(&state, &base, &changes).await?;
    // On a task of its own: a client that goes away must not leave half of it done.
    let done =
        tokio::spawn(async move { keep_edit(&state, &base, &changes, design, behind).await }).await;
    let view = done.map_err(anyhow::Error::from)??;
    Ok(Answer::new(Json(view)))
}

/// `POST /api/content/images/{imageId}/preview`: the same, small and kept nowhere.
pub async fn preview_image(
    State(state): State<AppState>,
    owner: Owner,
    Path(image_id): Path<Uuid>,
    Json(changes): Json<EditRequest>,
) -> Result<Answer<200, Picture>, Error> {
    let base = find_image(&state.db, owner.user_id, image_id)
        .await?
        .ok_or(Error::NotFound)?;
    let (design, behind) = apply(&state, &base, &changes).await?;
    let assets = assets_of(&state, &design, behind.photo).await?;
    let bytes = state.studio.preview(design, assets).await?;
    Ok(Answer::new(([(CONTENT_TYPE, "image/png")], bytes)))
}

async fn apply(
    state: &AppState,
    base: &Image,
    changes: &EditRequest,
) -> Result<(Design, Behind), Error> {
    let mut design = changes
        .apply(&base.design, |text| state.studio.fonts().drawable(text))
        .map_err(Error::Faults)?;
    if let Some(id) = changes.logo_upload_id {
        let logo = own_upload(state, base.owner_id, "logoUploadId", id).await?;
        design.brand = logo.color.as_deref().and_then(Color::parse);
        design.logo = Some(logo.file_key);
    }
    if let Some(id) = changes.photo_upload_id {
        let photo = own_upload(state, base.owner_id, "photoUploadId", id).await?;
        let asset = read_asset(state, &photo.file_key).await?;
        design.ai_background = false;
        let behind = Behind::own(photo.file_key, asset.ok_or(Error::NotFound)?);
        return Ok((design, behind));
    }
    let photo = match &base.background_key {
        Some(key) => read_asset(state, key).await?,
        None => None,
    };
    // A background that was lost is replaced by the pattern, which no model made.
    let kept = photo.is_some();
    design.ai_background = design.ai_background && kept;
    let behind = Behind {
        source: if kept {
            source_from(&base.source)
        } else {
            ImageSource::Template
        },
        file_key: base.background_key.clone().filter(|_| kept),
        photo,
        sandbox: base.sandbox && kept,
    };
    Ok((design, behind))
}

async fn own_upload(
    state: &AppState,
    owner_id: Uuid,
    field: &'static str,
    id: Uuid,
) -> Result<Shown, Error> {
    find_upload(&state.db, owner_id, id)
        .await?
        .ok_or_else(|| Error::Faults(vec![(field, Fault::UnknownUpload)]))
}

async fn keep_edit(
    state: &AppState,
    base: &Image,
    changes: &EditRequest,
    design: Design,
    behind: Behind,
) -> Result<ImageView, Error> {
    let assets = assets_of(state, &design, behind.photo.clone()).await?;
    let drawn = state.studio.draw(design.clone(), assets).await?;
    let now = state.clock.now();
    let mut image = row_of(
        base.set_id,
        base.event_id,
        base.owner_id,
        design,
        &behind,
        &drawn,
        now,
    );
    image.edited_from = Some(base.id);
    let mut tx = state.db.begin().await?;
    hold_files(&mut tx).await?;
    if is_erased(&mut *tx, base.owner_id).await? {
        return Err(Error::NotFound);
    }
    for (key, bytes) in drawn.files() {
        state.files.put(key, bytes).await?;
    }
    insert_edit(&mut tx, &image, base.id, changes).await?;
    tx.commit().await?;
    forget_style(&state.cache, image.event_id, image.design.style).await;
    Ok(state.addresses.view(&image))
}
