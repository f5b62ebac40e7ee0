//! What customers do, as far as an event changes by it.

use crate::state::AppState;
use crate::store::notes;
use janchi_contracts::participation::{DrawPublic, ParticipationEvent};
use janchi_queue::{JobError, Message, settle};

/// `participation.*`
pub async fn handle(state: &AppState, message: &Message) -> Result<(), JobError> {
    let told = message.decode::<ParticipationEvent>()?;
    let mut tx = state.db.begin().await?;
    if !settle(&mut tx, message).await? {
        return Ok(());
    }
    match told {
        ParticipationEvent::Opened { event_id, draw, .. } => {
            notes::set_draw(&mut *tx, event_id, &draw).await?
        }
        ParticipationEvent::Entered { event_id, entries } => {
            let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
            notes::count_entries(&mut *tx, event_id, count).await?;
        }
        ParticipationEvent::Withdrawn { event_id, .. } => {
            notes::count_entries(&mut *tx, event_id, -1).await?
        }
        ParticipationEvent::Drawn {
            event_id,
            draw_id,
            at,
            ..
        } => {
            let known = crate::store::events::find_event(&mut *tx, event_id)
                .await?
                .and_then(|event| event.draw);
            if let Some(draw) = known.filter(|draw| draw.draw_id == draw_id) {
                let draw = DrawPublic {
                    drawn_at: Some(at),
                    ..draw
                };
                notes::set_draw(&mut *tx, event_id, &draw).await?;
            }
        }
        ParticipationEvent::Visited { .. } | ParticipationEvent::WinnerChanged { .. } => {}
    }
    tx.commit().await?;
    Ok(())
}
