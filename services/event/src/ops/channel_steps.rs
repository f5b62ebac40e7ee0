//! The channels of a run as steps of the saga.

use crate::store::saga::{self, StepState};
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::{ChannelStatus, ChannelSummary};
use janchi_contracts::reference::Code;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

/// Records where a channel of a run stands.
///
/// # Errors
/// The statement fails.
pub async fn record_channel(
    tx: &mut PgConnection,
    id: Uuid,
    run: u32,
    channel: &ChannelSummary,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let state = match channel.status {
        ChannelStatus::Queued | ChannelStatus::Publishing | ChannelStatus::Unknown => {
            StepState::Pending
        }
        ChannelStatus::Published
        | ChannelStatus::PendingReview
        | ChannelStatus::ManualActionRequired => StepState::Done,
        ChannelStatus::Skipped | ChannelStatus::Failed => StepState::Failed,
        ChannelStatus::Cancelled => StepState::Compensated,
    };
    let step = format!("CHANNEL_{}", channel.channel.code());
    saga::record_step(
        tx,
        id,
        run,
        &step,
        state,
        json!({ "status": channel.status }),
        now,
    )
    .await
}

/// All channels in one detail.
pub fn summary(channels: &[ChannelSummary]) -> Value {
    channels
        .iter()
        .map(|c| (c.channel.code().to_owned(), json!(c.status)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
