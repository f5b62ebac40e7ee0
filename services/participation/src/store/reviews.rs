use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// What an owner says of an entry that looks odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Genuine,
    Suspicious,
}

impl Verdict {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Genuine => "GENUINE",
            Self::Suspicious => "SUSPICIOUS",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Genuine, Self::Suspicious]
            .into_iter()
            .find(|v| v.code() == code)
    }
}

/// Stores what the owner says now; what was said before is in the audit log.
///
/// # Errors
/// The statement fails.
pub async fn upsert_review(
    connection: &mut PgConnection,
    event_id: Uuid,
    participant_id: Uuid,
    verdict: Verdict,
    reason: &str,
    actor: Uuid,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into entry_reviews (participant_id, event_id, verdict, reason, actor, created_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (participant_id) do update
         set verdict = excluded.verdict, reason = excluded.reason, actor = excluded.actor,
             created_at = excluded.created_at",
        participant_id,
        event_id,
        verdict.code(),
        reason,
        actor,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}
