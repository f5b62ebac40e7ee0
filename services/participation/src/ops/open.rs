//! Taking over what the event service says of an event.

use crate::domain::claim::PrizeTax;
use crate::domain::retention::Retention;
use crate::domain::rules::{mode, published, with_later_end};
use crate::error::Error;
use crate::ops::event_keys;
use crate::ops::freeze::freeze;
use crate::store;
use anyhow::Context;
use chrono::{DateTime, Utc};
use janchi_contracts::event::{EventSnapshot, EventStatus, Prize};
use janchi_contracts::participation::{DrawPublic, KeptFor, ParticipationEvent};
use janchi_crypto::{Keyring, random};
use sqlx::PgConnection;
use uuid::Uuid;

/// What an event is opened with.
#[derive(Debug, Clone)]
pub struct Opening {
    pub keyring: Keyring,
    /// How long what is personal is kept: promised to those who enter, so kept with the rules.
    pub retention: Retention,
    pub tax: PrizeTax,
}

/// Where a draw's seed is sealed.
pub fn seed_place(draw_id: Uuid) -> String {
    format!("draws.seed.{draw_id}")
}

/// Where an event's counter-code key is sealed.
pub fn visit_secret_place(event_id: Uuid) -> String {
    format!("event_rules.visit_secret.{event_id}")
}

/// Brings what is known of an event up to this snapshot: opens it if it is or was open and nobody has opened it yet,
/// else takes over what may change, and freezes the list of entries of one that has ended. Old news changes nothing.
///
/// # Errors
/// A statement fails; then the transaction must not commit.
pub async fn apply(
    connection: &mut PgConnection,
    opening: &Opening,
    event: &EventSnapshot,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let known = store::rules::lock_rules(connection, event.event_id).await?;
    let was_open = event.opened_at.is_some();
    match (known, event.status) {
        (Some(rules), _) => {
            let news = store::rules::update_rules(connection, event).await?;
            if news && rules.ends_at != event.ends_at {
                amend(connection, event, now).await?;
            }
            if news && event.status == EventStatus::Ended && rules.frozen_at.is_none() {
                let draw = store::draws::find_draw_of_event(&mut *connection, event.event_id)
                    .await?
                    .context("find the draw of an opened event")?;
                freeze(connection, &draw, now).await?;
            }
            Ok(())
        }
        // One that ended before we heard of its opening is opened too, closed as it is: a late message about the
        // opening is old news then, and cannot open it again.
        (None, EventStatus::Ongoing | EventStatus::Ended) => {
            open(connection, opening, event, now).await
        }
        (None, EventStatus::Cancelled) if was_open => open(connection, opening, event, now).await,
        (None, _) => Ok(()),
    }
}

/// Stores the rules and the commitment to a fresh seed, in the transaction that tells of it: before any entry.
async fn open(
    connection: &mut PgConnection,
    opening: &Opening,
    event: &EventSnapshot,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    // News of an owner who has left: nothing of theirs comes back.
    if !store::erasures::hold_owner(connection, event.owner_id).await? {
        return Ok(());
    }
    let Opening {
        keyring,
        retention,
        tax,
    } = opening;
    let secret = keyring.encrypt(&random::<32>(), &visit_secret_place(event.event_id));
    if !store::rules::insert_rules(connection, event, &secret, *retention, now).await? {
        return Ok(());
    }
    event_keys::make(connection, keyring, event.event_id, now).await?;
    let draw_id = Uuid::now_v7();
    let seed = random::<32>();
    let rules = published(event, draw_id);
    let rules_hash = janchi_draw::rules_hash(&rules).context("hash the rules of a draw")?;
    let commitment = janchi_draw::commitment(&event.event_id.to_string(), &seed);
    let committed = store::draws::Committed {
        id: draw_id,
        event_id: event.event_id,
        mode: mode(event),
        seed: &keyring.encrypt(&seed, &seed_place(draw_id)),
        commitment: &commitment,
        rules: &rules,
        rules_hash: &rules_hash,
        at: now,
    };
    store::draws::insert_commitment(connection, &committed).await?;
    let draw = store::draws::find_draw(&mut *connection, draw_id)
        .await?
        .context("find the draw just stored")?;
    let opened = ParticipationEvent::Opened {
        event_id: event.event_id,
        owner_id: event.owner_id,
        draw: DrawPublic {
            kept: Some(kept(*retention, &event.prizes, tax)),
            ..draw.public()
        },
    };
    janchi_queue::send_event(connection, &opened).await?;
    tracing::info!(event.id = %event.event_id, draw.id = %draw_id, "event opened, seed committed");
    Ok(())
}

/// How long what is personal is kept, as others may tell it: of a winner by the dearest prize.
pub fn kept(retention: Retention, prizes: &[Prize], tax: &PrizeTax) -> KeptFor {
    let days = |time: chrono::Duration| u32::try_from(time.num_days()).unwrap_or(u32::MAX);
    KeptFor {
        entrants_days: days(retention.entrants),
        winners_days: days(retention.of_any_winner(prizes, tax)),
    }
}

/// A later end, before the first entry, changes the published rules visibly. After it they stand.
async fn amend(
    connection: &mut PgConnection,
    event: &EventSnapshot,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Some(ends_at) = event.ends_at else {
        return Ok(());
    };
    if store::entries::has_entries(&mut *connection, event.event_id).await? {
        tracing::warn!(event.id = %event.event_id, "the end moved after the first entry, published rules stay");
        return Ok(());
    }
    let Some(draw) = store::draws::find_draw_of_event(&mut *connection, event.event_id).await?
    else {
        return Ok(());
    };
    let rules = with_later_end(draw.rules, ends_at, now);
    let rules_hash = janchi_draw::rules_hash(&rules).context("hash the rules of a draw")?;
    store::draws::amend_rules(connection, draw.id, &rules, &rules_hash).await
}
