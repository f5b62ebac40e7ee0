//! What vendors painted, one per event and style.

use chrono::{DateTime, Utc};
use janchi_contracts::content::ImageSource;
use janchi_contracts::reference::{Code as _, Style};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::images::{source_code, source_from};

/// A painted background and where its file is.
#[derive(Debug, Clone)]
pub struct Background {
    pub source: ImageSource,
    pub file_key: String,
    pub sandbox: bool,
}

/// A background to be kept.
pub struct NewBackground<'a> {
    pub event_id: Uuid,
    pub owner_id: Uuid,
    pub style: Style,
    pub prompt: &'a str,
    pub background: &'a Background,
    pub now: DateTime<Utc>,
}

/// The event's background in this style.
pub async fn find_background(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    owner_id: Uuid,
    style: Style,
) -> sqlx::Result<Option<Background>> {
    let row = sqlx::query!(
        "select source, file_key, sandbox from backgrounds where event_id = $1 and owner_id = $2 and style = $3",
        event_id,
        owner_id,
        style.code()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| Background {
        source: source_from(&r.source),
        file_key: r.file_key,
        sandbox: r.sandbox,
    }))
}

/// Keeps a background unless the event has one in this style already: the first one stays.
pub async fn insert_background(
    db: impl PgExecutor<'_>,
    new: &NewBackground<'_>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into backgrounds (id, event_id, style, owner_id, source, file_key, prompt, sandbox, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict on constraint backgrounds_event_style_key do nothing",
        Uuid::now_v7(),
        new.event_id,
        new.style.code(),
        new.owner_id,
        source_code(new.background.source),
        new.background.file_key,
        new.prompt,
        new.background.sandbox,
        new.now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
