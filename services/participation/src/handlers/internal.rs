use crate::domain::claim::PrizeTax;
use crate::domain::retention::Retention;
use crate::error::Error;
use crate::ops::open::kept;
use crate::ops::rule_book::RuleBook;
use crate::store;
use axum::extract::State;
use janchi_contracts::participation::{DrawPublic, ParticipationSummary};
use janchi_web::{Json, Path, Peer};
use sqlx::PgPool;
use uuid::Uuid;

/// The public side of an event's draw. An event that is open but was never asked about is opened by this.
pub async fn show_draw(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(usual): State<Retention>,
    State(tax): State<PrizeTax>,
    _peer: Peer,
    Path(event_id): Path<Uuid>,
) -> Result<Json<DrawPublic>, Error> {
    let event = book.opened_event(event_id).await?.ok_or(Error::NotFound)?;
    let draw = store::draws::find_draw_of_event(&db, event_id)
        .await?
        .ok_or(Error::NotFound)?;
    let retention = event.rules.retention.unwrap_or(usual);
    Ok(Json(DrawPublic {
        kept: Some(kept(retention, &event.rules.prizes, &tax)),
        ..draw.public()
    }))
}

/// What an event's entries come to. One that was never opened here has none.
pub async fn show_summary(
    State(db): State<PgPool>,
    _peer: Peer,
    Path(event_id): Path<Uuid>,
) -> Result<Json<ParticipationSummary>, Error> {
    let counts = store::summary::count_entries(&db, event_id).await?;
    let draw = store::draws::find_draw_of_event(&db, event_id).await?;
    Ok(Json(ParticipationSummary {
        event_id,
        participants: counts.by_channel.iter().map(|c| c.participants).sum(),
        visited: counts.visited,
        by_channel: counts.by_channel,
        winners: store::summary::count_winners(&db, event_id).await?,
        draw: draw.map(|d| d.public()),
    }))
}
