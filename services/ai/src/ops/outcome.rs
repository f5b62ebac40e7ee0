//! A finished event: kept, scored against its forecast, and made into lessons.

use crate::domain::lesson;
use crate::domain::score::Score;
use crate::store::{lessons, outcomes, scores};
use chrono::{DateTime, Utc};
use janchi_contracts::analytics::Outcome;
use sqlx::PgConnection;

/// Takes an outcome in; a later one of the same event replaces the earlier in all three. The score, if the event had a
/// forecast and was not scored before.
///
/// # Errors
/// A statement fails; then the whole transaction does.
pub async fn take_outcome(
    db: &mut PgConnection,
    outcome: &Outcome,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<Score>> {
    // The event's row is held from here on: two tellings of it come one after the other.
    outcomes::upsert_outcome(&mut *db, outcome, at).await?;
    lessons::delete_lessons(&mut *db, outcome.event_id).await?;
    if let Some((tier, taught)) = lesson::of(outcome) {
        lessons::insert_lessons(&mut *db, outcome, tier, &taught).await?;
    }
    let Some(score) = Score::of(outcome) else {
        return Ok(None);
    };
    let is_first = scores::upsert_score(db, outcome, &score, at).await?;
    Ok(is_first.then_some(score))
}

/// Counts a score, once it is committed.
pub fn count(score: &Score) {
    metrics::counter!("janchi_ai_forecasts_scored_total", "outcome" => score.verdict().label())
        .increment(1);
    metrics::histogram!("janchi_ai_forecast_error_ratio").record(score.error());
}
