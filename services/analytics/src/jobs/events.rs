//! All domain events: facts and counts.

use crate::ops::outcome::tell_outcome;
use crate::state::AppState;
use crate::store;
use janchi_contracts::distribution::DistributionEvent;
use janchi_contracts::event::EventEvent;
use janchi_contracts::participation::{EntryNote, ParticipationEvent};
use janchi_contracts::reference::Channel;
use janchi_contracts::user::UserEvent;
use janchi_queue::{Handler, JobError, Message, settle};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Everything there is.
pub const BINDINGS: &[&str] = &[
    "event.*",
    "participation.*",
    "distribution.*",
    "user.*",
    "ai.job.*",
    "content.job.*",
];

/// Counts what it hears.
#[derive(Clone)]
pub struct Events(pub AppState);

impl Handler for Events {
    async fn handle(&self, message: &Message) -> Result<(), JobError> {
        let mut tx = self.0.db.begin().await?;
        if !settle(&mut tx, message).await? {
            return Ok(());
        }
        let changed = self.apply(message, &mut tx).await?;
        tx.commit().await?;
        for event_id in changed {
            self.0.freshness.changed(event_id).await;
        }
        Ok(())
    }
}

impl Events {
    /// The events whose dashboards changed.
    async fn apply(&self, message: &Message, tx: &mut PgConnection) -> Result<Vec<Uuid>, JobError> {
        let (family, _) = message.name.split_once('.').unwrap_or_default();
        match family {
            "event" => {
                let event: EventEvent = message.decode()?;
                let snapshot = event.snapshot();
                store::events::upsert_facts(&mut *tx, snapshot).await?;
                if matches!(event, EventEvent::Opened(_) | EventEvent::Scheduled(_)) {
                    store::polls::plan_poll(&mut *tx, snapshot.event_id, self.0.clock.now())
                        .await?;
                }
                tell_outcome(tx, snapshot.event_id, false).await?;
                Ok(vec![snapshot.event_id])
            }
            "participation" => participation(message.decode()?, tx).await,
            "distribution" => Ok(vec![match message.decode()? {
                DistributionEvent::Started { event_id, .. }
                | DistributionEvent::ChannelChanged { event_id, .. }
                | DistributionEvent::Finished { event_id, .. }
                | DistributionEvent::TakenDown { event_id, .. } => event_id,
            }]),
            "user" => match message.decode()? {
                UserEvent::Deleted { user_id, .. } => {
                    Ok(store::events::erase_owner(tx, user_id).await?)
                }
                UserEvent::Registered { .. } => Ok(Vec::new()),
            },
            // Other services' work in progress changes no dashboard.
            _ => Ok(Vec::new()),
        }
    }
}

async fn participation(
    event: ParticipationEvent,
    tx: &mut PgConnection,
) -> Result<Vec<Uuid>, JobError> {
    match event {
        ParticipationEvent::Entered { event_id, entries } => {
            count(tx, event_id, &entries, 1).await?;
            Ok(vec![event_id])
        }
        ParticipationEvent::Withdrawn {
            event_id, entry, ..
        } => {
            count(tx, event_id, &[entry], -1).await?;
            Ok(vec![event_id])
        }
        ParticipationEvent::Visited { event_id, at, .. } => {
            store::events::add_counts(&mut *tx, event_id, 0, 1).await?;
            store::timeline::add_to_hour(tx, event_id, at, 0, 1).await?;
            Ok(vec![event_id])
        }
        ParticipationEvent::Drawn {
            event_id,
            draw_id,
            winners,
            at,
            ..
        } => {
            store::events::set_draw(&mut *tx, event_id, draw_id, winners, at).await?;
            tell_outcome(tx, event_id, false).await?;
            Ok(vec![event_id])
        }
        ParticipationEvent::WinnerChanged { event_id, .. }
        | ParticipationEvent::Opened { event_id, .. } => Ok(vec![event_id]),
    }
}

/// Rows are touched in one order, so that two transactions never wait for each other.
async fn count(
    tx: &mut PgConnection,
    event_id: Uuid,
    entries: &[EntryNote],
    sign: i64,
) -> sqlx::Result<()> {
    let mut channels: BTreeMap<Option<Channel>, i64> = BTreeMap::new();
    let mut hours: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    let mut visited = 0;
    for entry in entries {
        *channels.entry(entry.channel).or_default() += sign;
        let hour = hours
            .entry(entry.entered_at.timestamp() / 3600)
            .or_default();
        hour.0 += sign;
        if entry.visited {
            hour.1 += sign;
            visited += sign;
        }
    }
    let total = sign * i64::try_from(entries.len()).unwrap_or(i64::MAX);
    store::events::add_counts(&mut *tx, event_id, total, visited).await?;
    for (channel, participants) in channels {
        store::channels::add_entries(&mut *tx, event_id, channel, participants).await?;
    }
    for (hour, (participants, visits)) in hours {
        let at = chrono::DateTime::from_timestamp(hour * 3600, 0).unwrap_or_default();
        store::timeline::add_to_hour(&mut *tx, event_id, at, participants, visits).await?;
    }
    Ok(())
}
