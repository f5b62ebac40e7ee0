//! The breakers' states, for those who do not hold them.

use crate::state::AppState;
use crate::store;
use chrono::Utc;
use janchi_client::BreakerState;
use janchi_contracts::reference::Channel;

/// Writes down the state of a channel's breaker as this worker sees it.
pub async fn remember(state: &AppState, channel: Channel) -> sqlx::Result<()> {
    let Some(adapter) = state.platforms.of(channel) else {
        return Ok(());
    };
    let breaker = adapter.api().breaker();
    let now = breaker.state();
    let open_until = (now == BreakerState::Open).then(|| Utc::now() + breaker.remaining());
    store::breakers::upsert_breaker(&state.db, channel, now.code(), open_until).await
}
