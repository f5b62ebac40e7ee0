//! What people search for more, or less, than before: from series of weekly numbers to trends that name their figures.

use super::wording::grouped;
use chrono::{Datelike, Days, NaiveDate};
use janchi_contracts::ai::TrendItem;
use serde::{Deserialize, Serialize};

/// So many weeks are compared with as many before them.
const WEEKS: u64 = 4;
const YEAR: u64 = 52;
/// Smaller changes than these are noise; in percent, against the weeks before and against last year.
const SHIFT: i64 = 15;
const SHIFT_OF_A_YEAR: i64 = 30;
/// A mean below this share of the most searched week of all asked words, in percent: of next to nothing no change is told.
const FEWEST: f64 = 1.0;
/// At most this many shifts are told: what is known otherwise has its place, too.
const MOST: usize = 2;

/// The days a question covers: whole weeks from a Monday to a Sunday that is past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Span {
    /// The last four whole weeks before this day, and all that they are compared with.
    pub fn before(today: NaiveDate) -> Self {
        let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
        Self {
            from: monday - Days::new(7 * (YEAR + WEEKS)),
            to: monday - Days::new(1),
        }
    }

    /// The first day of the last four weeks, moved back by so many.
    fn weeks_ago(self, weeks: u64) -> NaiveDate {
        self.to + Days::new(1) - Days::new(7 * (WEEKS + weeks))
    }
}

/// How often a group of words was searched for, week by week, on a scale that all groups of a question share. A week
/// that is not there had no searches.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub name: String,
    pub weeks: Vec<(NaiveDate, f64)>,
}

impl Series {
    /// The mean of the four weeks from this Monday on.
    fn mean(&self, from: NaiveDate) -> f64 {
        let weeks = from..from + Days::new(7 * WEEKS);
        let ratios = self.weeks.iter().filter(|(week, _)| weeks.contains(week));
        ratios.map(|(_, ratio)| ratio).sum::<f64>() / WEEKS as f64
    }
}

/// A group's change, in percent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shift {
    pub keyword: String,
    /// Against the four weeks before.
    pub before: i64,
    /// Against the same weeks of last year; none if there were next to no searches then.
    pub last_year: Option<i64>,
    /// The four weeks.
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// The changes worth telling, the largest first.
pub fn shifts(series: &[Series], span: Span) -> Vec<Shift> {
    let mut shifts: Vec<Shift> = series
        .iter()
        .filter_map(|series| {
            let now = series.mean(span.weeks_ago(0));
            let before = percent(now, series.mean(span.weeks_ago(WEEKS)))?;
            let last_year = percent(now, series.mean(span.weeks_ago(YEAR)));
            let shift = Shift {
                keyword: series.name.clone(),
                before,
                last_year,
                from: span.weeks_ago(0),
                to: span.to,
            };
            (shift.is_recent() || last_year.is_some_and(|year| year.abs() >= SHIFT_OF_A_YEAR))
                .then_some(shift)
        })
        .collect();
    shifts.sort_by_key(|shift| std::cmp::Reverse(shift.strength()));
    shifts.truncate(MOST);
    shifts
}

fn percent(now: f64, then: f64) -> Option<i64> {
    (then >= FEWEST).then(|| ((now / then - 1.0) * 100.0).round() as i64)
}

impl Shift {
    fn is_recent(&self) -> bool {
        self.before.abs() >= SHIFT
    }

    /// A change within weeks counts twice as much as one within a year.
    fn strength(&self) -> i64 {
        let year = self.last_year.map_or(0, i64::abs);
        self.before.abs().max(year * SHIFT / SHIFT_OF_A_YEAR)
    }

    /// The change that is told first: that of weeks if it is large enough, else that of the year.
    fn leading(&self) -> i64 {
        if self.is_recent() {
            self.before
        } else {
            self.last_year.unwrap_or(self.before)
        }
    }

    /// As a trend; `sandbox` says that the numbers are practice.
    pub fn item(&self, sandbox: bool) -> TrendItem {
        let Self { keyword, .. } = self;
        let rises = self.leading() > 0;
        let description = match (self.is_recent(), rises) {
            (true, true) => "요즘 찾는 사람이 늘고 있어요. 이벤트 제목이나 경품에 담아 보세요.",
            (true, false) => "요즘 찾는 사람이 줄고 있어요. 다른 소재를 앞세우는 편이 좋아요.",
            (false, true) => "지난해 이맘때보다 찾는 사람이 많아요. 이벤트 소재로 어울려요.",
            (false, false) => {
                "지난해 이맘때보다 찾는 사람이 적어요. 다른 소재를 앞세우는 편이 좋아요."
            }
        };
        TrendItem {
            keyword: format!("{keyword} 검색 {}", if rises { "증가" } else { "감소" }),
            relevance: if rises {
                0.6 + 0.3 * (self.strength().min(100) as f64 / 100.0)
            } else {
                0.5
            },
            description: description.to_owned(),
            evidence: self.evidence(sandbox),
        }
    }

    fn evidence(&self, sandbox: bool) -> String {
        let size = |change: i64| grouped(change.abs());
        let (joined, alone) = match self.before {
            0 => (
                "그 전 4주와 비슷했고".to_owned(),
                "그 전 4주와 비슷해요".to_owned(),
            ),
            n => {
                let verb = if n > 0 { "늘었" } else { "줄었" };
                let told = format!("그 전 4주보다 {}% {verb}", size(n));
                (format!("{told}고"), format!("{told}어요"))
            }
        };
        let told = match self.last_year {
            None => alone,
            Some(0) => format!("{joined}, 지난해 같은 때와 비슷해요"),
            Some(n) => format!(
                "{joined}, 지난해 같은 때보다 {}% {}",
                size(n),
                if n > 0 { "많아요" } else { "적어요" }
            ),
        };
        format!(
            "네이버 데이터랩 검색어 추이: 최근 4주({}~{}) '{}' 검색이 {told}.{}",
            self.from,
            self.to,
            self.keyword,
            if sandbox { " (연습용 자료)" } else { "" }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Sunday: its own week is not whole yet.
    const TODAY: &str = "2026-11-22";

    fn span() -> Span {
        Span::before(TODAY.parse().unwrap())
    }

    /// Searches of the last four weeks, of the four before, and of last year's.
    fn series(name: &str, now: f64, before: f64, year: f64) -> Series {
        let mut weeks = Vec::new();
        for (ago, ratio) in [(0, now), (WEEKS, before), (YEAR, year)] {
            let from = span().weeks_ago(ago);
            weeks.extend((0..WEEKS).map(|week| (from + Days::new(7 * week), ratio)));
        }
        Series {
            name: name.to_owned(),
            weeks,
        }
    }

    #[test]
    fn the_span_is_whole_weeks_that_are_past() {
        assert_eq!(span().to.to_string(), "2026-11-15");
        assert_eq!(span().weeks_ago(0).to_string(), "2026-10-19");
        assert_eq!(span().from, span().weeks_ago(YEAR));
        assert_eq!(span().from.weekday(), chrono::Weekday::Mon);
        assert_eq!(
            Span::before("2026-11-23".parse().unwrap()).to.to_string(),
            TODAY
        );
    }

    #[test]
    fn a_rise_names_source_period_and_figures() {
        let shifts = shifts(&[series("두쫀쿠", 69.0, 50.0, 61.6)], span());
        assert_eq!(shifts[0].before, 38);
        let item = shifts[0].item(false);
        assert_eq!(item.keyword, "두쫀쿠 검색 증가");
        assert_eq!(
            item.evidence,
            "네이버 데이터랩 검색어 추이: 최근 4주(2026-10-19~2026-11-15) '두쫀쿠' 검색이 그 전 4주보다 38% 늘었고, 지난해 같은 때보다 12% 많아요."
        );
        assert!(shifts[0].item(true).evidence.ends_with("(연습용 자료)"));
    }

    #[test]
    fn a_new_word_has_no_last_year_and_a_fall_is_told_as_one() {
        let told = |now, before, year| {
            let found = shifts(&[series("빙수", now, before, year)], span());
            found.first().map(|shift| shift.item(false))
        };
        let new = told(30.0, 20.0, 0.0).unwrap();
        assert!(
            new.evidence.ends_with("그 전 4주보다 50% 늘었어요."),
            "{new:?}"
        );
        let fall = told(40.0, 80.0, 40.0).unwrap();
        assert_eq!(fall.keyword, "빙수 검색 감소");
        assert!(
            fall.evidence
                .ends_with("50% 줄었고, 지난해 같은 때와 비슷해요.")
        );
        let year = told(52.0, 52.0, 26.0).unwrap();
        assert_eq!(year.keyword, "빙수 검색 증가");
        assert!(
            year.evidence
                .ends_with("그 전 4주와 비슷했고, 지난해 같은 때보다 100% 많아요.")
        );
    }

    #[test]
    fn noise_and_next_to_nothing_are_not_told() {
        for (now, before, year) in [(52.0, 50.0, 45.0), (0.9, 0.1, 0.1), (100.0, 0.0, 0.0)] {
            assert!(shifts(&[series("말차", now, before, year)], span()).is_empty());
        }
        // A word that vanished was something once.
        assert_eq!(
            shifts(&[series("말차", 0.0, 50.0, 50.0)], span())[0].before,
            -100
        );
    }

    #[test]
    fn the_largest_changes_come_first_and_only_a_few() {
        let all = [
            series("가", 60.0, 50.0, 60.0),
            series("나", 20.0, 50.0, 20.0),
            series("다", 90.0, 50.0, 90.0),
        ];
        let names: Vec<_> = shifts(&all, span())
            .into_iter()
            .map(|s| s.keyword)
            .collect();
        assert_eq!(names, ["다", "나"]);
    }
}
