//! Television spots and how far they are.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

/// The film of a picture with one number.
#[derive(Debug, Clone)]
pub struct Spot {
    pub image_id: Uuid,
    pub spoken_code: Option<String>,
    /// `QUEUED`, `RUNNING`, `READY` or `FAILED`.
    pub status: String,
    pub file_key: Option<String>,
    pub bytes: Option<i64>,
    pub updated_at: DateTime<Utc>,
}

/// Orders the film of a picture with a number; an order that is there already is joined, an earlier failure is
/// ordered anew. Answers whether there is something to film.
pub async fn order_spot(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    image_id: Uuid,
    spoken_code: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let status = sqlx::query_scalar!(
        "insert into spots (image_id, owner_id, spoken_code, status, created_at, updated_at)
         values ($1, $2, $3, 'QUEUED', $4, $4)
         on conflict on constraint spots_picture_and_number_key do update
             set status = case spots.status when 'FAILED' then 'QUEUED' else spots.status end,
                 updated_at = excluded.updated_at
         returning status",
        image_id,
        owner_id,
        spoken_code,
        now
    )
    .fetch_one(db)
    .await?;
    Ok(status == "QUEUED")
}

/// The film of one of the owner's pictures that was ordered last.
pub async fn find_newest_spot(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    image_id: Uuid,
) -> sqlx::Result<Option<Spot>> {
    sqlx::query_as!(
        Spot,
        "select image_id, spoken_code, status, file_key, bytes, updated_at from spots
         where image_id = $1 and owner_id = $2 order by updated_at desc limit 1",
        image_id,
        owner_id
    )
    .fetch_optional(db)
    .await
}

/// The film of one of the owner's pictures with this number.
pub async fn find_spot(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    image_id: Uuid,
    spoken_code: Option<&str>,
) -> sqlx::Result<Option<Spot>> {
    sqlx::query_as!(
        Spot,
        "select image_id, spoken_code, status, file_key, bytes, updated_at from spots
         where image_id = $1 and owner_id = $2 and spoken_code is not distinct from $3",
        image_id,
        owner_id,
        spoken_code
    )
    .fetch_optional(db)
    .await
}

/// Says that the camera runs.
pub async fn begin_spot(
    db: impl PgExecutor<'_>,
    spot: &Spot,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update spots set status = 'RUNNING', updated_at = $3
         where image_id = $1 and spoken_code is not distinct from $2 and status = 'QUEUED'",
        spot.image_id,
        spot.spoken_code,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps a finished film.
pub async fn finish_spot(
    db: impl PgExecutor<'_>,
    spot: &Spot,
    file_key: &str,
    bytes: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update spots set status = 'READY', file_key = $3, bytes = $4, updated_at = $5
         where image_id = $1 and spoken_code is not distinct from $2",
        spot.image_id,
        spot.spoken_code,
        file_key,
        bytes,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Says that the film could not be made.
pub async fn fail_spot(
    db: impl PgExecutor<'_>,
    image_id: Uuid,
    spoken_code: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update spots set status = 'FAILED', updated_at = $3
         where image_id = $1 and spoken_code is not distinct from $2 and status <> 'READY'",
        image_id,
        spoken_code,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
