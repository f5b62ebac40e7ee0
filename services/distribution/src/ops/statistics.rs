//! What the platforms counted, asked all at once; a silent one is answered from memory.

use crate::clients::Adapter;
use crate::clients::assignment::Assignment;
use crate::domain::outcome::Insights;
use crate::domain::task::Task;
use crate::ops::connections;
use crate::ops::journal::Journal;
use crate::state::AppState;
use crate::store;
use crate::store::distributions::Distribution;
use futures::future::join_all;
use janchi_contracts::distribution::{ChannelStatistic, ChannelStatistics, ChannelStatus};
use std::time::Duration;

/// How long one platform may take; a dashboard waits for the slowest.
const DEADLINE: Duration = Duration::from_secs(2);

/// The numbers of all channels of a run. Cost is what the platform says was spent, else the budget that was chosen.
pub async fn gather(state: &AppState, run: &Distribution) -> anyhow::Result<ChannelStatistics> {
    let tasks = store::tasks::list_tasks(&state.db, run.id).await?;
    let remembered = store::statistics::list_statistics(&state.db, run.id).await?;
    let asked = join_all(tasks.iter().map(|task| ask(state, run, task))).await;
    let mut channels = Vec::with_capacity(tasks.len());
    for (task, answer) in tasks.iter().zip(asked) {
        let source = Adapter::source(task.channel);
        let (numbers, stale) = match answer {
            Answer::Fresh(numbers) => {
                store::statistics::upsert_statistics(&state.db, task.id, numbers, source).await?;
                (numbers, false)
            }
            Answer::NotAsked => (Insights::default(), false),
            Answer::Silent => {
                let last = remembered.iter().find(|r| r.task_id == task.id);
                let last = last.map(|r| Insights {
                    impressions: r.impressions,
                    clicks: r.clicks,
                    spend: r.spend,
                });
                (last.unwrap_or_default(), true)
            }
        };
        channels.push(ChannelStatistic {
            channel: task.channel,
            impressions: numbers.impressions,
            clicks: numbers.clicks,
            cost: numbers
                .spend
                .unwrap_or(if is_up(task) { task.budget } else { 0 }),
            source: source.to_owned(),
            stale,
        });
    }
    Ok(ChannelStatistics {
        event_id: run.event_id,
        channels,
    })
}

enum Answer {
    Fresh(Insights),
    /// Nothing is up, or nobody could count.
    NotAsked,
    Silent,
}

fn is_up(task: &Task) -> bool {
    matches!(
        task.status,
        ChannelStatus::Published | ChannelStatus::PendingReview
    )
}

async fn ask(state: &AppState, run: &Distribution, task: &Task) -> Answer {
    let (Some(adapter), Some(_), true) = (
        state.platforms.of(task.channel),
        &task.external_id,
        is_up(task),
    ) else {
        return Answer::NotAsked;
    };
    let assignment = Assignment {
        channel: task.channel,
        tracking_url: task.tracking_url(&state.config.public_base_url, &run.event.code),
        spoken_code: task.spoken_code.clone(),
        credentials: connections::usable_credentials(state, run.owner_id, task.channel)
            .await
            .unwrap_or(None),
        budget: task.budget,
        external_id: task.external_id.clone(),
        external_url: task.external_url.clone(),
        now: state.clock.now(),
        journal: Journal::open(state.db.clone(), task.id, task.fence, task.steps.clone()),
        event: run.event.clone(),
        film: None,
    };
    match tokio::time::timeout(DEADLINE, adapter.insights(&assignment)).await {
        Ok(Ok(numbers)) => Answer::Fresh(numbers),
        Ok(Err(_)) | Err(_) => Answer::Silent,
    }
}
