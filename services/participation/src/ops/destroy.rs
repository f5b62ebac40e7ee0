//! Destroying personal data: on its day, and with its owner.

use crate::domain::claim::{PrizeTax, Win};
use crate::domain::event_key::EventKey;
use crate::domain::retention::{Retention, STAGES};
use crate::error::Error;
use crate::ops::claim::delivery_place;
use crate::ops::event_keys::EventKeys;
use crate::store;
use crate::store::erasures::{Kept, Reason};
use anyhow::Context;
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

/// Destroys what is due: of those who won nothing first, of winners later.
#[derive(Debug, Clone)]
pub struct Shredder {
    pub db: PgPool,
    pub keys: EventKeys,
    pub retention: Retention,
    pub tax: PrizeTax,
}

impl Shredder {
    /// Destroys what is due, now and every minute, until shutdown.
    pub async fn run(self, clock: Clock, shutdown: CancellationToken) {
        loop {
            match self.destroy_due(clock.now()).await {
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

    /// Destroys what is personal of every event that closed long enough before `now`, with its evidence. The day counts
    /// from the real closing. Returns how many entries that were.
    ///
    /// # Errors
    /// A statement fails; what was committed before stays destroyed, and the rest is due again.
    pub async fn destroy_due(&self, now: DateTime<Utc>) -> Result<u64, Error> {
        let mut all = 0;
        for event_id in store::erasures::find_due(&self.db, self.retention, now).await? {
            all += self.destroy_event(event_id, now).await?;
        }
        Ok(all)
    }

    /// Where nobody is kept, first the key, in a transaction of its own: from its commit on nothing opens any more,
    /// neither here nor in a backup. Then the rows, which are only ciphertext by now, a few thousand at a time. Where
    /// winners are kept, first the rows of the others; then, in one transaction, the winners' are sealed under a new key
    /// in the place of the old one, which was all that opened the others' in a backup.
    async fn destroy_event(&self, event_id: Uuid, now: DateTime<Utc>) -> Result<u64, Error> {
        let mut tx = self.db.begin().await?;
        let stage = self.stage(&mut tx, event_id, now).await?;
        if stage.kept.is_empty()
            && let Some(key_id) = store::keys::destroy_key(&mut tx, event_id, now).await?
        {
            tell_of_key(&mut tx, event_id, &key_id).await?;
        }
        tx.commit().await?;
        let mut destroyed = 0;
        let mut after = 0;
        while let Some(last) = store::erasures::last_number(&self.db, event_id, after).await? {
            let until = (after + AT_ONCE).min(last);
            let numbers = after..until;
            destroyed +=
                store::erasures::destroy_entries(&self.db, event_id, numbers, &stage.kept, now)
                    .await?;
            after = until;
        }
        self.finish(event_id, now).await?;
        Ok(destroyed)
    }

    async fn finish(&self, event_id: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        let Stage { reached, kept } = self.stage(&mut tx, event_id, now).await?;
        if !store::erasures::finish_stage(&mut tx, event_id, reached, &kept, now).await? {
            return Ok(());
        }
        let (entries, key_id) = store::erasures::count_destroyed(&mut tx, event_id).await?;
        if entries > 0 || kept.is_empty() {
            let key_id = if kept.is_empty() {
                key_id
            } else {
                self.seal_anew(&mut tx, event_id, &kept, now).await?
            };
            store::erasures::insert_erasure(
                &mut tx,
                Reason::Expired,
                Some(event_id),
                entries,
                key_id.as_deref(),
                now,
            )
            .await?;
            let detail =
                serde_json::json!({"entries": entries, "kept": kept.len(), "keyId": key_id});
            let subject = event_id.to_string();
            janchi_db::audit::record(&mut tx, "system", "entries.destroyed", &subject, detail)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// How far an event is, and who is kept, while nobody takes a winner's step.
    async fn stage(
        &self,
        tx: &mut PgConnection,
        event_id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Stage, Error> {
        store::draws::lock_drawing(&mut *tx, event_id).await?;
        let rules = store::rules::find_rules(&mut *tx, event_id)
            .await?
            .ok_or(Error::NotFound)?;
        let closed = rules.closed_at.or(rules.ends_at).unwrap_or(now);
        let retention = rules.retention.unwrap_or(self.retention);
        let reached = retention.stage(closed, now);
        let draw = store::draws::find_draw_of_event(&mut *tx, event_id).await?;
        let kept = match draw {
            Some(draw) if reached < STAGES => {
                let drawn = store::winners::list_drawn(&mut *tx, draw.id, None).await?;
                retention.kept(&rules, &drawn, &self.tax, now - closed)
            }
            _ => Vec::new(),
        };
        // Without anybody to keep, nothing is left to wait for.
        let reached = if kept.is_empty() { STAGES } else { reached };
        Ok(Stage { reached, kept })
    }

    /// Seals what is kept under a new key, and puts it in the place of the old one, whose name is returned. None for an
    /// event that never had its own.
    async fn seal_anew(
        &self,
        tx: &mut PgConnection,
        event_id: Uuid,
        kept: &[Uuid],
        now: DateTime<Utc>,
    ) -> Result<Option<String>, Error> {
        let old = self.keys.of(&mut *tx, event_id).await?;
        if !matches!(old, EventKey::Own { .. }) {
            return Ok(None);
        }
        let rows = store::erasures::list_kept(&mut *tx, event_id, kept).await?;
        let (secret, new) = self.keys.fresh(event_id)?;
        let mut anew = Vec::with_capacity(rows.len());
        for row in rows {
            anew.push(seal_one(&old, &new, event_id, row)?);
        }
        store::erasures::store_kept(&mut *tx, &anew).await?;
        let gone =
            store::keys::replace_key(&mut *tx, event_id, &secret.sealed, &secret.id, now).await?;
        tell_of_key(&mut *tx, event_id, &gone).await?;
        Ok(Some(gone))
    }
}

/// How far an event is on its way to be forgotten.
struct Stage {
    reached: i16,
    kept: Vec<Uuid>,
}

fn seal_one(old: &EventKey, new: &EventKey, event_id: Uuid, row: Kept) -> Result<Kept, Error> {
    let gone = || anyhow::anyhow!("a key was destroyed while it was in use");
    let personal = old
        .open_entry(row.participant_id, &row.sealed)?
        .ok_or_else(gone)?;
    let e164 = personal.phone.e164();
    let delivery = match &row.delivery {
        Some((draw_id, sealed)) => {
            let place = delivery_place(Win {
                draw_id: *draw_id,
                participant_id: row.participant_id,
            });
            let plain = old.open(sealed, &place)?.ok_or_else(gone)?;
            Some((*draw_id, new.seal(&plain, &place).ok_or_else(gone)?))
        }
        None => None,
    };
    Ok(Kept {
        participant_id: row.participant_id,
        sealed: new
            .seal_entry(row.participant_id, &personal)
            .ok_or_else(gone)?,
        phone_hash: new.phone_hash(&personal.phone).to_vec(),
        phone_tail_hash: new.phone_tail_hash(event_id, &e164[e164.len() - 4..]),
        delivery,
    })
}

async fn tell_of_key(tx: &mut PgConnection, event_id: Uuid, key_id: &str) -> Result<(), Error> {
    let detail = serde_json::json!({"keyId": key_id});
    janchi_db::audit::record(tx, "system", "key.destroyed", &event_id.to_string(), detail)
        .await
        .context("write down that a key is destroyed")?;
    Ok(())
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
