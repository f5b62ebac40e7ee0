//! How good forecasts were.

use super::lessons::EVENTS_OF_AN_OWNER;
use crate::domain::misses::{Miss, Misses, WINDOW};
use crate::domain::score::{Score, Verdict};
use chrono::{DateTime, Utc};
use janchi_contracts::ai::Tier;
use janchi_contracts::analytics::Outcome;
use janchi_contracts::reference::Code;
use sqlx::PgExecutor;

/// Keeps an event's score, in place of an earlier one; `true` if there was none.
pub async fn upsert_score(
    db: impl PgExecutor<'_>,
    outcome: &Outcome,
    score: &Score,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    // A row that was only now inserted has never been locked by an update.
    sqlx::query_scalar!(
        r#"insert into forecast_scores
               (event_id, owner_id, industry, tier, expected_low, expected, expected_high, actual, within_range,
                error, deviation, blur, ended_at, created_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
           on conflict (event_id) do update set
               tier = excluded.tier, expected_low = excluded.expected_low, expected = excluded.expected,
               expected_high = excluded.expected_high, actual = excluded.actual,
               within_range = excluded.within_range, error = excluded.error, deviation = excluded.deviation,
               blur = excluded.blur, ended_at = excluded.ended_at, updated_at = excluded.updated_at
           returning xmax = 0 as "is_first!""#,
        outcome.event_id,
        outcome.owner_id,
        outcome.industry.code(),
        outcome.tier,
        score.range.low,
        score.range.expected,
        score.range.high,
        score.actual,
        score.verdict() == Verdict::Within,
        score.error(),
        score.deviation(),
        score.blur(),
        outcome.ended_at,
        at,
    )
    .fetch_one(db)
    .await
}

/// How far the latest forecasts missed, per tier and over all.
pub async fn measure_misses(db: impl PgExecutor<'_>) -> sqlx::Result<Misses> {
    let rows = sqlx::query!(
        r#"select tier as "tier?", grouping(tier) as "all!", count(*) as "events!",
                  count(distinct owner_id) as "shops!",
                  percentile_cont(0.8) within group (order by abs(deviation)) as "quantile!", avg(blur) as "blur!"
           from (select tier, owner_id, deviation, blur
                 from (select *, row_number() over (partition by owner_id order by ended_at desc, event_id desc) as place
                       from forecast_scores) as score
                 where place <= $1 order by ended_at desc, event_id desc limit $2) as latest
           group by grouping sets ((tier), ())
           having count(*) > 0"#,
        EVENTS_OF_AN_OWNER,
        i64::try_from(WINDOW).unwrap_or(i64::MAX),
    )
    .fetch_all(db)
    .await?;
    let misses = rows.into_iter().filter_map(|row| {
        let tier = if row.all == 0 {
            let code = row.tier?;
            Some(Tier::ALL.into_iter().find(|tier| tier.code() == code)?)
        } else {
            None
        };
        let miss = Miss {
            events: u64::try_from(row.events).unwrap_or(0),
            shops: u64::try_from(row.shops).unwrap_or(0),
            quantile: row.quantile,
            blur: row.blur,
        };
        Some((tier, miss))
    });
    Ok(misses.collect())
}
