//! An owner leaves: what they published comes down first, then everything of theirs is deleted.

use crate::ops::recall;
use crate::state::AppState;
use crate::store;
use chrono::{TimeDelta, Utc};
use sqlx::PgConnection;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What a platform has not taken down by then stays up, and the owner's data goes all the same: the law asks for
/// erasure within five days (표준 개인정보 보호지침 제10조).
const AT_MOST: TimeDelta = TimeDelta::days(5);
/// How often it is looked whether everything is down.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Stores nothing more of this owner and calls back all they published.
pub async fn begin(state: &AppState, tx: &mut PgConnection, owner_id: Uuid) -> sqlx::Result<()> {
    let now = Utc::now();
    for event in store::erasure::insert_leaving(tx, owner_id, now).await? {
        store::distributions::lock_event(tx, event).await?;
        recall::recall_runs(state, tx, event, i32::MAX).await?;
    }
    Ok(())
}

/// Deletes, until told to stop, what is left of those with nothing up any more.
pub async fn run(state: AppState, shutdown: CancellationToken) {
    while shutdown
        .run_until_cancelled(tokio::time::sleep(LOOK_EVERY))
        .await
        .is_some()
    {
        if let Err(error) = finish(&state).await {
            tracing::warn!(%error, "could not look for owners who left");
        }
    }
}

async fn finish(state: &AppState) -> sqlx::Result<()> {
    for owner in store::erasure::list_leaving(&state.db).await? {
        let has_waited = Utc::now() - owner.erased_at > AT_MOST;
        if owner.open > 0 && !has_waited {
            continue;
        }
        if owner.open > 0 {
            tracing::warn!(
                channels = owner.open,
                "an owner left and something of theirs may still be up"
            );
        }
        let mut tx = state.db.begin().await?;
        store::erasure::delete_owner(&mut tx, owner.owner_id).await?;
        tx.commit().await?;
    }
    Ok(())
}
