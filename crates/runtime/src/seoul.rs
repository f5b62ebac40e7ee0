//! Days and hours are cut in Asia/Seoul, nine hours ahead of UTC without summer time since 1988.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};

/// Seoul's distance from UTC.
pub fn offset() -> FixedOffset {
    FixedOffset::east_opt(9 * 3600).expect("nine hours are within a day")
}

/// The same instant with Seoul's offset.
pub fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&offset())
}

/// The date in Seoul.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    local(at).date_naive()
}

/// The hour in Seoul, 0–23.
pub fn hour(at: DateTime<Utc>) -> u32 {
    local(at).hour()
}

/// The instant of a local date and time in Seoul.
pub fn instant(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    offset()
        .from_local_datetime(&day.and_time(time))
        .single()
        .expect("a fixed offset has no gaps")
        .with_timezone(&Utc)
}

/// Midnight in Seoul at the beginning of the date.
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    instant(day, NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};

    #[test]
    fn a_day_begins_at_fifteen_utc() {
        let before: DateTime<chrono::Utc> = "2026-11-22T14:59:59Z".parse().unwrap();
        let after: DateTime<chrono::Utc> = "2026-11-22T15:00:00Z".parse().unwrap();
        let date = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        assert_eq!(super::day(before), date(22));
        assert_eq!(super::day(after), date(23));
        assert_eq!(super::midnight(date(23)), after);
        assert_eq!(super::hour(after), 0);
    }
}
