//! Destroying personal data: on its day, and with its owner.

use crate::error::Error;
use crate::store;
use crate::store::erasures::Reason;
use chrono::{DateTime, Utc};
use janchi_runtime::Clock;
use sqlx::{PgConnection, PgPool};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often it is looked whether something is due.
const EVERY: Duration = Duration::from_secs(60);
/// So many entries are destroyed in one transaction.
const AT_ONCE: i64 = 1000;

/// Destroys what is due, now and every minute, until shutdown.
pub async fn destroy_on_schedule(db: PgPool, clock: Clock, shutdown: CancellationToken) {
    loop {
        match destroy_due(&db, clock.now()).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(entries = count, "personal data destroyed on schedule"),
            Err(error) => {
                tracing::warn!(error = %error, "scheduled destruction failed, will try again")
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Destroys what is personal of every entry that is due at `now`, with its evidence. Returns how many that were.
///
/// # Errors
/// A statement fails; what was committed before stays destroyed.
pub async fn destroy_due(db: &PgPool, now: DateTime<Utc>) -> Result<u64, Error> {
    let mut all = 0;
    loop {
        let mut tx = db.begin().await?;
        let destroyed = store::erasures::destroy_due(&mut tx, now, AT_ONCE).await?;
        if destroyed.is_empty() {
            return Ok(all);
        }
        all += destroyed.len() as u64;
        let mut by_event: BTreeMap<Uuid, i64> = BTreeMap::new();
        for event_id in destroyed {
            *by_event.entry(event_id).or_default() += 1;
        }
        for (event_id, count) in by_event {
            store::erasures::insert_erasure(&mut tx, Reason::Expired, Some(event_id), count, now)
                .await?;
            let detail = serde_json::json!({"entries": count});
            janchi_db::audit::record(
                &mut tx,
                "system",
                "entries.destroyed",
                &event_id.to_string(),
                detail,
            )
            .await?;
        }
        tx.commit().await?;
    }
}

/// Deletes everything of an owner who left, within the transaction that settles the message.
///
/// # Errors
/// A statement fails.
pub async fn erase_owner(
    connection: &mut PgConnection,
    owner_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let entries = store::erasures::erase_owner(connection, owner_id, now).await?;
    store::erasures::insert_erasure(connection, Reason::OwnerDeleted, None, entries, now).await?;
    let detail = serde_json::json!({"entries": entries});
    janchi_db::audit::record(
        connection,
        "system",
        "owner.erased",
        &owner_id.to_string(),
        detail,
    )
    .await?;
    Ok(())
}
