//! Owners' own files.

use crate::domain::upload::Purpose;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

/// An owner's logo or photo.
pub struct Upload {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub kind: Purpose,
    pub file_key: String,
    pub width: i32,
    pub height: i32,
    /// `#RRGGBB`, of a logo that has a colour of its own.
    pub color: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// What a card needs of an upload.
#[derive(Debug, Clone)]
pub struct Shown {
    pub file_key: String,
    pub color: Option<String>,
}

/// Keeps an upload.
pub async fn insert_upload(db: impl PgExecutor<'_>, upload: &Upload) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into uploads (id, owner_id, kind, file_key, width, height, color, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        upload.id,
        upload.owner_id,
        upload.kind.code(),
        upload.file_key,
        upload.width,
        upload.height,
        upload.color,
        upload.created_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One of the owner's uploads.
pub async fn find_upload(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    id: Uuid,
) -> sqlx::Result<Option<Shown>> {
    sqlx::query_as!(
        Shown,
        "select file_key, color from uploads where id = $1 and owner_id = $2",
        id,
        owner_id
    )
    .fetch_optional(db)
    .await
}

/// The owner's newest logo.
pub async fn find_logo(db: impl PgExecutor<'_>, owner_id: Uuid) -> sqlx::Result<Option<Shown>> {
    sqlx::query_as!(
        Shown,
        "select file_key, color from uploads where owner_id = $1 and kind = 'LOGO'
         order by id desc limit 1",
        owner_id
    )
    .fetch_optional(db)
    .await
}
