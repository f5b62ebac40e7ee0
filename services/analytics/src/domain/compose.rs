//! How the sources come together in a dashboard.

use crate::domain::channels::rows;
use crate::domain::dashboard::{Dashboard, ForecastCheck, Winners};
use crate::domain::money::{self, Cost};
use crate::domain::participants::Participants;
use crate::domain::sentence;
use crate::domain::sources::{Facts, Told};
use chrono::{DateTime, Utc};
use janchi_contracts::distribution::ChannelStatistic;
use janchi_contracts::reference::Code;

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
    let participants = Participants::count(total, visited, &facts.hours, now);
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

#[cfg(test)]
mod tests {
    use super::compose;
    use crate::domain::sources::{Facts, Told};
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
                model: None,
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
