use crate::error::Error;
use janchi_contracts::participation::ChannelCount;
use janchi_contracts::reference::{Channel, Code};
use sqlx::PgExecutor;
use uuid::Uuid;

/// Entries of an event by channel, and how many of them visited the shop.
pub struct Counts {
    pub by_channel: Vec<ChannelCount>,
    pub visited: i64,
}

/// Counts an event's entries.
///
/// # Errors
/// The statement fails.
pub async fn count_entries(db: impl PgExecutor<'_>, event_id: Uuid) -> Result<Counts, Error> {
    let rows = sqlx::query!(
        r#"select channel, count(*) as "participants!", count(*) filter (where visited) as "visited!"
           from participants where event_id = $1 group by channel order by channel"#,
        event_id
    )
    .fetch_all(db)
    .await?;
    let visited = rows.iter().map(|r| r.visited).sum();
    let by_channel = rows
        .into_iter()
        .map(|r| ChannelCount {
            channel: r.channel.as_deref().and_then(Channel::from_code),
            participants: r.participants,
        })
        .collect();
    Ok(Counts {
        by_channel,
        visited,
    })
}

/// How many hold a place.
///
/// # Errors
/// The statement fails.
pub async fn count_winners(db: impl PgExecutor<'_>, event_id: Uuid) -> Result<i64, Error> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from standing_winners where event_id = $1"#,
        event_id
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}
