//! What jobs made, with their forecasts.

use chrono::{DateTime, Utc};
use janchi_contracts::ai::{AiResult, RecommendEvent};
use janchi_contracts::reference::Code;
use sqlx::PgConnection;
use uuid::Uuid;

/// Keeps a job's answer and the forecast of each plan.
pub async fn insert_recommendation(
    db: &mut PgConnection,
    command: &RecommendEvent,
    result: &AiResult,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let id = Uuid::now_v7();
    let encode = |e: serde_json::Error| sqlx::Error::Encode(e.into());
    let source = serde_json::to_value(result.source).map_err(encode)?;
    sqlx::query!(
        "insert into recommendations
             (id, job_id, event_id, owner_id, industry, region, objective, source, result, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        command.job_id,
        command.event_id,
        command.owner_id,
        command.industry.code(),
        command.region.code(),
        command.objective.code(),
        source.as_str().unwrap_or_default(),
        serde_json::to_value(result).map_err(encode)?,
        at,
    )
    .execute(&mut *db)
    .await?;
    for plan in &result.plans {
        let forecast = &plan.forecast;
        sqlx::query!(
            "insert into forecasts
                 (id, recommendation_id, plan_id, tier, participants_low, participants_expected, participants_high,
                  cost, revenue, roi, break_even_visitors, basis, created_at, participants_model)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            Uuid::now_v7(),
            id,
            plan.plan_id,
            plan.tier.code(),
            forecast.participants.low,
            forecast.participants.expected,
            forecast.participants.high,
            forecast.cost,
            forecast.revenue,
            forecast.roi,
            forecast.break_even_visitors,
            forecast.basis,
            at,
            forecast.model.as_ref().map(|model| model.participants),
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Whether a job's answer is already here: a message that comes again under another id.
pub async fn is_answered(db: &mut PgConnection, job_id: Uuid) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar!("select 1 from recommendations where job_id = $1", job_id)
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}
