//! Owners who leave: their rows, and the files nobody needs any more.

use chrono::{DateTime, Utc};
use janchi_contracts::reference::{Code as _, Style};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// Guards the files: who adds some holds it shared until its rows are committed, who removes some alone.
/// The number only has to differ from other advisory locks of this database.
const FILES_LOCK: i64 = 0x4A41_4E43_4849;

/// Keeps files from being removed until this transaction ends.
pub async fn hold_files(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock_shared($1)", FILES_LOCK)
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps files from being added or removed by anyone else until this transaction ends.
pub async fn hold_files_alone(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock($1)", FILES_LOCK)
        .execute(connection)
        .await?;
    Ok(())
}

fn digest(owner_id: Uuid) -> Vec<u8> {
    Sha256::digest(owner_id.as_bytes()).to_vec()
}

/// Whether this owner has left.
pub async fn is_erased(db: impl PgExecutor<'_>, owner_id: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select 1 from erased_owners where owner_digest = $1) as "erased!""#,
        digest(owner_id)
    )
    .fetch_one(db)
    .await
}

/// What an erasure leaves to do outside the database.
pub struct Leftovers {
    pub file_keys: Vec<String>,
    pub cached: Vec<(Uuid, Style)>,
}

/// Deletes every row of the owner. Answers the files that no other row names, and what may be cached.
pub async fn erase_owner(
    connection: &mut PgConnection,
    owner_id: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Leftovers> {
    sqlx::query!(
        "insert into erased_owners (owner_digest, erased_at) values ($1, $2) on conflict do nothing",
        digest(owner_id),
        now
    )
    .execute(&mut *connection)
    .await?;
    // Before the pictures, whose rows would take these along.
    let spots = sqlx::query_scalar!(
        "delete from spots where owner_id = $1 returning file_key",
        owner_id
    )
    .fetch_all(&mut *connection)
    .await?;
    let images = sqlx::query!(
        "delete from images where owner_id = $1
         returning event_id, style, background_key, png_key, jpeg_key, webp_key",
        owner_id
    )
    .fetch_all(&mut *connection)
    .await?;
    // Rows of edits go with their pictures.
    sqlx::query!("delete from image_sets where owner_id = $1", owner_id)
        .execute(&mut *connection)
        .await?;
    let backgrounds = sqlx::query_scalar!(
        "delete from backgrounds where owner_id = $1 returning file_key",
        owner_id
    )
    .fetch_all(&mut *connection)
    .await?;
    let uploads = sqlx::query_scalar!(
        "delete from uploads where owner_id = $1 returning file_key",
        owner_id
    )
    .fetch_all(&mut *connection)
    .await?;

    let spots = spots.into_iter().flatten();
    let mut keys: Vec<String> = backgrounds
        .into_iter()
        .chain(uploads)
        .chain(spots)
        .collect();
    let mut cached = Vec::new();
    for image in images {
        cached.extend(Style::from_code(&image.style).map(|style| (image.event_id, style)));
        keys.extend([image.png_key, image.jpeg_key, image.webp_key]);
        keys.extend(image.background_key);
    }
    keys.sort_unstable();
    keys.dedup();
    cached.sort_unstable();
    cached.dedup();
    Ok(Leftovers {
        file_keys: list_unused(connection, &keys).await?,
        cached,
    })
}

/// Those of the keys that no row names.
pub async fn list_unused(
    connection: &mut PgConnection,
    keys: &[String],
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select k as "key!" from unnest($1::text[]) k
           where not exists (select 1 from images where png_key = k)
             and not exists (select 1 from images where jpeg_key = k)
             and not exists (select 1 from images where webp_key = k)
             and not exists (select 1 from images where background_key = k)
             and not exists (select 1 from backgrounds where file_key = k)
             and not exists (select 1 from uploads where file_key = k)
             and not exists (select 1 from spots where file_key = k)"#,
        keys
    )
    .fetch_all(connection)
    .await
}
