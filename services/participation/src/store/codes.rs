use crate::error::Error;
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::ChannelCode;
use janchi_contracts::reference::{Channel, Code};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// Stores the codes of a run. Those of an earlier run stay good: their links are out in the world.
///
/// # Errors
/// The statement fails.
pub async fn insert_codes(
    connection: &mut PgConnection,
    event_id: Uuid,
    owner_id: Uuid,
    run: u32,
    codes: &[ChannelCode],
    at: DateTime<Utc>,
) -> Result<(), Error> {
    for code in codes {
        sqlx::query!(
            "insert into channel_codes (event_id, tracking_code, owner_id, channel, spoken_code, run, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (event_id, tracking_code) do update
             set channel = excluded.channel, spoken_code = excluded.spoken_code, run = excluded.run
             where channel_codes.run <= excluded.run",
            event_id,
            code.tracking_code,
            owner_id,
            code.channel.code(),
            code.spoken_code.as_ref().map(|c| c.to_ascii_uppercase()),
            i32::try_from(run).unwrap_or(i32::MAX),
            at
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The codes of an event.
///
/// # Errors
/// The statement fails.
pub async fn list_codes(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
) -> Result<Vec<ChannelCode>, Error> {
    let rows = sqlx::query!(
        "select channel, tracking_code, spoken_code from channel_codes where event_id = $1 order by run desc limit 100",
        event_id
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|r| {
            Channel::from_code(&r.channel).map(|channel| ChannelCode {
                channel,
                tracking_code: r.tracking_code,
                spoken_code: r.spoken_code,
            })
        })
        .collect())
}

/// The event and channel a spoken code stands for. A code that was given again stands for the newest event.
///
/// # Errors
/// The statement fails.
pub async fn find_spoken(
    db: impl PgExecutor<'_>,
    spoken: &str,
) -> Result<Option<(Uuid, Channel)>, Error> {
    let row = sqlx::query!(
        "select event_id, channel from channel_codes where spoken_code = $1 order by created_at desc limit 1",
        spoken.to_ascii_uppercase()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(|r| Channel::from_code(&r.channel).map(|channel| (r.event_id, channel))))
}
