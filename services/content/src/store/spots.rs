//! Television spots and how far they are.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

/// The spot of a picture.
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

/// Orders a spot; the same order again changes nothing, another code or an earlier failure orders it anew.
/// Answers whether there is something to film.
pub async fn order_spot(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    image_id: Uuid,
    spoken_code: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into spots (image_id, owner_id, spoken_code, status, created_at, updated_at)
         values ($1, $2, $3, 'QUEUED', $4, $4)
         on conflict (image_id) do update
             set spoken_code = excluded.spoken_code, status = 'QUEUED', file_key = null, bytes = null,
                 updated_at = excluded.updated_at
             where spots.status = 'FAILED' or spots.spoken_code is distinct from excluded.spoken_code",
        image_id,
        owner_id,
        spoken_code,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The spot of one of the owner's pictures.
pub async fn find_spot(
    db: impl PgExecutor<'_>,
    owner_id: Uuid,
    image_id: Uuid,
) -> sqlx::Result<Option<Spot>> {
    sqlx::query_as!(
        Spot,
        "select image_id, spoken_code, status, file_key, bytes, updated_at from spots
         where image_id = $1 and owner_id = $2",
        image_id,
        owner_id
    )
    .fetch_optional(db)
    .await
}

/// Says that the camera runs.
pub async fn begin_spot(
    db: impl PgExecutor<'_>,
    image_id: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update spots set status = 'RUNNING', updated_at = $2 where image_id = $1 and status = 'QUEUED'",
        image_id,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps a finished spot, unless another code was ordered meanwhile.
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

/// Says that the spot could not be made.
pub async fn fail_spot(
    db: impl PgExecutor<'_>,
    image_id: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update spots set status = 'FAILED', updated_at = $2 where image_id = $1 and status <> 'READY'",
        image_id,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
