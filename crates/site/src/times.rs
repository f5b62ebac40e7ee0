//! Days and hours as people in Korea say them.

use crate::words::Language;
use chrono::{DateTime, Datelike, FixedOffset, Timelike, Utc};

const SEOUL_SECONDS: i32 = 9 * 3600;
/// No line ends between a day and its weekday.
const TOGETHER: char = '\u{2060}';

/// A time of the API.
pub(crate) fn parse(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|time| time.with_timezone(&Utc))
}

fn seoul(time: DateTime<Utc>) -> DateTime<FixedOffset> {
    // Within a day of zero, so there is one.
    FixedOffset::east_opt(SEOUL_SECONDS)
        .map_or_else(|| time.fixed_offset(), |o| time.with_timezone(&o))
}

/// `11월 22일(일) 오후 6시`, `22 Nov (Sun) 6 pm`; with its year where that is not this year.
pub(crate) fn moment(time: DateTime<Utc>, now: DateTime<Utc>, language: Language) -> String {
    let there = seoul(time);
    format!("{} {}", day(time, now, language), clock(there, language))
}

/// The day alone.
pub(crate) fn day(time: DateTime<Utc>, now: DateTime<Utc>, language: Language) -> String {
    let there = seoul(time);
    let year = there.year() != seoul(now).year();
    let weekday = there.weekday().num_days_from_monday() as usize;
    match language {
        Language::Korean => {
            const DAYS: [&str; 7] = ["월", "화", "수", "목", "금", "토", "일"];
            let year = if year {
                format!("{}년 ", there.year())
            } else {
                String::new()
            };
            format!(
                "{year}{}월 {}일{TOGETHER}({})",
                there.month(),
                there.day(),
                DAYS[weekday]
            )
        }
        Language::English => {
            let year = if year {
                format!(" {}", there.year())
            } else {
                String::new()
            };
            format!("{}{year} ({})", there.format("%-d %b"), there.format("%a"))
        }
    }
}

fn clock(time: DateTime<FixedOffset>, language: Language) -> String {
    let (afternoon, hour) = time.hour12();
    let minute = time.minute();
    match language {
        Language::Korean => {
            let half = if afternoon { "오후" } else { "오전" };
            match minute {
                0 => format!("{half} {hour}시"),
                _ => format!("{half} {hour}시 {minute}분"),
            }
        }
        Language::English => {
            let half = if afternoon { "pm" } else { "am" };
            match minute {
                0 => format!("{hour} {half}"),
                _ => format!("{hour}:{minute:02} {half}"),
            }
        }
    }
}

/// The hour of the day in Seoul, from 0.
pub(crate) fn hour(time: DateTime<Utc>) -> usize {
    seoul(time).hour() as usize
}

/// A time as a field for day and hour holds it, in Seoul: `2026-11-29T18:00`.
pub(crate) fn typed(time: DateTime<Utc>) -> String {
    seoul(time).format("%Y-%m-%dT%H:%M").to_string()
}

/// The time in such a field; none for what is none.
pub(crate) fn read_typed(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let read = |form: &str| chrono::NaiveDateTime::parse_from_str(text, form).ok();
    let local = read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"))?;
    let there = FixedOffset::east_opt(SEOUL_SECONDS)?;
    Some(local.and_local_timezone(there).single()?.to_utc())
}

/// Days on the calendar in Seoul from now until then; 0 is today, below zero is past.
pub(crate) fn days_until(time: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    (seoul(time).date_naive() - seoul(now).date_naive()).num_days()
}

#[cfg(test)]
mod tests {
    use super::{days_until, moment, parse, read_typed, typed};
    use crate::words::Language;

    #[test]
    fn a_moment_is_told_in_seoul() {
        let now = parse("2026-11-22T00:00:00Z").unwrap();
        let time = parse("2026-11-29T09:00:00Z").unwrap();
        assert_eq!(
            moment(time, now, Language::Korean),
            "11월 29일\u{2060}(일) 오후 6시"
        );
        assert_eq!(moment(time, now, Language::English), "29 Nov (Sun) 6 pm");
        let next = parse("2027-01-01T00:05:00+09:00").unwrap();
        assert_eq!(
            moment(next, now, Language::Korean),
            "2027년 1월 1일\u{2060}(금) 오전 12시 5분"
        );
    }

    #[test]
    fn a_field_holds_seoul_time() {
        let time = parse("2026-11-29T09:00:00Z").unwrap();
        assert_eq!(typed(time), "2026-11-29T18:00");
        assert_eq!(read_typed("2026-11-29T18:00"), Some(time));
        assert_eq!(read_typed("2026-11-29T18:00:00"), Some(time));
        for bad in ["", "29.11.2026", "2026-02-30T10:00", "2026-11-29T18:00Z"] {
            assert_eq!(read_typed(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let now = parse("2026-11-22T23:30:00+09:00").unwrap();
        assert_eq!(
            days_until(parse("2026-11-23T00:10:00+09:00").unwrap(), now),
            1
        );
        assert_eq!(
            days_until(parse("2026-11-22T00:00:00+09:00").unwrap(), now),
            0
        );
    }
}
