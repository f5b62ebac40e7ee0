//! Korean public holidays with their substitute days, computed from `data/holidays.toml`.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A day off for everybody, or a lunar day people keep (`public` is false then).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    pub date: NaiveDate,
    /// As the calendar prints it; a substitute day is `대체공휴일(…)`.
    pub name: String,
    pub public: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Substitute {
    None,
    /// A Saturday, a Sunday or another holiday.
    Weekend,
    /// A Sunday or another holiday.
    Sunday,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    fixed: Vec<Fixed>,
    single: Vec<Single>,
    lunar: Vec<Lunar>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixed {
    month: u32,
    day: u32,
    name: String,
    substitute: Substitute,
    since: Option<i32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Single {
    date: NaiveDate,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lunar {
    year: i32,
    seollal: NaiveDate,
    full_moon: NaiveDate,
    buddha: NaiveDate,
    chuseok: NaiveDate,
    dog_days: Vec<NaiveDate>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/holidays.toml"))
        .expect("the holiday table is checked by a test")
});

/// First and last year whose lunar days are known.
pub fn known_years() -> (i32, i32) {
    let years = TABLE.lunar.iter().map(|l| l.year);
    (years.clone().min().unwrap_or(0), years.max().unwrap_or(0))
}

/// Every public holiday and kept lunar day of a year, in order of date. Outside the table's years only the
/// days of the solar calendar are given.
pub fn holidays(year: i32) -> Vec<Holiday> {
    let mut statutory: Vec<(NaiveDate, String, Substitute)> = Vec::new();
    for fixed in TABLE
        .fixed
        .iter()
        .filter(|f| f.since.is_none_or(|since| year >= since))
    {
        if let Some(date) = NaiveDate::from_ymd_opt(year, fixed.month, fixed.day) {
            statutory.push((date, fixed.name.clone(), fixed.substitute));
        }
    }
    for single in TABLE.single.iter().filter(|s| s.date.year() == year) {
        statutory.push((single.date, single.name.clone(), Substitute::None));
    }
    let mut kept = Vec::new();
    if let Some(lunar) = TABLE.lunar.iter().find(|l| l.year == year) {
        for (middle, name) in [(lunar.seollal, "설날"), (lunar.chuseok, "추석")] {
            statutory.push((
                middle - Days::new(1),
                format!("{name} 연휴"),
                Substitute::Sunday,
            ));
            statutory.push((middle, name.to_owned(), Substitute::Sunday));
            statutory.push((
                middle + Days::new(1),
                format!("{name} 연휴"),
                Substitute::Sunday,
            ));
        }
        statutory.push((lunar.buddha, "부처님오신날".to_owned(), Substitute::Weekend));
        kept.push((lunar.full_moon, "정월대보름"));
        kept.extend(lunar.dog_days.iter().copied().zip(["초복", "중복", "말복"]));
    }
    let mut all: Vec<Holiday> = substitutes(&statutory);
    all.extend(statutory.into_iter().map(|(date, name, _)| Holiday {
        date,
        name,
        public: true,
    }));
    all.extend(kept.into_iter().map(|(date, name)| Holiday {
        date,
        name: name.to_owned(),
        public: false,
    }));
    all.sort_by(|a, b| (a.date, &a.name).cmp(&(b.date, &b.name)));
    all
}

/// Article 3 of the decree: the first following day that is no Saturday, Sunday, holiday or other substitute.
fn substitutes(statutory: &[(NaiveDate, String, Substitute)]) -> Vec<Holiday> {
    let mut by_day: BTreeMap<NaiveDate, Vec<(&str, Substitute)>> = BTreeMap::new();
    for (date, name, rule) in statutory {
        by_day.entry(*date).or_default().push((name, *rule));
    }
    let mut given: Vec<Holiday> = Vec::new();
    for (date, holidays) in &by_day {
        let overlaps = holidays.len() > 1;
        let owed = holidays.iter().find(|(_, rule)| match rule {
            Substitute::None => false,
            Substitute::Weekend => {
                overlaps || matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
            }
            Substitute::Sunday => overlaps || date.weekday() == Weekday::Sun,
        });
        let Some((name, _)) = owed else { continue };
        let mut day = *date + Days::new(1);
        while matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
            || by_day.contains_key(&day)
            || given.iter().any(|g| g.date == day)
        {
            day = day + Days::new(1);
        }
        let name = name.trim_end_matches(" 연휴");
        given.push(Holiday {
            date: day,
            name: format!("대체공휴일({name})"),
            public: true,
        });
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn names(text: &str) -> Vec<String> {
        let date = day(text);
        holidays(date.year())
            .into_iter()
            .filter(|h| h.date == date)
            .map(|h| h.name)
            .collect()
    }

    #[test]
    fn the_table_reaches_2035() {
        let (first, last) = known_years();
        assert!(first <= 2026 && last >= 2035);
        assert!(TABLE.lunar.windows(2).all(|w| w[0].year + 1 == w[1].year));
    }

    #[test]
    fn ten_years_agree_day_by_day_with_an_independent_table() {
        let lines = include_str!("../../tests/holidays.txt").lines();
        let years: Vec<&str> = lines.filter(|line| !line.starts_with('#')).collect();
        assert_eq!(years.len(), 10);
        for (line, year) in years.into_iter().zip(2026..) {
            let expected: Vec<NaiveDate> = line.split(' ').map(day).collect();
            let mut ours: Vec<NaiveDate> = holidays(year)
                .into_iter()
                .filter(|h| h.public)
                .map(|h| h.date)
                .collect();
            ours.dedup();
            assert_eq!(ours, expected, "{year}");
        }
    }

    #[test]
    fn the_law_of_2026_is_in_force() {
        assert_eq!(names("2026-05-01"), ["노동절"]);
        assert_eq!(names("2026-07-17"), ["제헌절"]);
        assert!(names("2025-07-17").is_empty());
        assert_eq!(names("2027-05-03"), ["대체공휴일(노동절)"]);
        assert_eq!(names("2027-07-19"), ["대체공휴일(제헌절)"]);
    }

    #[test]
    fn known_lunar_days_fall_where_the_calendar_says() {
        assert_eq!(names("2026-02-17"), ["설날"]);
        assert_eq!(names("2026-05-24"), ["부처님오신날"]);
        assert_eq!(names("2026-09-25"), ["추석"]);
        assert_eq!(names("2027-02-07"), ["설날"]);
        assert_eq!(names("2030-09-12"), ["추석"]);
        assert_eq!(names("2035-02-08"), ["설날"]);
        assert_eq!(names("2026-07-15"), ["초복"]);
    }

    #[test]
    fn substitutes_follow_the_rule_of_each_holiday() {
        assert_eq!(names("2026-03-02"), ["대체공휴일(삼일절)"]);
        assert_eq!(names("2026-05-25"), ["대체공휴일(부처님오신날)"]);
        assert_eq!(names("2026-08-17"), ["대체공휴일(광복절)"]);
        assert_eq!(names("2026-10-05"), ["대체공휴일(개천절)"]);
        // Seollal 2027 lies on a Sunday: the day after its block.
        assert_eq!(names("2027-02-09"), ["대체공휴일(설날)"]);
        // Chuseok 2026 ends on a Saturday: nothing is owed.
        assert!(names("2026-09-28").is_empty());
        // Two holidays on one day owe one day.
        assert_eq!(names("2025-05-06").len(), 1);
        // Chuseok 2028 falls on National Foundation Day.
        assert_eq!(names("2028-10-05").len(), 1);
        // Memorial Day and New Year's Day owe nothing.
        assert!(names("2026-06-08").is_empty());
        assert!(names("2028-01-03").is_empty());
    }

    #[test]
    fn no_two_public_days_of_a_year_share_a_substitute() {
        for year in 2026..=2035 {
            let given: Vec<_> = holidays(year)
                .into_iter()
                .filter(|h| h.name.starts_with("대체"))
                .collect();
            let mut days: Vec<_> = given.iter().map(|h| h.date).collect();
            days.dedup();
            assert_eq!(days.len(), given.len(), "{year}");
            assert!(
                given
                    .iter()
                    .all(|h| !matches!(h.date.weekday(), Weekday::Sat | Weekday::Sun))
            );
        }
    }
}
