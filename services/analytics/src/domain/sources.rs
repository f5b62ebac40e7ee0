//! What a dashboard is made from.

use chrono::{DateTime, Utc};
use janchi_contracts::ai::Forecast;
use janchi_contracts::distribution::ChannelStatistic;
use janchi_contracts::event::{EventStatus, Prize};
use janchi_contracts::participation::ParticipationSummary;
use janchi_contracts::reference::Channel;
use uuid::Uuid;

/// What the own database knows.
#[derive(Debug, Clone)]
pub struct Facts {
    pub event_id: Uuid,
    pub title: String,
    pub status: EventStatus,
    pub prizes: Vec<Prize>,
    pub winner_count: i64,
    pub forecast: Option<Forecast>,
    pub participants: i64,
    pub visited: i64,
    pub winners: i64,
    pub draw_id: Option<Uuid>,
    pub drawn_at: Option<DateTime<Utc>>,
    /// Hour, entries, visits; in order.
    pub hours: Vec<(DateTime<Utc>, i64, i64)>,
    /// Entries per channel.
    pub entries: Vec<(Option<Channel>, i64)>,
    /// Last known platform numbers.
    pub known: Vec<ChannelStatistic>,
    pub revenue: Option<i64>,
}

/// What the other services said, each or not.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub participation: Option<ParticipationSummary>,
    pub statistics: Option<Vec<ChannelStatistic>>,
    pub participation_failed: bool,
    pub distribution_failed: bool,
}
