use crate::domain::claim::{CODE_TRIES, CODES, Win};
use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// How far the handing over of one prize is.
#[derive(Debug, Clone)]
pub struct Claim {
    pub claim_by: DateTime<Utc>,
    pub code_expires_at: Option<DateTime<Utc>>,
    pub codes_sent: i32,
    pub code_sent_at: Option<DateTime<Utc>>,
    pub claimed_at: Option<DateTime<Utc>>,
    pub delivery: Option<Vec<u8>>,
}

/// Gives winners the time in which they can claim.
///
/// # Errors
/// The statement fails.
pub async fn insert_claims(
    connection: &mut PgConnection,
    draw_id: Uuid,
    event_id: Uuid,
    participants: &[Uuid],
    claim_by: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into claims (draw_id, participant_id, event_id, claim_by, created_at)
         select $1, w.participant_id, $2, $4, $5 from unnest($3::uuid[]) as w (participant_id)
         on conflict do nothing",
        draw_id,
        event_id,
        participants,
        claim_by,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The claim of a winner; none for whoever holds no place, or was drawn before there were claims.
///
/// # Errors
/// The statement fails.
pub async fn find_claim(db: impl PgExecutor<'_>, win: Win) -> Result<Option<Claim>, Error> {
    Ok(sqlx::query_as!(
        Claim,
        "select claim_by, code_expires_at, codes_sent, code_sent_at, claimed_at, delivery
         from claims where draw_id = $1 and participant_id = $2",
        win.draw_id,
        win.participant_id
    )
    .fetch_optional(db)
    .await?)
}

/// Until when each winner of a draw can claim.
///
/// # Errors
/// The statement fails.
pub async fn list_deadlines(
    db: impl PgExecutor<'_>,
    draw_id: Uuid,
) -> Result<Vec<(Uuid, DateTime<Utc>, bool)>, Error> {
    let rows = sqlx::query!(
        r#"select participant_id, claim_by, (delivery is not null) as "told!" from claims where draw_id = $1"#,
        draw_id
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (r.participant_id, r.claim_by, r.told))
        .collect())
}

/// A winner whose time to claim is over.
#[derive(Debug)]
pub struct Overdue {
    pub event_id: Uuid,
    pub participant_id: Uuid,
}

/// Winners who were told, and whose time to claim was over before `since` without a claim. At most a hundred at once.
///
/// # Errors
/// The statement fails.
pub async fn list_overdue(
    db: impl PgExecutor<'_>,
    since: DateTime<Utc>,
) -> Result<Vec<Overdue>, Error> {
    Ok(sqlx::query_as!(
        Overdue,
        r#"select c.event_id, c.participant_id
           from claims c
           join standing_winners w on w.draw_id = c.draw_id and w.participant_id = c.participant_id
           where c.claimed_at is null and c.claim_by <= $1
             and exists (select from winner_steps s where s.draw_id = c.draw_id
                             and s.participant_id = c.participant_id and s.step = 'CONTACTED')
           order by c.claim_by, c.participant_id limit 100"#,
        since
    )
    .fetch_all(db)
    .await?)
}

/// Puts a new code in the place of the one before. `false`: too many were sent, or the last one a moment ago.
///
/// # Errors
/// The statement fails.
pub async fn set_code(
    db: impl PgExecutor<'_>,
    win: Win,
    hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    not_since: DateTime<Utc>,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update claims set code_hash = $3, code_expires_at = $4, code_tries = 0, codes_sent = codes_sent + 1, code_sent_at = $5
         where draw_id = $1 and participant_id = $2 and claimed_at is null and codes_sent < $6
           and (code_sent_at is null or code_sent_at <= $7)",
        win.draw_id,
        win.participant_id,
        hash,
        expires_at,
        now,
        CODES,
        not_since
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts a try of the code and says whether it is the right one, once: of two who try the same code at the same moment
/// one has used it up. The count stays when the caller's claim fails, so it is a transaction of its own.
///
/// # Errors
/// The statement fails.
pub async fn use_code(
    db: impl PgExecutor<'_>,
    win: Win,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let right = sqlx::query_scalar!(
        r#"with held as (
               select draw_id, participant_id, code_hash from claims
               where draw_id = $1 and participant_id = $2 and code_hash is not null and code_expires_at > $4
                 and code_tries < $5 for update)
           update claims c
           set code_tries = code_tries + 1, code_hash = case when held.code_hash = $3 then null else c.code_hash end
           from held where c.draw_id = held.draw_id and c.participant_id = held.participant_id
           returning held.code_hash = $3 as "right!""#,
        win.draw_id,
        win.participant_id,
        hash,
        now,
        CODE_TRIES
    )
    .fetch_optional(db)
    .await?;
    Ok(right == Some(true))
}

/// Stores that a prize is claimed, and what was told for its delivery. `false` if it was claimed before.
///
/// # Errors
/// The statement fails.
pub async fn set_claimed(
    connection: &mut PgConnection,
    win: Win,
    delivery: Option<&[u8]>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update claims set claimed_at = $3, delivery = $4, code_hash = null
         where draw_id = $1 and participant_id = $2 and claimed_at is null",
        win.draw_id,
        win.participant_id,
        now,
        delivery
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
