//! What other channels need of a picture: a television spot, a poster, a text to be read out.

use crate::domain::announcement::announce;
use crate::domain::render::poster::print_poster;
use crate::domain::render::spot::SIZE;
use crate::error::Error;
use crate::ops::paint_background::{assets_of, read_asset};
use crate::ops::view::Addresses;
use crate::state::AppState;
use crate::store::images::{Image, find_image};
use crate::store::owners::{hold_files, is_erased};
use crate::store::spots::{Spot, find_newest_spot, find_spot, order_spot};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use chrono::{DateTime, Utc};
use janchi_contracts::content::FilmSpot;
use janchi_queue::send_job;
use janchi_web::openapi::{Answer, Picture};
use janchi_web::{Json, Owner, Path, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody may be waiting, but pictures go first.
const USUAL: u8 = 4;

/// What a spot is to show.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpotRequest {
    /// The number of this channel, four to eight digits, shown large at the end.
    #[serde(default)]
    spoken_code: Option<String>,
}

/// A television spot.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpotView {
    image_id: Uuid,
    /// `QUEUED`, `RUNNING`, `READY` or `FAILED`.
    status: String,
    spoken_code: Option<String>,
    /// Where the MP4 is, once it is ready.
    url: Option<String>,
    bytes: Option<i64>,
    width: u32,
    height: u32,
    seconds: u32,
    updated_at: DateTime<Utc>,
}

impl SpotView {
    fn of(spot: Spot, addresses: &Addresses) -> Self {
        Self {
            image_id: spot.image_id,
            url: spot.file_key.as_deref().map(|key| addresses.file(key)),
            status: spot.status,
            spoken_code: spot.spoken_code,
            bytes: spot.bytes,
            width: SIZE.0,
            height: SIZE.1,
            seconds: crate::domain::render::spot::SECONDS,
            updated_at: spot.updated_at,
        }
    }
}

fn check_code(code: Option<&str>) -> Result<(), Error> {
    match code {
        Some(code)
            if !(4..=8).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_digit()) =>
        {
            Err(Error::NotACode)
        }
        _ => Ok(()),
    }
}

/// `POST /api/content/images/{imageId}/spot`: orders fifteen seconds for television. The same order again joins
/// the one that is there.
pub async fn order(
    State(state): State<AppState>,
    owner: Owner,
    Path(image_id): Path<Uuid>,
    Json(wanted): Json<SpotRequest>,
) -> Result<Answer<202, Json<SpotView>>, Error> {
    check_code(wanted.spoken_code.as_deref())?;
    find_image(&state.db, owner.user_id, image_id)
        .await?
        .ok_or(Error::NotFound)?;
    let job = FilmSpot {
        image_id,
        owner_id: owner.user_id,
        spoken_code: wanted.spoken_code.clone(),
    };
    let mut tx = state.db.begin().await?;
    hold_files(&mut tx).await?;
    if is_erased(&mut *tx, owner.user_id).await? {
        return Err(Error::NotFound);
    }
    let (code, now) = (wanted.spoken_code.as_deref(), state.clock.now());
    if order_spot(&mut *tx, owner.user_id, image_id, code, now).await? {
        send_job(&mut tx, &job, USUAL).await?;
    }
    let spot = find_spot(&mut *tx, owner.user_id, image_id, code)
        .await?
        .ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(Answer::new(Json(SpotView::of(spot, &state.addresses))))
}

/// Which channel's film is meant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpotQuery {
    spoken_code: Option<String>,
}

/// `GET /api/content/images/{imageId}/spot`: how far it is, and where. Without a number the film ordered last.
pub async fn see(
    State(state): State<AppState>,
    owner: Owner,
    Path(image_id): Path<Uuid>,
    Query(query): Query<SpotQuery>,
) -> Result<Json<SpotView>, Error> {
    check_code(query.spoken_code.as_deref())?;
    let spot = match query.spoken_code.as_deref() {
        Some(code) => find_spot(&state.db, owner.user_id, image_id, Some(code)).await?,
        None => find_newest_spot(&state.db, owner.user_id, image_id).await?,
    };
    let spot = spot.ok_or(Error::NotFound)?;
    Ok(Json(SpotView::of(spot, &state.addresses)))
}

/// `GET /api/content/images/{imageId}/poster`: the same message on A4 for the counter, with the code.
pub async fn print(
    State(state): State<AppState>,
    owner: Owner,
    Path(image_id): Path<Uuid>,
) -> Result<Answer<200, Picture>, Error> {
    let image = find_own(&state, &owner, image_id).await?;
    let photo = match &image.background_key {
        Some(key) => read_asset(&state, key).await?,
        None => None,
    };
    let mut design = image.design.0;
    design.ai_background = design.ai_background && photo.is_some();
    let assets = assets_of(&state, &design, photo).await?;
    let bytes = state
        .studio
        .run(move |tools| print_poster(&tools.fonts, &tools.painter, &design, &assets))
        .await??;
    let headers = [
        (CONTENT_TYPE, "application/pdf"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"janchi-poster.pdf\"",
        ),
    ];
    Ok(Answer::new((
        headers,
        [("x-content-type-options", "nosniff")],
        bytes,
    )))
}

/// Which channel's number is read out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnnouncementQuery {
    spoken_code: Option<String>,
}

/// A text to be recorded for callers.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnnouncementView {
    text: String,
    /// How long a calm voice takes for it; never over 20.
    seconds: f32,
}

/// `GET /api/content/images/{imageId}/announcement`: what callers hear, as much as can be said in 20 seconds.
pub async fn read_out(
    State(state): State<AppState>,
    owner: Owner,
    Path(image_id): Path<Uuid>,
    Query(query): Query<AnnouncementQuery>,
) -> Result<Json<AnnouncementView>, Error> {
    check_code(query.spoken_code.as_deref())?;
    let image = find_own(&state, &owner, image_id).await?;
    let made = announce(&image.design.texts, query.spoken_code.as_deref());
    Ok(Json(AnnouncementView {
        text: made.text,
        seconds: (made.seconds * 10.0).round() / 10.0,
    }))
}

async fn find_own(state: &AppState, owner: &Owner, image_id: Uuid) -> Result<Image, Error> {
    find_image(&state.db, owner.user_id, image_id)
        .await?
        .ok_or(Error::NotFound)
}
