//! Who took part, by hour and by day in Seoul.

use chrono::{DateTime, NaiveDate, Utc};
use janchi_runtime::seoul;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Entries and visits of one hour (RFC 3339 with Seoul's offset).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HourCount {
    pub hour: String,
    pub participants: i64,
    pub visited: i64,
}

/// Entries and visits of one day in Seoul.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DayCount {
    pub day: NaiveDate,
    pub participants: i64,
    pub visited: i64,
}

/// Who took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ParticipantCounts")]
pub struct Participants {
    pub total: i64,
    pub today: i64,
    pub visited: i64,
    pub by_hour: Vec<HourCount>,
    pub by_day: Vec<DayCount>,
}

impl Participants {
    /// Cuts the hours (entries and visits, in order) into days. The totals are given: they may come from a source that
    /// is more exact than the hours.
    pub fn count(
        total: i64,
        visited: i64,
        hours: &[(DateTime<Utc>, i64, i64)],
        now: DateTime<Utc>,
    ) -> Self {
        let mut by_day: Vec<DayCount> = Vec::new();
        for (hour, entered, visits) in hours {
            let day = seoul::day(*hour);
            match by_day.last_mut().filter(|last| last.day == day) {
                Some(last) => {
                    last.participants += entered;
                    last.visited += visits;
                }
                None => by_day.push(DayCount {
                    day,
                    participants: *entered,
                    visited: *visits,
                }),
            }
        }
        let today = seoul::day(now);
        Self {
            total,
            today: by_day
                .iter()
                .find(|d| d.day == today)
                .map_or(0, |d| d.participants),
            visited,
            by_hour: hours
                .iter()
                .map(|(hour, participants, visited)| HourCount {
                    hour: seoul::local(*hour).to_rfc3339(),
                    participants: *participants,
                    visited: *visited,
                })
                .collect(),
            by_day,
        }
    }
}
