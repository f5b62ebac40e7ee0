//! How a finished event went, told to whoever plans the next one.

use crate::domain::money::Cost;
use crate::store;
use anyhow::Context;
use janchi_contracts::analytics::{ChannelOutcome, Outcome};
use janchi_queue::send_event;
use sqlx::PgConnection;
use uuid::Uuid;

/// Tells the outcome if the event is over and drawn and it was not told before (or `again`: late sales changed it).
///
/// # Errors
/// A statement fails; then the whole transaction does.
pub async fn tell_outcome(
    connection: &mut PgConnection,
    event_id: Uuid,
    again: bool,
) -> anyhow::Result<()> {
    if !store::events::claim_outcome(&mut *connection, event_id, again).await? {
        return Ok(());
    }
    let event = store::events::find_event(&mut *connection, event_id)
        .await?
        .context("find a claimed event")?;
    let channels = store::channels::list_channels(&mut *connection, event_id).await?;
    let costs = channels.iter().filter_map(|row| {
        let statistic = row.statistic.as_ref()?;
        Some((String::new(), statistic.cost))
    });
    let range = event.forecast.as_ref().map(|f| f.participants);
    let outcome = Outcome {
        event_id,
        owner_id: event.owner_id,
        industry: event.industry,
        region: event.region,
        objective: event.objective,
        tier: event.tier,
        expected_participants: range.map(|range| range.expected),
        expected_range: range,
        model: event.forecast.and_then(|forecast| forecast.model),
        participants: event.participants,
        visited: event.visited,
        cost: Cost::of(&event.prizes, costs).total,
        revenue: store::sales::sum_sales(&mut *connection, event_id).await?,
        channels: channels
            .into_iter()
            .filter_map(|row| {
                Some(ChannelOutcome {
                    channel: row.channel?,
                    participants: row.participants,
                    cost: row.statistic.map_or(0, |s| s.cost),
                })
            })
            .collect(),
        ended_at: event
            .closed_at
            .or(event.ends_at)
            .or(event.drawn_at)
            .unwrap_or(event.created_at),
    };
    send_event(connection, &outcome).await?;
    Ok(())
}
