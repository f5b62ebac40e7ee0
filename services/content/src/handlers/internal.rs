use crate::domain::brief::fingerprint;
use crate::error::Error;
use crate::ops::view::Addresses;
use crate::state::AppState;
use crate::store::images::{list_drawn, resolve_images};
use crate::store::sets::{CachedStyle, cache_style, find_cached};
use crate::store::uploads::find_logo;
use axum::extract::State;
use janchi_contracts::content::{
    GenerateImages, ImageLookup, ImageRef, ImageResult, ResolveImages,
};
use janchi_contracts::reference::{Platform, Style};
use janchi_web::{Json, Peer};
use sqlx::PgPool;

/// `POST /internal/images/lookup`: the same pictures, if all of them were drawn already.
pub async fn look_up(
    State(state): State<AppState>,
    _: Peer,
    Json(job): Json<GenerateImages>,
) -> Result<Json<ImageLookup>, Error> {
    let mut images = Vec::new();
    let logo = find_logo(&state.db, job.owner_id).await?;
    let logo = logo.as_ref().map(|logo| logo.file_key.as_str());
    let fingerprint = fingerprint(job.owner_id, &job.brief, logo);
    for style in &job.styles {
        match find_style(&state, &job, *style, &fingerprint).await? {
            Some(found) => images.extend(found),
            None => return Ok(Json(ImageLookup { result: None })),
        }
    }
    let result = (!images.is_empty()).then_some(ImageResult { images });
    Ok(Json(ImageLookup { result }))
}

/// The asked platforms of one style: from the cache, else from the database, else none.
async fn find_style(
    state: &AppState,
    job: &GenerateImages,
    style: Style,
    fingerprint: &str,
) -> Result<Option<Vec<ImageRef>>, Error> {
    let base = state.addresses.base();
    let cached = find_cached(&state.cache, job.event_id, style, fingerprint, base).await;
    if let Some(found) = cached.and_then(|all| pick(&all, &job.platforms)) {
        return Ok(Some(found));
    }
    let rows = list_drawn(&state.db, job.event_id, fingerprint, style).await?;
    let all: Vec<ImageRef> = rows
        .iter()
        .map(|row| state.addresses.image_ref(row))
        .collect();
    let found = pick(&all, &job.platforms);
    if found.is_some() {
        let entry = CachedStyle {
            fingerprint: fingerprint.to_owned(),
            base: base.to_owned(),
            images: all,
        };
        cache_style(&state.cache, job.event_id, style, &entry).await;
    }
    Ok(found)
}

/// One picture per platform, or none if one is missing.
fn pick(images: &[ImageRef], platforms: &[Platform]) -> Option<Vec<ImageRef>> {
    platforms
        .iter()
        .map(|platform| images.iter().find(|i| i.platform == *platform).cloned())
        .collect()
}

/// `POST /internal/images/resolve`: which of these pictures belong to the event, in the order asked.
pub async fn resolve(
    State(db): State<PgPool>,
    State(addresses): State<Addresses>,
    _: Peer,
    Json(wanted): Json<ResolveImages>,
) -> Result<Json<ImageResult>, Error> {
    let mut images = resolve_images(&db, wanted.event_id, &wanted.image_ids).await?;
    images.sort_by_key(|image| wanted.image_ids.iter().position(|id| *id == image.id));
    Ok(Json(ImageResult {
        images: images
            .iter()
            .map(|image| addresses.image_ref(image))
            .collect(),
    }))
}
