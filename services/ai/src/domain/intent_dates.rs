//! The span of days that a Korean sentence asks for, relative to today in Seoul.

use super::date_mentions::{Mention, mention, other_time};
use super::date_numerals::{is_range, range_end};
use super::date_particles::{Role, role, weekday_in_brackets};
use chrono::{Datelike, Days, Months, NaiveDate};

/// Nobody plans further ahead: what lies beyond is a slip of the pen.
const FURTHEST: u64 = 400;
/// A whole month that is named twice (`1월 한 달`) is that month, however many days it has.
const MONTH: std::ops::RangeInclusive<i64> = 27..=31;

/// The days a sentence asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// The span a sentence names, with what is left of the sentence. What is over, or too far ahead, is not named.
pub fn take(text: &str, today: NaiveDate) -> (Span, String) {
    let mut mentions = Vec::new();
    let mut rest = String::new();
    let mut at = text;
    // Between the first and the last day of a range.
    let mut in_range = false;
    while let Some(first) = at.chars().next() {
        // A date begins a word (`생일` holds none), or its digits stand right behind one (`기간12/1`).
        let begins = rest.chars().last().is_none_or(|c| {
            !c.is_alphanumeric() || first.is_ascii_digit() && !c.is_ascii_alphanumeric()
        });
        if let Some(length) = begins.then(|| other_time(at, today)).flatten() {
            rest.push_str(&at[..length]);
            at = &at[length..];
            continue;
        }
        let found = begins
            .then(|| {
                mention(at, today).or_else(|| in_range.then(|| range_end(at, today)).flatten())
            })
            .flatten();
        match found {
            Some((mention, length)) => {
                let length = length + weekday_in_brackets(&at[length..]);
                let (role, particle) = role(&at[length..]);
                in_range = role == Role::From && at[length..length + particle].contains(is_range);
                mentions.push((mention, role));
                rest.push(' ');
                at = &at[length + particle..];
            }
            None => {
                in_range &= first.is_whitespace();
                rest.push(first);
                at = &at[first.len_utf8()..];
            }
        }
    }
    (within(combine(&mentions, today), today), rest)
}

fn combine(mentions: &[(Mention, Role)], today: NaiveDate) -> Span {
    let mut span = Span::default();
    let (mut length, mut month, mut joined) = (None, None, false);
    for (mention, role) in mentions {
        let (first, last) = match *mention {
            Mention::Length(days) => {
                length = Some(days);
                continue;
            }
            Mention::Day(day) => (day, day),
            Mention::Ahead(days) => (today + Days::new(days), today + Days::new(days)),
            Mention::Period(first, last) => (first, last),
            Mention::DayOfMonth(number) => {
                let Some(day) = day_of_month(month.unwrap_or(today), number) else {
                    continue;
                };
                (day, day)
            }
        };
        month = Some(first);
        match role {
            Role::From => span.from = Some(first),
            Role::To => span.to = Some(last),
            _ if joined => span.to = Some(last),
            // After a beginning the next day is the end: `12월 20일~25일`.
            _ => {
                span.from = span.from.or(Some(first));
                span.to = span.to.or(Some(last));
            }
        }
        joined = *role == Role::And;
    }
    match length.filter(|d| *d > 0) {
        Some(days) => lasting(span, days, today),
        None => turned(span),
    }
}

/// A span with a length: from its beginning, or from tomorrow. An end that is named stays.
fn lasting(span: Span, days: u64, today: NaiveDate) -> Span {
    let whole_month = |from: NaiveDate, to: NaiveDate| {
        MONTH.contains(&days.cast_signed()) && MONTH.contains(&(to - from).num_days())
    };
    match span {
        Span {
            from: None,
            to: Some(_),
        } => span,
        Span {
            from: Some(from),
            to: Some(to),
        } if whole_month(from, to) => span,
        Span { from, .. } => {
            let from = from.unwrap_or(today + Days::new(1));
            Span {
                from: Some(from),
                to: Some(from + Days::new(days - 1)),
            }
        }
    }
}

/// An end before its beginning lies in the next year, if that is near.
fn turned(mut span: Span) -> Span {
    if let (Some(from), Some(to)) = (span.from, span.to)
        && to < from
    {
        span.to = to
            .checked_add_months(Months::new(12))
            .filter(|to| (*to - from).num_days() < 180);
    }
    span
}

fn within(span: Span, today: NaiveDate) -> Span {
    let furthest = today + Days::new(FURTHEST);
    let from = span.from.filter(|day| (today..=furthest).contains(day));
    let to = span
        .to
        .filter(|day| (from.unwrap_or(today)..=furthest).contains(day));
    Span { from, to }
}

/// The next day with this number, on or after `near`'s first or its month.
fn day_of_month(near: NaiveDate, number: u32) -> Option<NaiveDate> {
    match near.with_day(number) {
        Some(day) if day >= near => Some(day),
        _ => (near.with_day(1)? + Months::new(1)).with_day(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tuesday, 24 November 2026.
    fn span(text: &str) -> (String, String) {
        let show = |d: Option<NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
        let (span, _) = take(text, "2026-11-24".parse().unwrap());
        (show(span.from), show(span.to))
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (text, from, to) in [
            ("오늘부터 일주일", "2026-11-24", "2026-11-30"),
            ("내일 하루", "2026-11-25", "2026-11-25"),
            ("이번 주말에", "2026-11-28", "2026-11-29"),
            ("이번주말", "2026-11-28", "2026-11-29"),
            ("다음 주말까지", "", "2026-12-06"),
            ("다음 주 금요일부터 2주", "2026-12-04", "2026-12-17"),
            ("다음주 화요일", "2026-12-01", "2026-12-01"),
            ("금요일부터 일요일까지", "2026-11-27", "2026-11-29"),
            ("이번 주", "2026-11-24", "2026-11-29"),
            ("다음 달", "2026-12-01", "2026-12-31"),
            ("이번 달 말까지", "", "2026-11-30"),
            ("12월 20일부터 25일까지", "2026-12-20", "2026-12-25"),
            ("12월 20일~25일", "2026-12-20", "2026-12-25"),
            ("12/20~12/25", "2026-12-20", "2026-12-25"),
            ("12월 28일부터 1월 3일까지", "2026-12-28", "2027-01-03"),
            ("1월 5일에", "2027-01-05", "2027-01-05"),
            ("2027년 2월 3일부터 열흘 동안", "2027-02-03", "2027-02-12"),
            ("2026-12-01부터 10일간", "2026-12-01", "2026-12-10"),
            ("28일부터 30일까지", "2026-11-28", "2026-11-30"),
            ("12월 초에", "2026-12-01", "2026-12-10"),
            ("크리스마스까지", "", "2026-12-25"),
            ("설날까지", "", "2027-02-07"),
            ("2주 동안", "2026-11-25", "2026-12-08"),
            ("1월 한 달", "2027-01-01", "2027-01-31"),
        ] {
            assert_eq!(span(text), (from.to_owned(), to.to_owned()), "{text}");
        }
    }

    #[test]
    fn ranges_are_read_however_they_are_joined() {
        for (text, from, to) in [
            ("12월 20~25일", "2026-12-20", "2026-12-25"),
            ("12월 20일 ~ 12월 25일", "2026-12-20", "2026-12-25"),
            ("12/20~25", "2026-12-20", "2026-12-25"),
            ("12.20 - 12.25", "2026-12-20", "2026-12-25"),
            ("26~28일", "2026-11-26", "2026-11-28"),
            ("11월 28일(토)~29일(일)", "2026-11-28", "2026-11-29"),
            (
                "12월 1일(화요일)부터 5일(토)까지",
                "2026-12-01",
                "2026-12-05",
            ),
            ("금요일과 토요일에", "2026-11-27", "2026-11-28"),
            ("다음 달 5일부터 2주간", "2026-12-05", "2026-12-18"),
            ("내년 1월 2일부터 7일간", "2027-01-02", "2027-01-08"),
            ("2026.12.20~2026.12.25", "2026-12-20", "2026-12-25"),
            ("이번 주 금토일", "2026-11-27", "2026-11-29"),
            ("다음 주 평일 동안", "2026-11-30", "2026-12-04"),
            ("오는 토요일", "2026-11-28", "2026-11-28"),
            ("내일모레까지", "", "2026-11-26"),
            ("일주일 뒤부터 열흘간", "2026-12-01", "2026-12-10"),
            ("3일 후에 시작해서 5일 동안", "2026-11-27", "2026-12-01"),
            ("1~2주 정도", "2026-11-25", "2026-12-08"),
            ("다음 달 중순", "2026-12-11", "2026-12-20"),
            (
                "크리스마스 이브부터 크리스마스까지",
                "2026-12-24",
                "2026-12-25",
            ),
            ("크리스마스 전까지", "", "2026-12-24"),
            ("설 연휴 동안", "2027-02-06", "2027-02-08"),
            ("지금부터 연말까지", "2026-11-24", "2026-12-31"),
            // Begun already: the end stays.
            ("11월 20일부터 12월 5일까지", "", "2026-12-05"),
        ] {
            assert_eq!(span(text), (from.to_owned(), to.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_gives_none() {
        for text in [
            "크리스마스 이벤트",
            "연말에 매출",
            "생일 손님",
            "매일 오는 손님",
            "매주 금요일 손님",
            "지난 주말에 손님이 없었어요",
            "최근 3개월 매출이 줄었어요",
            "주말마다 한가해요",
            "주말 손님을 늘리고",
            "월요일 점심이 비어요",
            "하루 10명에게",
            "하루 매출 30만",
            "일주일에 두 번 오는 손님",
            "한 달에 한 번",
            "오픈 1주년 기념",
            "100일 기념",
            "오늘의 커피",
            "오늘도 손님이 없어요",
            "10-20대 손님",
            "평점 4.5 이상",
            "2.5배",
            "100명",
            "2주문 이상",
            "토마토 주스",
            "2099년 1월 1일부터",
        ] {
            let (span, _) = take(text, "2026-11-24".parse().unwrap());
            assert_eq!(span, Span::default(), "{text}");
        }
    }

    #[test]
    fn on_a_sunday_this_weekend_is_today() {
        let sunday = "2026-11-22".parse().unwrap();
        let (span, _) = take("이번 주말", sunday);
        assert_eq!((span.from, span.to), (Some(sunday), Some(sunday)));
    }
}
