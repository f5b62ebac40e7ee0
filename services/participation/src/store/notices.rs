use crate::error::Error;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A message to a winner that is due.
#[derive(Debug, Clone)]
pub struct Notice {
    pub id: Uuid,
    pub draw_id: Uuid,
    pub participant_id: Uuid,
    pub event_id: Uuid,
    pub tries: i32,
}

/// Writes down that these winners are to be told.
///
/// # Errors
/// The statement fails.
pub async fn insert_notices(
    connection: &mut PgConnection,
    draw_id: Uuid,
    event_id: Uuid,
    participants: &[Uuid],
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = participants.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into winner_messages (id, draw_id, participant_id, event_id, state, not_before, created_at)
         select m.id, $1, m.participant_id, $2, 'WAITING', $5, $5
         from unnest($3::uuid[], $4::uuid[]) as m (id, participant_id)
         on conflict do nothing",
        draw_id,
        event_id,
        &ids,
        participants,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the next due message for the time of a try: whoever else looks meanwhile does not see it, and whoever dies with
/// it leaves it due again at `until`.
///
/// # Errors
/// The statement fails.
pub async fn take_due(
    db: impl PgExecutor<'_>,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Notice>, Error> {
    Ok(sqlx::query_as!(
        Notice,
        "update winner_messages set not_before = $2, tries = tries + 1
         where id = (select id from winner_messages where state = 'WAITING' and not_before <= $1
                     order by not_before limit 1 for update skip locked)
         returning id, draw_id, participant_id, event_id, tries",
        now,
        until
    )
    .fetch_optional(db)
    .await?)
}

/// How a try ended.
#[derive(Debug, Clone)]
pub enum Ended {
    Sent,
    /// To be tried again then.
    Later(DateTime<Utc>, String),
    Failed(String),
}

/// Stores how a try ended.
///
/// # Errors
/// The statement fails.
pub async fn end_try(
    connection: &mut PgConnection,
    id: Uuid,
    ended: &Ended,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (state, not_before, fault, sent_at) = match ended {
        Ended::Sent => ("SENT", now, None, Some(now)),
        Ended::Later(at, fault) => ("WAITING", *at, Some(fault.as_str()), None),
        Ended::Failed(fault) => ("FAILED", now, Some(fault.as_str()), None),
    };
    sqlx::query!(
        "update winner_messages set state = $2, not_before = $3, fault = $4, sent_at = $5 where id = $1",
        id,
        state,
        not_before,
        fault,
        sent_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A message as the owner sees it.
#[derive(Debug, Clone)]
pub struct Told {
    pub participant_id: Uuid,
    pub state: String,
}

/// The messages of a draw.
///
/// # Errors
/// The statement fails.
pub async fn list_told(db: impl PgExecutor<'_>, draw_id: Uuid) -> Result<Vec<Told>, Error> {
    Ok(sqlx::query_as!(
        Told,
        "select participant_id, state from winner_messages where draw_id = $1",
        draw_id
    )
    .fetch_all(db)
    .await?)
}

/// Makes a message that failed, or was sent before `not_since`, due again under a new id: the dealer takes an id once.
/// `false` if there is none.
///
/// # Errors
/// The statement fails.
pub async fn send_again(
    connection: &mut PgConnection,
    draw_id: Uuid,
    participant_id: Uuid,
    now: DateTime<Utc>,
    not_since: DateTime<Utc>,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update winner_messages set id = $3, state = 'WAITING', tries = 0, not_before = $4, fault = null
         where draw_id = $1 and participant_id = $2
           and (state = 'FAILED' or state = 'SENT' and sent_at <= $5)",
        draw_id,
        participant_id,
        Uuid::now_v7(),
        now,
        not_since
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
