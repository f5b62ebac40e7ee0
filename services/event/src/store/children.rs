//! Prizes and channels: written as a whole whenever they change.

use crate::domain::event::Event;
use crate::store::events::small;
use janchi_contracts::reference::Code;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// Replaces the prizes of an event by those it has now.
///
/// # Errors
/// A statement fails.
pub async fn replace_prizes(tx: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
    sqlx::query!("delete from event_prizes where event_id = $1", event.id)
        .execute(&mut *tx)
        .await?;
    for (position, prize) in (0_i32..).zip(&event.prizes) {
        sqlx::query!(
            "insert into event_prizes (id, event_id, position, name, quantity, unit_cost, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            Uuid::now_v7(),
            event.id,
            position,
            prize.name,
            small(prize.quantity),
            prize.unit_cost,
            event.updated_at,
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Replaces the channels of an event by those it has now.
///
/// # Errors
/// A statement fails.
pub async fn replace_channels(tx: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
    sqlx::query!("delete from event_channels where event_id = $1", event.id)
        .execute(&mut *tx)
        .await?;
    for (position, choice) in (0_i32..).zip(&event.channels) {
        sqlx::query!(
            "insert into event_channels (id, event_id, position, channel, budget, starts_at, ends_at, options, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            Uuid::now_v7(),
            event.id,
            position,
            choice.channel.code(),
            choice.budget,
            choice.starts_at,
            choice.ends_at,
            choice.options.as_ref().map(Json) as _,
            event.updated_at,
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
