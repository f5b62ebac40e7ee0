//! The saga's second half: what distribution tells of a run, by message or when it is asked.

use crate::domain::event::Event;
use crate::domain::history::Actor;
use crate::ops::channel_steps::{record_channel, summary};
use crate::ops::current;
use crate::store::saga::{self, StepState};
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::{ChannelSummary, DistributionEvent, RunStatus};
use janchi_contracts::event::EventStatus;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// Takes in what distribution tells. The same news twice has one effect; news of an earlier run moves nothing.
///
/// # Errors
/// A statement fails.
pub async fn hear(
    tx: &mut PgConnection,
    told: DistributionEvent,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (id, run) = subject(&told);
    match current::lock(&mut *tx, id, now).await? {
        Some(event) if event.run == run => take_in(tx, event, told, now).await,
        // A newer run has taken its place, and it is down: the last word on it.
        Some(event) if event.run > run => match told {
            DistributionEvent::TakenDown { channels, .. } => {
                saga::compensate_distribution(&mut *tx, id, run, now).await?;
                note_taken_down(tx, id, run, &channels, now).await
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn subject(told: &DistributionEvent) -> (Uuid, u32) {
    match told {
        DistributionEvent::Started { event_id, run, .. }
        | DistributionEvent::ChannelChanged { event_id, run, .. }
        | DistributionEvent::Finished { event_id, run, .. }
        | DistributionEvent::TakenDown { event_id, run, .. } => (*event_id, *run),
    }
}

async fn take_in(
    tx: &mut PgConnection,
    event: Event,
    told: DistributionEvent,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (id, run) = (event.id, event.run);
    match told {
        DistributionEvent::Started { codes, .. } => {
            let channels: Vec<_> = codes.iter().map(|code| code.channel).collect();
            saga::record_step(
                tx,
                id,
                run,
                "ACCEPTED",
                StepState::Done,
                json!({ "channels": channels }),
                now,
            )
            .await
        }
        DistributionEvent::ChannelChanged { channel, .. } => {
            record_channel(tx, id, run, &channel, now).await
        }
        DistributionEvent::Finished {
            status, channels, ..
        } => {
            for channel in &channels {
                record_channel(&mut *tx, id, run, channel, now).await?;
            }
            finished(tx, event, status, now).await
        }
        DistributionEvent::TakenDown { channels, .. } => {
            // A failed run that recovered since then is up again.
            if event.status == EventStatus::Cancelled {
                saga::compensate_distribution(&mut *tx, id, run, now).await?;
            }
            note_taken_down(tx, id, run, &channels, now).await
        }
    }
}

async fn note_taken_down(
    tx: &mut PgConnection,
    id: Uuid,
    run: u32,
    channels: &[ChannelSummary],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let detail = summary(channels);
    saga::record_step(tx, id, run, saga::TAKE_DOWN, StepState::Done, detail, now).await
}

async fn finished(
    tx: &mut PgConnection,
    event: Event,
    status: RunStatus,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let detail = json!({ "status": status });
    match status {
        RunStatus::Running => Ok(()),
        RunStatus::Completed | RunStatus::Partial => {
            saga::record_step(
                &mut *tx,
                event.id,
                event.run,
                saga::DISTRIBUTE,
                StepState::Done,
                detail,
                now,
            )
            .await?;
            publish(tx, event, now).await
        }
        RunStatus::Failed => {
            saga::record_step(
                &mut *tx,
                event.id,
                event.run,
                saga::DISTRIBUTE,
                StepState::Failed,
                detail,
                now,
            )
            .await?;
            fail(tx, event, now).await
        }
    }
}

/// Opens the event to customers. A run that recovered after it had failed, by a late review or a channel tried again,
/// counts as long as the owner has not changed the event meanwhile: what is up is what was approved.
async fn publish(tx: &mut PgConnection, before: Event, now: DateTime<Utc>) -> sqlx::Result<()> {
    let is_expected = match before.status {
        EventStatus::Publishing => true,
        EventStatus::PublishFailed => {
            let noted =
                saga::find_step_detail(&mut *tx, before.id, before.run, saga::PUBLISH).await?;
            noted.is_some_and(|noted| noted["version"] == json!(before.version))
        }
        _ => false,
    };
    let mut after = before.clone();
    if !is_expected {
        return Ok(());
    }
    let Ok(step) = after.publish(now) else {
        return Ok(());
    };
    let detail = json!({ "status": after.status });
    saga::record_step(
        &mut *tx,
        before.id,
        before.run,
        saga::PUBLISH,
        StepState::Done,
        detail,
        now,
    )
    .await?;
    current::record_move(
        &mut *tx,
        &before,
        &mut after,
        Actor::Distribution,
        step,
        now,
    )
    .await?;
    // Distribution may have taken longer than the event was to run.
    current::advance(tx, after, now).await?;
    Ok(())
}

/// Nothing took it: compensation is recorded, the owner may mend and approve again.
async fn fail(tx: &mut PgConnection, before: Event, now: DateTime<Utc>) -> sqlx::Result<()> {
    let mut after = before.clone();
    let Ok(step) = after.fail_publishing() else {
        return Ok(());
    };
    current::record_move(
        &mut *tx,
        &before,
        &mut after,
        Actor::Distribution,
        step,
        now,
    )
    .await?;
    let (id, run) = (after.id, after.run);
    let detail = json!({ "version": after.version });
    saga::record_step(
        &mut *tx,
        id,
        run,
        saga::PUBLISH,
        StepState::Compensated,
        detail,
        now,
    )
    .await?;
    let detail = json!({ "because": "PUBLISH_FAILED" });
    saga::record_step(
        tx,
        id,
        run,
        saga::TAKE_DOWN,
        StepState::Pending,
        detail,
        now,
    )
    .await
}
