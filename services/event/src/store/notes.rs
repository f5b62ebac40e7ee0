//! What participation told about an event: no part of its version, because no owner changes it.

use janchi_contracts::participation::DrawPublic;
use sqlx::PgExecutor;
use sqlx::types::Json;
use uuid::Uuid;

/// Counts entries in (or out, when negative). From the first one on, the period is fixed.
///
/// # Errors
/// The statement fails.
pub async fn count_entries(db: impl PgExecutor<'_>, event_id: Uuid, by: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update events set participants = participants + $2, has_entries = has_entries or $2 > 0 where id = $1",
        event_id,
        by,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps the public side of the draw. That it was drawn is not undone by what was told before.
///
/// # Errors
/// The statement fails.
pub async fn set_draw(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
    draw: &DrawPublic,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update events set draw = $2 where id = $1 and (draw is null or draw ->> 'drawnAt' is null or $3)",
        event_id,
        Json(draw) as _,
        draw.drawn_at.is_some(),
    )
    .execute(db)
    .await?;
    Ok(())
}
