//! How each channel did.

use crate::domain::money;
use janchi_contracts::distribution::ChannelStatistic;
use janchi_contracts::reference::Channel;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How one channel did; null is "not known" and never zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelRow {
    /// None: entries that came without a channel.
    pub channel: Option<Channel>,
    pub impressions: Option<i64>,
    pub clicks: Option<i64>,
    pub participants: i64,
    /// Percent of clicks, or of impressions where clicks are not known.
    pub conversion_rate: Option<f64>,
    pub cost: i64,
    pub cost_per_participant: Option<i64>,
    pub source: Option<String>,
    pub stale: bool,
}

/// One row for each channel that has numbers or entries, in the order of [`Channel::ALL`].
pub fn rows(
    statistics: &[ChannelStatistic],
    entries: &[(Option<Channel>, i64)],
) -> Vec<ChannelRow> {
    let entered = |channel: Option<Channel>| {
        entries
            .iter()
            .find(|(known, _)| *known == channel)
            .map_or(0, |(_, count)| *count)
    };
    let row = |channel: Option<Channel>, statistic: Option<&ChannelStatistic>| {
        let participants = entered(channel);
        let (impressions, clicks) = (
            statistic.and_then(|s| s.impressions),
            statistic.and_then(|s| s.clicks),
        );
        let cost = statistic.map_or(0, |s| s.cost);
        ChannelRow {
            channel,
            impressions,
            clicks,
            participants,
            conversion_rate: money::conversion_rate(participants, clicks, impressions),
            cost,
            cost_per_participant: money::per_participant(cost, participants),
            source: statistic.map(|s| s.source.clone()),
            stale: statistic.is_some_and(|s| s.stale),
        }
    };
    let mut rows: Vec<ChannelRow> = Vec::new();
    for channel in Channel::ALL {
        let statistic = statistics.iter().find(|s| s.channel == channel);
        if statistic.is_some() || entered(Some(channel)) > 0 {
            rows.push(row(Some(channel), statistic));
        }
    }
    if entered(None) > 0 {
        rows.push(row(None, None));
    }
    rows
}
