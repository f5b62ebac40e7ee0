//! Days that an owner types, as the instants that the API takes.

use crate::times;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, Utc};

const SEOUL_SECONDS: i32 = 9 * 3600;

fn seoul() -> Option<FixedOffset> {
    FixedOffset::east_opt(SEOUL_SECONDS)
}

/// The day in Seoul of a time of the API, as a date field holds it.
pub(super) fn day_of(time: Option<&str>) -> String {
    let there = time.and_then(times::parse).zip(seoul());
    there.map_or_else(String::new, |(time, seoul)| {
        time.with_timezone(&seoul).format("%Y-%m-%d").to_string()
    })
}

/// Today in Seoul, as a date field holds it.
pub(super) fn today(now: DateTime<Utc>) -> String {
    day_of(Some(&now.to_rfc3339()))
}

/// A typed day; none where it is no day.
pub(super) fn read(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()
}

/// The first moment of a day, unless that is the day of `known`: then it stays.
pub(super) fn start(day: NaiveDate, known: Option<&str>) -> String {
    keep(day, known).unwrap_or_else(|| instant(day, NaiveTime::MIN))
}

/// The last minute of a day, unless that is the day of `known`: then it stays.
pub(super) fn end(day: NaiveDate, known: Option<&str>) -> String {
    let last = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or(NaiveTime::MIN);
    keep(day, known).unwrap_or_else(|| instant(day, last))
}

fn keep(day: NaiveDate, known: Option<&str>) -> Option<String> {
    let same = read(&day_of(known)) == Some(day);
    known.filter(|_| same).map(str::to_owned)
}

fn instant(day: NaiveDate, time: NaiveTime) -> String {
    let at = seoul().and_then(|seoul| day.and_time(time).and_local_timezone(seoul).single());
    at.map_or_else(String::new, |at| {
        at.to_rfc3339_opts(SecondsFormat::Secs, false)
    })
}

#[cfg(test)]
mod tests {
    use super::{day_of, end, read, start};

    #[test]
    fn a_day_is_one_of_seoul() {
        assert_eq!(day_of(Some("2026-11-28T16:00:00Z")), "2026-11-29");
        let day = read("2026-11-29").unwrap();
        assert_eq!(start(day, None), "2026-11-29T00:00:00+09:00");
        assert_eq!(end(day, None), "2026-11-29T23:59:00+09:00");
    }

    #[test]
    fn a_day_that_was_not_changed_keeps_its_hour() {
        let known = Some("2026-11-29T09:00:00Z");
        let day = read("2026-11-29").unwrap();
        assert_eq!(end(day, known), "2026-11-29T09:00:00Z");
        assert_eq!(read("29.11."), None);
    }
}
