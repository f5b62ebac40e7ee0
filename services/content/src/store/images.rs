//! Finished pictures.

use crate::domain::design::Design;
use crate::domain::edit::EditRequest;
use chrono::{DateTime, Utc};
use janchi_contracts::content::ImageSource;
use janchi_contracts::reference::{Code as _, Platform, Style};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A picture as it lies in the database.
#[derive(Debug, Clone)]
pub struct Image {
    pub id: Uuid,
    pub set_id: Uuid,
    pub event_id: Uuid,
    pub owner_id: Uuid,
    pub design: Json<Design>,
    pub source: String,
    pub background_key: Option<String>,
    pub png_key: String,
    pub jpeg_key: String,
    pub webp_key: String,
    pub width: i32,
    pub height: i32,
    pub alt_text: String,
    pub sandbox: bool,
    pub created_at: DateTime<Utc>,
    /// The picture this one was made from.
    pub edited_from: Option<Uuid>,
}

/// The database's word for a source.
pub const fn source_code(source: ImageSource) -> &'static str {
    match source {
        ImageSource::Stability => "STABILITY",
        ImageSource::OpenAi => "OPENAI",
        ImageSource::Template => "TEMPLATE",
    }
}

/// Back from [`source_code`]; a check constraint keeps other words out.
pub fn source_from(code: &str) -> ImageSource {
    match code {
        "STABILITY" => ImageSource::Stability,
        "OPENAI" => ImageSource::OpenAi,
        _ => ImageSource::Template,
    }
}

/// Keeps a picture.
pub async fn insert_image(db: impl PgExecutor<'_>, image: &Image) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into images (id, set_id, event_id, owner_id, style, platform, design, source, background_key,
             png_key, jpeg_key, webp_key, width, height, alt_text, sandbox, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        image.id,
        image.set_id,
        image.event_id,
        image.owner_id,
        image.design.style.code(),
        Platform::code(image.design.platform),
        Json(&image.design.0) as _,
        image.source,
        image.background_key,
        image.png_key,
        image.jpeg_key,
        image.webp_key,
        image.width,
        image.height,
        image.alt_text,
        image.sandbox,
        image.created_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps an edited picture with what was asked for.
pub async fn insert_edit(
    connection: &mut PgConnection,
    image: &Image,
    base_image_id: Uuid,
    changes: &EditRequest,
) -> sqlx::Result<()> {
    insert_image(&mut *connection, image).await?;
    sqlx::query!(
        "insert into edits (image_id, base_image_id, owner_id, changes, created_at) values ($1, $2, $3, $4, $5)",
        image.id,
        base_image_id,
        image.owner_id,
        Json(changes) as _,
        image.created_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One of the owner's pictures.
pub async fn find_image(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    image_id: Uuid,
) -> sqlx::Result<Option<Image>> {
    sqlx::query_as!(
        Image,
        r#"select i.id, i.set_id, i.event_id, i.owner_id, i.design as "design: Json<Design>", i.source,
               i.background_key, i.png_key, i.jpeg_key, i.webp_key, i.width, i.height, i.alt_text, i.sandbox,
               i.created_at, e.base_image_id as "edited_from?"
           from images i left join edits e on e.image_id = i.id
           where i.id = $1 and i.owner_id = $2"#,
        image_id,
        owner_id
    )
    .fetch_optional(db)
    .await
}

/// The owner's pictures of an event, newest first, older than `before`.
pub async fn list_images(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    event_id: Uuid,
    before: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Image>> {
    sqlx::query_as!(
        Image,
        r#"select i.id, i.set_id, i.event_id, i.owner_id, i.design as "design: Json<Design>", i.source,
               i.background_key, i.png_key, i.jpeg_key, i.webp_key, i.width, i.height, i.alt_text, i.sandbox,
               i.created_at, e.base_image_id as "edited_from?"
           from images i left join edits e on e.image_id = i.id
           where i.owner_id = $1 and i.event_id = $2 and ($3::uuid is null or i.id < $3)
           order by i.id desc limit $4"#,
        owner_id,
        event_id,
        before,
        limit
    )
    .fetch_all(db)
    .await
}

/// How many pictures the owner has of an event.
pub async fn count_images(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    event_id: Uuid,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from images where owner_id = $1 and event_id = $2"#,
        owner_id,
        event_id
    )
    .fetch_one(db)
    .await
}

/// Those of the named pictures that belong to the event, at most a hundred.
pub async fn resolve_images(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    ids: &[Uuid],
) -> sqlx::Result<Vec<Image>> {
    sqlx::query_as!(
        Image,
        r#"select i.id, i.set_id, i.event_id, i.owner_id, i.design as "design: Json<Design>", i.source,
               i.background_key, i.png_key, i.jpeg_key, i.webp_key, i.width, i.height, i.alt_text, i.sandbox,
               i.created_at, e.base_image_id as "edited_from?"
           from images i left join edits e on e.image_id = i.id
           where i.event_id = $1 and i.id = any($2) limit 100"#,
        event_id,
        ids
    )
    .fetch_all(db)
    .await
}

/// The unedited pictures of a set: what a job has drawn so far.
pub async fn list_of_set(db: impl PgExecutor<'_>, set_id: Uuid) -> sqlx::Result<Vec<Image>> {
    sqlx::query_as!(
        Image,
        r#"select i.id, i.set_id, i.event_id, i.owner_id, i.design as "design: Json<Design>", i.source,
               i.background_key, i.png_key, i.jpeg_key, i.webp_key, i.width, i.height, i.alt_text, i.sandbox,
               i.created_at, e.base_image_id as "edited_from?"
           from images i left join edits e on e.image_id = i.id
           where i.set_id = $1 and e.image_id is null order by i.id"#,
        set_id
    )
    .fetch_all(db)
    .await
}

/// The newest unedited picture of each platform that shows this brief in this style.
pub async fn list_drawn(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    fingerprint: &str,
    style: Style,
) -> sqlx::Result<Vec<Image>> {
    sqlx::query_as!(
        Image,
        r#"select distinct on (i.platform) i.id, i.set_id, i.event_id, i.owner_id,
               i.design as "design: Json<Design>", i.source, i.background_key, i.png_key, i.jpeg_key, i.webp_key,
               i.width, i.height, i.alt_text, i.sandbox, i.created_at, e.base_image_id as "edited_from?"
           from images i join image_sets s on s.id = i.set_id left join edits e on e.image_id = i.id
           where s.event_id = $1 and s.fingerprint = $2 and i.style = $3 and e.image_id is null
           order by i.platform, i.id desc"#,
        event_id,
        fingerprint,
        style.code()
    )
    .fetch_all(db)
    .await
}
