//! The entries of an event in steps that fit side by side.

use crate::domain::participants::Participants;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, TimeDelta, Timelike as _};

/// As many bars as can be told apart.
const MOST: i64 = 62;
/// Up to so many days are shown by the hour.
const BY_HOUR: i64 = 2;

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub label: String,
    pub participants: i64,
    pub visited: i64,
}

/// The chart: what one bar is, and the bars in order, also those of nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    pub title: String,
    pub bars: Vec<Step>,
}

/// The bars from the first to the last entry or visit; none if there was none.
pub fn steps(participants: &Participants) -> Option<Steps> {
    let (first, last) = (participants.by_day.first()?, participants.by_day.last()?);
    let days = (last.day - first.day).num_days() + 1;
    if days <= BY_HOUR
        && let Some(bars) = hours(participants)
    {
        let title = "시간별 참여".to_owned();
        return Some(Steps { title, bars });
    }
    let size = days.div_euclid(MOST) + i64::from(days.rem_euclid(MOST) > 0);
    let count = days.div_euclid(size) + i64::from(days.rem_euclid(size) > 0);
    let mut bars: Vec<Step> = (0..count)
        .map(|at| empty(label(first.day, at * size)))
        .collect();
    for day in &participants.by_day {
        let at = (day.day - first.day).num_days() / size;
        if let Some(bar) = usize::try_from(at).ok().and_then(|at| bars.get_mut(at)) {
            bar.participants += day.participants;
            bar.visited += day.visited;
        }
    }
    let title = if size == 1 {
        "날짜별 참여".to_owned()
    } else {
        format!("{size}일씩 묶은 참여")
    };
    Some(Steps { title, bars })
}

fn label(first: NaiveDate, days: i64) -> String {
    let days = Days::new(u64::try_from(days).unwrap_or_default());
    let day = first.checked_add_days(days).unwrap_or(first);
    day.format("%-m/%-d").to_string()
}

fn empty(label: String) -> Step {
    Step {
        label,
        participants: 0,
        visited: 0,
    }
}

fn hours(participants: &Participants) -> Option<Vec<Step>> {
    let counts: Vec<(DateTime<FixedOffset>, i64, i64)> = participants
        .by_hour
        .iter()
        .filter_map(|hour| {
            let at = DateTime::parse_from_rfc3339(&hour.hour).ok()?;
            Some((at, hour.participants, hour.visited))
        })
        .collect();
    let (first, last) = (counts.first()?.0, counts.last()?.0);
    let mut bars: Vec<Step> = (0..=(last - first).num_hours())
        .map(|at| {
            let hour = first + TimeDelta::hours(at);
            empty(if at == 0 || hour.hour() == 0 {
                hour.format("%-m/%-d %-H시").to_string()
            } else {
                hour.format("%-H시").to_string()
            })
        })
        .collect();
    for (at, participants, visited) in counts {
        let at = usize::try_from((at - first).num_hours()).ok();
        if let Some(bar) = at.and_then(|at| bars.get_mut(at)) {
            bar.participants += participants;
            bar.visited += visited;
        }
    }
    Some(bars)
}

#[cfg(test)]
mod tests {
    use super::steps;
    use crate::domain::participants::Participants;
    use chrono::{DateTime, TimeDelta, Utc};

    fn from(hours: &[(i64, i64)]) -> Participants {
        let start: DateTime<Utc> = "2026-11-22T13:00:00Z".parse().unwrap();
        let hours: Vec<_> = hours
            .iter()
            .map(|(at, entered)| (start + TimeDelta::hours(*at), *entered, 0))
            .collect();
        Participants::count(0, 0, &hours, start)
    }

    #[test]
    fn no_entries_make_no_chart() {
        assert_eq!(steps(&from(&[])), None);
    }

    #[test]
    fn two_days_are_shown_by_the_hour_and_the_quiet_hours_too() {
        let chart = steps(&from(&[(0, 3), (2, 4)])).unwrap();
        let bars: Vec<(&str, i64)> = chart
            .bars
            .iter()
            .map(|b| (b.label.as_str(), b.participants))
            .collect();
        assert_eq!(bars, [("11/22 22시", 3), ("23시", 0), ("11/23 0시", 4)]);
    }

    #[test]
    fn more_days_are_shown_by_the_day_and_many_in_bundles_that_lose_nobody() {
        let chart = steps(&from(&[(0, 3), (24 * 5, 4)])).unwrap();
        assert_eq!((chart.title.as_str(), chart.bars.len()), ("날짜별 참여", 6));
        let chart = steps(&from(&[(0, 3), (24 * 100, 4)])).unwrap();
        assert_eq!(
            (chart.title.as_str(), chart.bars.len()),
            ("2일씩 묶은 참여", 51)
        );
        let all: i64 = chart.bars.iter().map(|b| b.participants).sum();
        assert_eq!(all, 7);
    }
}
