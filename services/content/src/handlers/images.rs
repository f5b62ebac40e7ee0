use crate::domain::file_key::FileKey;
use crate::error::Error;
use crate::ops::view::{Addresses, ImageView};
use crate::store::files::Files;
use crate::store::images::{count_images, find_image, list_images};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use janchi_contracts::reference::{Code as _, Platform};
use janchi_web::openapi::{Answer, Picture};
use janchi_web::{Json, List, Owner, PageRequest, Path, Problem, Query};
use schemars::JsonSchema;
use serde::Deserialize;
use sqlx::PgPool;
use uuid::Uuid;

/// Whose pictures, and which page of them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImagesQuery {
    event_id: Uuid,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// `GET /api/content/images?eventId=`: the owner's pictures of an event, newest first. An event without pictures of
/// this owner is 404, which also tells nothing about events of others.
pub async fn list_images_of_event(
    State(db): State<PgPool>,
    State(addresses): State<Addresses>,
    owner: Owner,
    Query(query): Query<ImagesQuery>,
) -> Result<Json<List<ImageView>>, Problem> {
    let page = PageRequest::parse(query.limit, query.cursor)?;
    let before: Option<Uuid> = page.after()?;
    let total = count_images(&db, owner.user_id, query.event_id)
        .await
        .map_err(Problem::database)?;
    if total == 0 {
        return Err(Problem::not_found());
    }
    let images = list_images(&db, owner.user_id, query.event_id, before, page.rows()).await;
    let views = images
        .map_err(Problem::database)?
        .iter()
        .map(|i| addresses.view(i))
        .collect();
    Ok(Json(page.page(views, total, |view: &ImageView| {
        view.image.image_id
    })))
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DownloadQuery {
    /// `png` if absent.
    #[serde(default)]
    format: Wanted,
}

/// The format of a download.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "DownloadFormat")]
pub enum Wanted {
    #[default]
    Png,
    Jpeg,
    Webp,
}

/// `GET /api/content/images/{imageId}/download`: the picture as a file to keep.
pub async fn download_image(
    State(db): State<PgPool>,
    State(files): State<Files>,
    owner: Owner,
    Path(image_id): Path<Uuid>,
    Query(query): Query<DownloadQuery>,
) -> Result<Answer<200, Picture>, Error> {
    let image = find_image(&db, owner.user_id, image_id)
        .await?
        .ok_or(Error::NotFound)?;
    let key = match query.format {
        Wanted::Png => &image.png_key,
        Wanted::Jpeg => &image.jpeg_key,
        Wanted::Webp => &image.webp_key,
    };
    let key = FileKey::parse(key).ok_or(Error::NotFound)?;
    let bytes = files.read(&key).await?.ok_or(Error::NotFound)?;
    let name = format!(
        "janchi-{}-{}.{}",
        image.design.style.code().to_lowercase(),
        Platform::code(image.design.platform).to_lowercase(),
        key.kind.extension()
    );
    let headers = [
        (CONTENT_TYPE, key.kind.media_type().to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    let safety = [("x-content-type-options", "nosniff")];
    Ok(Answer::new((headers, safety, bytes)))
}
