//! The dashboard: its shape and how the sources come together in it.

use crate::domain::money::{self, Cost};
use crate::domain::sentence;
use chrono::{DateTime, NaiveDate, Utc};
use janchi_contracts::ai::Forecast;
use janchi_contracts::distribution::ChannelStatistic;
use janchi_contracts::event::{EventStatus, Prize};
use janchi_contracts::participation::ParticipationSummary;
use janchi_contracts::reference::{Channel, Code};
use janchi_runtime::seoul;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Entries and visits of one hour (RFC 3339 with Seoul's offset).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HourCount {
    pub hour: String,
    pub participants: i64,
    pub visited: i64,
}

/// Entries and visits of one day in Seoul.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DayCount {
    pub day: NaiveDate,
    pub participants: i64,
    pub visited: i64,
}

/// Who took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Participants {
    pub total: i64,
    pub today: i64,
    pub visited: i64,
    pub by_hour: Vec<HourCount>,
    pub by_day: Vec<DayCount>,
}

/// How one channel did; null is "not known" and never zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

/// Forecast against what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ForecastCheck {
    pub expected: i64,
    pub low: i64,
    pub high: i64,
    pub actual: i64,
    pub within_range: bool,
}

/// How the draw stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Winners {
    pub count: i64,
    pub planned: i64,
    pub draw_id: Option<Uuid>,
    pub drawn_at: Option<DateTime<Utc>>,
}

/// The whole dashboard of one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    pub event_id: Uuid,
    pub title: String,
    pub status: EventStatus,
    /// One Korean sentence.
    pub summary: String,
    pub participants: Participants,
    pub channels: Vec<ChannelRow>,
    pub cost: Cost,
    /// Reported sales; null as long as the shop reported none.
    pub revenue: Option<i64>,
    pub roi: Option<f64>,
    pub forecast: Option<ForecastCheck>,
    pub winners: Winners,
    pub cached_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Sources that did not answer: `PARTICIPATION`, `DISTRIBUTION`, or a channel.
    pub partial: Vec<String>,
}

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

/// Puts the sources together.
pub fn compose(facts: Facts, told: Told, now: DateTime<Utc>, lives: chrono::Duration) -> Dashboard {
    let mut partial = Vec::new();
    if told.participation_failed {
        partial.push("PARTICIPATION".to_owned());
    }
    if told.distribution_failed {
        partial.push("DISTRIBUTION".to_owned());
    }
    let (total, visited, winners, entries) = match &told.participation {
        Some(exact) => (
            exact.participants,
            exact.visited,
            exact.winners,
            exact
                .by_channel
                .iter()
                .map(|c| (c.channel, c.participants))
                .collect(),
        ),
        None => (
            facts.participants,
            facts.visited,
            facts.winners,
            facts.entries,
        ),
    };
    let statistics = match told.statistics {
        Some(fresh) => {
            partial.extend(
                fresh
                    .iter()
                    .filter(|s| s.stale)
                    .map(|s| s.channel.code().to_owned()),
            );
            fresh
        }
        None => facts
            .known
            .into_iter()
            .map(|s| ChannelStatistic { stale: true, ..s })
            .collect(),
    };
    let channels = rows(&statistics, &entries);
    let cost = Cost::of(
        &facts.prizes,
        statistics
            .iter()
            .map(|s| (s.channel.code().to_owned(), s.cost)),
    );
    let participants = participants(total, visited, &facts.hours, now);
    let forecast = facts.forecast.map(|forecast| {
        let range = forecast.participants;
        ForecastCheck {
            expected: range.expected,
            low: range.low,
            high: range.high,
            actual: total,
            within_range: (range.low..=range.high).contains(&total),
        }
    });
    let winners = Winners {
        count: winners,
        planned: facts.winner_count,
        draw_id: facts.draw_id,
        drawn_at: facts.drawn_at,
    };
    let roi = money::roi(facts.revenue, cost.total);
    let summary = sentence::summary(
        facts.status,
        &participants,
        forecast.as_ref(),
        &winners,
        &channels,
    );
    Dashboard {
        event_id: facts.event_id,
        title: facts.title,
        status: facts.status,
        summary,
        participants,
        channels,
        cost,
        revenue: facts.revenue,
        roi,
        forecast,
        winners,
        cached_at: now,
        expires_at: now + lives,
        partial,
    }
}

fn rows(statistics: &[ChannelStatistic], entries: &[(Option<Channel>, i64)]) -> Vec<ChannelRow> {
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

fn participants(
    total: i64,
    visited: i64,
    hours: &[(DateTime<Utc>, i64, i64)],
    now: DateTime<Utc>,
) -> Participants {
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
    Participants {
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

#[cfg(test)]
mod tests {
    use super::{Facts, Told, compose};
    use chrono::{DateTime, Duration, Utc};
    use janchi_contracts::ai::{Forecast, Range};
    use janchi_contracts::distribution::ChannelStatistic;
    use janchi_contracts::event::{EventStatus, Prize};
    use janchi_contracts::participation::{ChannelCount, ParticipationSummary};
    use janchi_contracts::reference::Channel;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn facts() -> Facts {
        Facts {
            event_id: Uuid::nil(),
            title: "겨울맞이".into(),
            status: EventStatus::Ongoing,
            prizes: vec![Prize {
                name: "커피".into(),
                quantity: 10,
                unit_cost: 5_000,
            }],
            winner_count: 10,
            forecast: Some(Forecast {
                participants: Range {
                    low: 10,
                    expected: 20,
                    high: 30,
                },
                cost: 0,
                revenue: 0,
                roi: 0.0,
                break_even_visitors: 0,
                basis: String::new(),
            }),
            participants: 12,
            visited: 3,
            winners: 0,
            draw_id: None,
            drawn_at: None,
            hours: vec![
                (at("2026-11-22T14:00:00Z"), 5, 1),
                (at("2026-11-22T15:00:00Z"), 7, 2),
            ],
            entries: vec![(Some(Channel::Kakao), 12)],
            known: vec![statistic(Channel::Kakao, false)],
            revenue: Some(160_000),
        }
    }

    fn statistic(channel: Channel, stale: bool) -> ChannelStatistic {
        ChannelStatistic {
            channel,
            impressions: Some(1_000),
            clicks: None,
            cost: 30_000,
            source: "X".into(),
            stale,
        }
    }

    #[test]
    fn days_are_cut_in_seoul_and_money_adds_up() {
        let now = at("2026-11-22T15:30:00Z");
        let told = Told {
            statistics: Some(vec![statistic(Channel::Kakao, false)]),
            ..Told::default()
        };
        let dashboard = compose(facts(), told, now, Duration::minutes(5));
        assert_eq!(
            (dashboard.participants.total, dashboard.participants.today),
            (12, 7)
        );
        assert_eq!(dashboard.participants.by_day.len(), 2);
        assert_eq!(dashboard.cost.total, 80_000);
        assert_eq!(dashboard.roi, Some(100.0));
        assert_eq!(dashboard.channels[0].conversion_rate, Some(1.2));
        assert!(dashboard.forecast.unwrap().within_range);
        assert!(dashboard.partial.is_empty());
    }

    #[test]
    fn a_source_that_does_not_answer_is_named_and_its_last_numbers_are_old() {
        let told = Told {
            participation_failed: true,
            distribution_failed: true,
            ..Told::default()
        };
        let dashboard = compose(
            facts(),
            told,
            at("2026-11-22T15:30:00Z"),
            Duration::minutes(5),
        );
        assert_eq!(dashboard.partial, ["PARTICIPATION", "DISTRIBUTION"]);
        assert!(dashboard.channels[0].stale);
        assert_eq!(dashboard.channels[0].impressions, Some(1_000));
        let told = Told {
            statistics: Some(vec![statistic(Channel::Naver, true)]),
            ..Told::default()
        };
        let dashboard = compose(
            facts(),
            told,
            at("2026-11-22T15:30:00Z"),
            Duration::minutes(5),
        );
        assert_eq!(dashboard.partial, ["NAVER"]);
    }

    #[test]
    fn exact_counts_come_before_counted_messages() {
        let exact = ParticipationSummary {
            event_id: Uuid::nil(),
            participants: 31,
            visited: 4,
            by_channel: vec![ChannelCount {
                channel: None,
                participants: 31,
            }],
            winners: 0,
            draw: None,
        };
        let told = Told {
            participation: Some(exact),
            ..Told::default()
        };
        let dashboard = compose(
            facts(),
            told,
            at("2026-11-22T15:30:00Z"),
            Duration::minutes(5),
        );
        assert_eq!(dashboard.participants.total, 31);
        assert!(!dashboard.forecast.unwrap().within_range);
        assert!(
            dashboard
                .channels
                .iter()
                .any(|c| c.channel.is_none() && c.participants == 31)
        );
    }
}
