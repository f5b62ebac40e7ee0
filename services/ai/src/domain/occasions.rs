//! What is coming up: commemorative, commercial and school days, weather and public holidays near a date.

use super::calendar;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use janchi_contracts::reference::Industry;
use serde::Deserialize;
use std::sync::LazyLock;

/// Something that moves customers, with the days it lasts.
#[derive(Debug, Clone, PartialEq)]
pub struct Occasion {
    /// Stable UPPER_SNAKE; a season's answer may be used again in the same season.
    pub code: String,
    pub title: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// 0–1 for this trade.
    pub weight: f64,
    pub hook: String,
    /// Where it is known from, in Korean.
    pub evidence: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    occasion: Vec<Entry>,
    holiday: Vec<HolidayEntry>,
    season: Vec<Season>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Commercial,
    Commemorative,
    School,
    Weather,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    title: String,
    kind: Kind,
    from: Option<String>,
    to: Option<String>,
    month: Option<u32>,
    nth: Option<u8>,
    /// ISO, Monday is 1.
    weekday: Option<u8>,
    #[serde(default)]
    after_days: u64,
    weight: f64,
    industries: Vec<Industry>,
    /// Others do not feel it at all.
    #[serde(default)]
    only: bool,
    hook: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayEntry {
    name: String,
    code: String,
    title: String,
    weight: f64,
    industries: Vec<Industry>,
    hook: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Season {
    code: String,
    title: String,
    months: Vec<u32>,
    hook: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/occasions.toml"))
        .expect("the table of occasions is checked by a test")
});

/// Occasions that touch the days `today + 2 ..= today + 24`, what the trade feels most first; the last one is
/// always the weather season, so the list is never empty.
pub fn upcoming(industry: Industry, today: NaiveDate) -> Vec<Occasion> {
    let mut found = between(industry, today + Days::new(2), today + Days::new(24));
    // What is felt more goes first; a little is lost by every day one has to wait.
    let rank = |o: &Occasion| o.weight - 0.01 * (o.from - today).num_days().max(0) as f64;
    found.sort_by(|a, b| {
        rank(b)
            .total_cmp(&rank(a))
            .then_with(|| (a.from, &a.code).cmp(&(b.from, &b.code)))
    });
    found.push(season(today + Days::new(7)));
    found
}

/// Occasions that touch a span of days, in no order and without the weather season.
fn between(industry: Industry, first: NaiveDate, last: NaiveDate) -> Vec<Occasion> {
    let mut found: Vec<Occasion> = Vec::new();
    for year in first.year() - 1..=last.year() {
        let entries = TABLE
            .occasion
            .iter()
            .filter_map(|e| e.occasion(year, industry));
        let holidays = calendar::holidays(year)
            .into_iter()
            .filter_map(|h| holiday_occasion(&h, industry));
        found.extend(
            entries
                .chain(holidays)
                .filter(|o| o.from <= last && o.to >= first),
        );
    }
    found
}

/// How much a trade feels what lies within a span of days: the strongest occasion's weight, 0 without one.
pub fn felt_between(industry: Industry, first: NaiveDate, last: NaiveDate) -> f64 {
    between(industry, first, last)
        .iter()
        .map(|o| o.weight)
        .fold(0.0, f64::max)
}

impl Entry {
    fn occasion(&self, year: i32, industry: Industry) -> Option<Occasion> {
        if self.only && !self.industries.contains(&industry) {
            return None;
        }
        let (from, to) = match (&self.from, &self.to) {
            (Some(from), Some(to)) => {
                let from = day_of_year(year, from)?;
                let to = day_of_year(year, to)?;
                if to >= from {
                    (from, to)
                } else {
                    (from, to.with_year(year + 1)?)
                }
            }
            _ => {
                let weekday = Weekday::try_from(self.weekday? - 1).ok()?;
                let day =
                    NaiveDate::from_weekday_of_month_opt(year, self.month?, weekday, self.nth?)?;
                (day, day + Days::new(self.after_days))
            }
        };
        let source = match self.kind {
            Kind::Commercial => "유통가에서 해마다 챙기는 날",
            Kind::Commemorative => "「각종 기념일 등에 관한 규정」과 해마다의 생활 절기",
            Kind::School => "학사 일정(「초·중등교육법 시행령」 제44조와 교육부 공고 관행)",
            Kind::Weather => "기상청 기후평년값(1991~2020)",
        };
        Some(Occasion {
            code: self.code.clone(),
            title: self.title.clone(),
            from,
            to,
            weight: felt(self.weight, &self.industries, industry),
            hook: self.hook.clone(),
            evidence: format!("{source}: {}", period(from, to)),
        })
    }
}

fn holiday_occasion(holiday: &calendar::Holiday, industry: Industry) -> Option<Occasion> {
    let entry = TABLE.holiday.iter().find(|e| e.name == holiday.name)?;
    let source = if holiday.public {
        "「공휴일에 관한 법률」(2026년 개정)"
    } else {
        "음력·절기 역일표(한국천문연구원)"
    };
    Some(Occasion {
        code: entry.code.clone(),
        title: entry.title.clone(),
        from: holiday.date,
        to: holiday.date,
        weight: felt(entry.weight, &entry.industries, industry),
        hook: entry.hook.clone(),
        evidence: format!("{source}: {}", period(holiday.date, holiday.date)),
    })
}

/// The weather season of a date.
fn season(day: NaiveDate) -> Occasion {
    let season = season_of(day);
    Occasion {
        code: season.code.clone(),
        title: season.title.clone(),
        from: day,
        to: day,
        weight: 0.3,
        hook: season.hook.clone(),
        evidence: format!(
            "기상청 계절 구분: {}월은 {}이에요.",
            day.month(),
            season.title
        ),
    }
}

/// Code and name of the weather season a plan of today falls into.
pub fn weather_season(today: NaiveDate) -> (&'static str, &'static str) {
    let season = season_of(today + Days::new(7));
    (&season.code, &season.title)
}

fn season_of(day: NaiveDate) -> &'static Season {
    TABLE
        .season
        .iter()
        .find(|s| s.months.contains(&day.month()))
        .expect("the seasons cover all months: checked by a test")
}

/// The months of the year with the code of their weather season.
pub fn months() -> impl Iterator<Item = (u32, &'static str)> {
    TABLE.season.iter().flat_map(|season| {
        season
            .months
            .iter()
            .map(|month| (*month, season.code.as_str()))
    })
}

fn felt(weight: f64, favourites: &[Industry], industry: Industry) -> f64 {
    if favourites.contains(&industry) {
        (weight + 0.2).min(1.0)
    } else {
        weight
    }
}

fn day_of_year(year: i32, text: &str) -> Option<NaiveDate> {
    let (month, day) = text.split_once('-')?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

/// "12월 5일~12월 31일" or one day.
pub fn period(from: NaiveDate, to: NaiveDate) -> String {
    let day = |d: NaiveDate| format!("{}월 {}일", d.month(), d.day());
    if from == to {
        format!("{}년 {}", from.year(), day(from))
    } else {
        format!("{}년 {}~{}", from.year(), day(from), day(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(industry: Industry, today: &str) -> Vec<String> {
        upcoming(industry, today.parse().unwrap())
            .into_iter()
            .map(|o| o.code)
            .collect()
    }

    #[test]
    fn every_entry_has_a_day_in_every_year_and_seasons_cover_the_year() {
        for year in 2025..=2036 {
            for entry in &TABLE.occasion {
                let occasion = entry
                    .occasion(
                        year,
                        entry.industries.first().copied().unwrap_or(Industry::Other),
                    )
                    .unwrap_or_else(|| panic!("{}", entry.code));
                assert!(occasion.from <= occasion.to);
            }
        }
        for month in 1..=12 {
            season(NaiveDate::from_ymd_opt(2026, month, 1).unwrap());
        }
    }

    #[test]
    fn every_named_holiday_is_in_the_calendar() {
        let days = calendar::holidays(2027);
        assert!(
            TABLE
                .holiday
                .iter()
                .all(|h| days.iter().any(|d| d.name == h.name))
        );
    }

    #[test]
    fn the_exam_is_on_the_third_thursday_of_november() {
        let exam = TABLE.occasion.iter().find(|e| e.code == "CSAT").unwrap();
        let occasion = exam.occasion(2026, Industry::Cafe).unwrap();
        assert_eq!(occasion.from, "2026-11-19".parse::<NaiveDate>().unwrap());
    }

    #[test]
    fn a_restaurant_in_late_november_looks_to_the_year_end() {
        assert_eq!(codes(Industry::Restaurant, "2026-11-22")[0], "YEAR_END");
        assert!(codes(Industry::Restaurant, "2026-09-10").contains(&"CHUSEOK".to_owned()));
        assert_eq!(codes(Industry::Restaurant, "2027-01-25")[0], "SEOLLAL");
    }

    #[test]
    fn every_day_of_ten_years_has_a_season() {
        let mut day: NaiveDate = "2026-01-01".parse().unwrap();
        while day.year() < 2036 {
            let found = upcoming(Industry::Cafe, day);
            assert!(!found.is_empty());
            assert!(found.iter().all(|o| o.to >= day && !o.evidence.is_empty()));
            day = day + Days::new(5);
        }
    }
}
