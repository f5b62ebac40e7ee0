//! What vendors answered, kept beyond the cache.

use crate::domain::draft::{DRAFT_VERSION, Draft, Topic};
use chrono::{DateTime, Utc};
use janchi_contracts::reference::Code;
use sqlx::PgExecutor;
use uuid::Uuid;

/// Who answered, by which prompt, at what price.
#[derive(Debug, Clone)]
pub struct Made<'a> {
    pub vendor: &'a str,
    pub model: &'a str,
    pub prompt: &'a str,
    pub input_tokens: i64,
    pub output_tokens: i64,
}

/// Keeps an answer.
pub async fn insert_answer(
    db: impl PgExecutor<'_>,
    topic: Topic,
    draft: &Draft,
    made: &Made<'_>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let body = serde_json::to_value(draft).map_err(|e| sqlx::Error::Encode(e.into()))?;
    sqlx::query!(
        "insert into answers
             (id, industry, region, objective, season, vendor, model, prompt, draft, input_tokens, output_tokens, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        Uuid::now_v7(),
        topic.industry.code(),
        topic.region.code(),
        topic.objective.code(),
        draft.season,
        made.vendor,
        made.model,
        made.prompt,
        body,
        made.input_tokens,
        made.output_tokens,
        at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The latest answer for a topic made for the same season, and when it was made.
pub async fn find_answer(
    db: impl PgExecutor<'_>,
    topic: Topic,
    season: &str,
    since: DateTime<Utc>,
) -> sqlx::Result<Option<(Draft, DateTime<Utc>)>> {
    let row = sqlx::query!(
        "select draft, created_at from answers
         where industry = $1 and region = $2 and objective = $3 and season = $4 and created_at >= $5
         order by created_at desc limit 1",
        topic.industry.code(),
        topic.region.code(),
        topic.objective.code(),
        season,
        since,
    )
    .fetch_optional(db)
    .await?;
    // An answer of an older version of the type is no answer.
    Ok(row.and_then(|row| {
        let draft: Draft = serde_json::from_value(row.draft).ok()?;
        (draft.version == DRAFT_VERSION).then_some((draft, row.created_at))
    }))
}

/// Forgets up to `limit` answers of before then; how many there were.
pub async fn delete_answers(
    db: impl PgExecutor<'_>,
    before: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "delete from answers where id in (select id from answers where created_at < $1 limit $2)",
        before,
        limit
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
