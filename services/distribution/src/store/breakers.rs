//! Each channel's breaker as its worker saw it last.

use chrono::{DateTime, Utc};
use janchi_contracts::reference::{Channel, Code};
use sqlx::PgExecutor;
use std::collections::HashMap;

/// Remembers a state; `open_until` in real time while it is open.
pub async fn upsert_breaker(
    db: impl PgExecutor<'_>,
    channel: Channel,
    state: &str,
    open_until: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into channel_breakers (channel, state, open_until, updated_at) values ($1, $2, $3, now())
         on conflict (channel) do update
         set state = excluded.state, open_until = excluded.open_until, updated_at = excluded.updated_at",
        channel.code(),
        state,
        open_until
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The states by channel code. One that should be over by now is half-open: the next call is its trial.
pub async fn list_breakers(db: impl PgExecutor<'_>) -> sqlx::Result<HashMap<String, String>> {
    let rows = sqlx::query!(
        r#"select channel, case when state = 'OPEN' and open_until <= now() then 'HALF_OPEN' else state end as "state!"
           from channel_breakers limit 20"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.channel, r.state)).collect())
}
