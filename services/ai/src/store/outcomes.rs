//! How finished events went.

use chrono::{DateTime, Utc};
use janchi_contracts::analytics::Outcome;
use janchi_contracts::reference::Code;
use sqlx::PgExecutor;

/// Keeps an outcome; a later one of the same event replaces it.
pub async fn upsert_outcome(
    db: impl PgExecutor<'_>,
    outcome: &Outcome,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let channels =
        serde_json::to_value(&outcome.channels).map_err(|e| sqlx::Error::Encode(e.into()))?;
    let model = outcome.model.as_ref().map(serde_json::to_value).transpose();
    let model = model.map_err(|e| sqlx::Error::Encode(e.into()))?;
    sqlx::query!(
        "insert into outcomes
             (event_id, owner_id, industry, region, objective, tier, expected_participants, participants, visited,
              cost, revenue, channels, ended_at, created_at, updated_at, expected_low, expected_high, model)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $16, $17)
         on conflict (event_id) do update set
             tier = excluded.tier, expected_participants = excluded.expected_participants,
             expected_low = excluded.expected_low, expected_high = excluded.expected_high, model = excluded.model,
             participants = excluded.participants, visited = excluded.visited, cost = excluded.cost,
             revenue = excluded.revenue, channels = excluded.channels, ended_at = excluded.ended_at,
             updated_at = excluded.updated_at",
        outcome.event_id,
        outcome.owner_id,
        outcome.industry.code(),
        outcome.region.code(),
        outcome.objective.code(),
        outcome.tier,
        outcome.expected_participants,
        outcome.participants,
        outcome.visited,
        outcome.cost,
        outcome.revenue,
        channels,
        outcome.ended_at,
        at,
        outcome.expected_range.map(|range| range.low),
        outcome.expected_range.map(|range| range.high),
        model,
    )
    .execute(db)
    .await?;
    Ok(())
}
