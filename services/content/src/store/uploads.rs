//! Owners' own files.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

/// An owner's logo or photo.
pub struct Upload {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub file_key: String,
    pub width: i32,
    pub height: i32,
    pub created_at: DateTime<Utc>,
}

/// Keeps an upload.
pub async fn insert_upload(db: impl PgExecutor<'_>, upload: &Upload) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into uploads (id, owner_id, file_key, width, height, created_at) values ($1, $2, $3, $4, $5, $6)",
        upload.id,
        upload.owner_id,
        upload.file_key,
        upload.width,
        upload.height,
        upload.created_at
    )
    .execute(db)
    .await?;
    Ok(())
}
