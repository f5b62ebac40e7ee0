//! The audit log: who did what, written in the transaction of what it records, each row chained to the one before.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, Row};

/// One writer at a time, so that the chain has no forks. Held until the transaction ends.
const LOCK: i64 = 0x6a61_6e63_6869;

/// Appends one row. `actor` is a user id or `system`, `action` lower case with dots (`event.approved`), `subject`
/// an id; `detail` holds no personal data.
///
/// # Errors
/// The statement fails; then the whole transaction does.
pub async fn record(
    connection: &mut PgConnection,
    actor: &str,
    action: &str,
    subject: &str,
    detail: Value,
) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(&mut *connection)
        .await?;
    let last = sqlx::query("select seq, hash from audit_log order by seq desc limit 1")
        .fetch_optional(&mut *connection)
        .await?;
    let (seq, previous): (i64, Vec<u8>) = match last {
        Some(row) => (row.try_get::<i64, _>("seq")? + 1, row.try_get("hash")?),
        None => (1, vec![0; 32]),
    };
    // Cut to what the column keeps, else the hash would not be found again.
    let at = DateTime::from_timestamp_micros(Utc::now().timestamp_micros()).unwrap_or_default();
    let detail = detail.to_string();
    let hash = link(&previous, seq, at, actor, action, subject, &detail);
    sqlx::query(
        "insert into audit_log (seq, at, actor, action, subject, detail, previous_hash, hash)
         values ($1, $2, $3, $4, $5, $6::text::json, $7, $8)",
    )
    .bind(seq)
    .bind(at)
    .bind(actor)
    .bind(action)
    .bind(subject)
    .bind(&detail)
    .bind(&previous)
    .bind(&hash)
    .execute(connection)
    .await?;
    Ok(())
}

/// Walks the chain. `Ok(None)` if it holds, else the number of the first row that does not fit.
///
/// # Errors
/// The statement fails.
pub async fn verify(connection: &mut PgConnection) -> sqlx::Result<Option<i64>> {
    let rows = sqlx::query(
        "select seq, at, actor, action, subject, detail::text as detail, previous_hash, hash from audit_log order by seq",
    )
    .fetch_all(connection)
    .await?;
    let mut previous = vec![0; 32];
    for (expected, row) in (1_i64..).zip(rows) {
        let seq: i64 = row.try_get("seq")?;
        let (actor, action, subject): (String, String, String) = (
            row.try_get("actor")?,
            row.try_get("action")?,
            row.try_get("subject")?,
        );
        let hash: Vec<u8> = row.try_get("hash")?;
        let said: Vec<u8> = row.try_get("previous_hash")?;
        let detail: String = row.try_get("detail")?;
        let computed = link(
            &previous,
            seq,
            row.try_get("at")?,
            &actor,
            &action,
            &subject,
            &detail,
        );
        if seq != expected || said != previous || hash != computed {
            return Ok(Some(expected));
        }
        previous = hash;
    }
    Ok(None)
}

fn link(
    previous: &[u8],
    seq: i64,
    at: DateTime<Utc>,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &str,
) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(seq.to_be_bytes());
    hasher.update(at.timestamp_micros().to_be_bytes());
    for part in [actor, action, subject, detail] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_vec()
}
