//! Jobs' sets of pictures, and finished pictures in Redis.

use chrono::{DateTime, Utc};
use janchi_cache::{Cache, Shape};
use janchi_contracts::content::ImageRef;
use janchi_contracts::reference::{Code as _, Style};
use serde::{Deserialize, Serialize};
use sqlx::PgExecutor;
use std::time::Duration;
use uuid::Uuid;

/// The label under which hits and misses are counted.
pub const FAMILY: &str = "content:image";
const LIVES: Duration = Duration::from_secs(7 * 24 * 3600);

/// The pictures of one job.
pub struct NewSet<'a> {
    pub id: Uuid,
    pub job_id: Uuid,
    pub event_id: Uuid,
    pub owner_id: Uuid,
    pub fingerprint: &'a str,
    pub now: DateTime<Utc>,
}

/// Opens the set of a job, or finds the one that an earlier try opened. Answers its id.
pub async fn open_set(db: impl PgExecutor<'_>, set: &NewSet<'_>) -> sqlx::Result<Uuid> {
    sqlx::query_scalar!(
        "insert into image_sets (id, job_id, event_id, owner_id, fingerprint, created_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint image_sets_job_key do update set job_id = excluded.job_id
         returning id",
        set.id,
        set.job_id,
        set.event_id,
        set.owner_id,
        set.fingerprint,
        set.now
    )
    .fetch_one(db)
    .await
}

/// Says that the set's job is told; `false` when it was told before.
pub async fn finish_set(
    db: impl PgExecutor<'_>,
    set_id: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update image_sets set finished_at = $2 where id = $1 and finished_at is null",
        set_id,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes an unfinished set and its pictures away; their files are collected later.
pub async fn delete_set(db: impl PgExecutor<'_>, job_id: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from image_sets where job_id = $1 and finished_at is null",
        job_id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What is cached of one event and style.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CachedStyle {
    /// Of the brief; another brief makes other pictures.
    pub fingerprint: String,
    /// The addresses in `images` begin with this: a fleet that moved must not hand out its old address.
    pub base: String,
    pub images: Vec<ImageRef>,
}

/// The seed's key, exactly.
fn key(event_id: Uuid, style: Style) -> String {
    format!("content:image:{event_id}:{}", style.code())
}

/// The pictures of an event in a style, if they are cached for this brief.
pub async fn find_cached(
    cache: &Cache,
    event_id: Uuid,
    style: Style,
    fingerprint: &str,
    base: &str,
) -> Option<Vec<ImageRef>> {
    let found: CachedStyle = cache
        .lookup(FAMILY, &key(event_id, style), Shape::String)
        .await?;
    (found.fingerprint == fingerprint && found.base == base).then_some(found.images)
}

/// Caches the pictures of an event in a style.
pub async fn cache_style(cache: &Cache, event_id: Uuid, style: Style, entry: &CachedStyle) {
    cache
        .store(&key(event_id, style), entry, LIVES, Shape::String)
        .await;
}

/// Drops what is cached of an event in a style.
pub async fn forget_style(cache: &Cache, event_id: Uuid, style: Style) {
    cache.delete(&key(event_id, style)).await;
}
