use janchi_contracts::distribution::ChannelStatistic;
use janchi_contracts::reference::{Channel, Code};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// One channel's row.
#[derive(Debug, Clone)]
pub struct ChannelRow {
    /// None: entries without a channel.
    pub channel: Option<Channel>,
    pub participants: i64,
    /// The platform's last numbers, if it ever told any.
    pub statistic: Option<ChannelStatistic>,
}

/// All channels of an event.
pub async fn list_channels(
    db: impl PgExecutor<'_>,
    event_id: Uuid,
) -> sqlx::Result<Vec<ChannelRow>> {
    let rows = sqlx::query!(
        "select channel, participants, impressions, clicks, cost, source, stale from channel_stats
         where event_id = $1 order by channel limit 20",
        event_id
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let channel = Channel::from_code(&row.channel);
            let statistic = channel
                .zip(row.source)
                .map(|(channel, source)| ChannelStatistic {
                    channel,
                    impressions: row.impressions,
                    clicks: row.clicks,
                    cost: row.cost,
                    source,
                    stale: row.stale,
                });
            ChannelRow {
                channel,
                participants: row.participants,
                statistic,
            }
        })
        .collect())
}

/// Adds to a channel's entries.
pub async fn add_entries(
    connection: &mut PgConnection,
    event_id: Uuid,
    channel: Option<Channel>,
    participants: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into channel_stats (event_id, channel, participants) values ($1, $2, $3)
         on conflict (event_id, channel) do update
         set participants = channel_stats.participants + excluded.participants, updated_at = now()",
        event_id,
        channel.map_or("", Code::code),
        participants
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes what a platform counted.
pub async fn upsert_statistic(
    connection: &mut PgConnection,
    event_id: Uuid,
    statistic: &ChannelStatistic,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into channel_stats (event_id, channel, impressions, clicks, cost, source, stale)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (event_id, channel) do update set impressions = excluded.impressions, clicks = excluded.clicks,
             cost = excluded.cost, source = excluded.source, stale = excluded.stale, updated_at = now()",
        event_id,
        statistic.channel.code(),
        statistic.impressions,
        statistic.clicks,
        statistic.cost,
        statistic.source,
        statistic.stale
    )
    .execute(connection)
    .await?;
    Ok(())
}
