//! Destroying personal data: on its day, and with its owner.

use crate::error::Error;
use crate::state::Retention;
use crate::store;
use crate::store::erasures::Reason;
use chrono::{DateTime, Utc};
use janchi_runtime::Clock;
use sqlx::{PgConnection, PgPool};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often it is looked whether something is due.
const EVERY: Duration = Duration::from_secs(60);
/// So many entries are destroyed in one transaction.
const AT_ONCE: i64 = 5000;

/// Destroys what is due, now and every minute, until shutdown.
pub async fn destroy_on_schedule(
    db: PgPool,
    clock: Clock,
    retention: Retention,
    shutdown: CancellationToken,
) {
    loop {
        match destroy_due(&db, clock.now(), retention).await {
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

/// Destroys what is personal of every event that closed long enough before `now`, with its evidence. The day counts from
/// the real closing. Returns how many entries that were.
///
/// # Errors
/// A statement fails; what was committed before stays destroyed, and the rest is due again.
pub async fn destroy_due(
    db: &PgPool,
    now: DateTime<Utc>,
    retention: Retention,
) -> Result<u64, Error> {
    let mut all = 0;
    for event_id in store::erasures::find_due(db, now - retention.0).await? {
        all += destroy_event(db, event_id, now).await?;
    }
    Ok(all)
}

/// First the key, in a transaction of its own: from its commit on nothing opens any more, neither here nor in a backup.
/// Then the rows, which are only ciphertext by now, a few thousand at a time.
async fn destroy_event(db: &PgPool, event_id: Uuid, now: DateTime<Utc>) -> Result<u64, Error> {
    let subject = event_id.to_string();
    let mut tx = db.begin().await?;
    if let Some(key_id) = store::keys::destroy_key(&mut tx, event_id, now).await? {
        let detail = serde_json::json!({"keyId": key_id});
        janchi_db::audit::record(&mut tx, "system", "key.destroyed", &subject, detail).await?;
    }
    tx.commit().await?;
    let mut destroyed = 0;
    loop {
        let count = store::erasures::destroy_entries(db, event_id, now, AT_ONCE).await?;
        destroyed += count;
        if count == 0 {
            break;
        }
    }
    let mut tx = db.begin().await?;
    if store::erasures::finish_event(&mut tx, event_id, now).await? {
        let (entries, key_id) = store::erasures::count_destroyed(&mut tx, event_id).await?;
        store::erasures::insert_erasure(
            &mut tx,
            Reason::Expired,
            Some(event_id),
            entries,
            key_id.as_deref(),
            now,
        )
        .await?;
        let detail = serde_json::json!({"entries": entries, "keyId": key_id});
        janchi_db::audit::record(&mut tx, "system", "entries.destroyed", &subject, detail).await?;
    }
    tx.commit().await?;
    Ok(destroyed)
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
    store::erasures::insert_erasure(connection, Reason::OwnerDeleted, None, entries, None, now)
        .await?;
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
