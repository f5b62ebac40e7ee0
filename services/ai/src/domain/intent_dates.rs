//! Days and spans in a Korean sentence, relative to today in Seoul.

use super::calendar;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// The days a sentence asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mention {
    Day(NaiveDate),
    /// A day of a month that was named before, or of this one.
    DayOfMonth(u32),
    Period(NaiveDate, NaiveDate),
    /// So many days long.
    Length(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    From,
    To,
    Plain,
}

/// The span a sentence names, with what is left of the sentence.
pub fn take(text: &str, today: NaiveDate) -> (Span, String) {
    let mut mentions = Vec::new();
    let mut rest = String::new();
    let mut at = text;
    while let Some(first) = at.chars().next() {
        // A date begins a word: `매일`, `생일` hold none.
        let begins = rest.chars().last().is_none_or(|c| !c.is_alphanumeric());
        match begins.then(|| mention(at, today)).flatten() {
            Some((mention, length)) => {
                let (role, particle) = role(&at[length..]);
                mentions.push((mention, role));
                rest.push(' ');
                at = &at[length + particle..];
            }
            None => {
                rest.push(first);
                at = &at[first.len_utf8()..];
            }
        }
    }
    (combine(&mentions, today), rest)
}

fn combine(mentions: &[(Mention, Role)], today: NaiveDate) -> Span {
    let mut span = Span::default();
    let (mut length, mut month) = (None, None);
    for (mention, role) in mentions {
        let (first, last) = match *mention {
            Mention::Length(days) => {
                length = Some(days);
                continue;
            }
            Mention::Day(day) => (day, day),
            Mention::Period(first, last) => (first, last),
            Mention::DayOfMonth(number) => {
                let near = month.unwrap_or(today);
                let Some(day) = day_of_month(near, number) else {
                    continue;
                };
                (day, day)
            }
        };
        month = Some(first);
        match role {
            Role::From => span.from = Some(first),
            Role::To => span.to = Some(last),
            // After a beginning the next day is the end: `12월 20일~25일`.
            Role::Plain if span.from.is_some() => span.to = span.to.or(Some(last)),
            Role::Plain => {
                span = Span {
                    from: Some(first),
                    to: Some(last),
                }
            }
        }
    }
    if let Some(days) = length.filter(|d| *d > 0) {
        let from = span.from.unwrap_or(today + Days::new(1));
        if span.from.is_none() && span.to.is_some() {
            return span;
        }
        span = Span {
            from: Some(from),
            to: Some(from + Days::new(days - 1)),
        };
    }
    if let (Some(from), Some(to)) = (span.from, span.to)
        && to < from
    {
        span.to = to
            .checked_add_months(Months::new(12))
            .filter(|to| (*to - from).num_days() < 180);
    }
    span
}

/// The next day with this number, on or after `near`'s first or its month.
fn day_of_month(near: NaiveDate, number: u32) -> Option<NaiveDate> {
    let same = near.with_day(number);
    match same {
        Some(day) if day >= near => Some(day),
        _ => (near.with_day(1)? + Months::new(1)).with_day(number),
    }
}

fn role(after: &str) -> (Role, usize) {
    let blank = after.len() - after.trim_start().len();
    let text = &after[blank..];
    for (particle, role) in [
        ("부터", Role::From),
        ("에서", Role::From),
        ("~", Role::From),
        ("∼", Role::From),
        ("-", Role::From),
        ("까지", Role::To),
        ("동안", Role::Plain),
        ("간", Role::Plain),
    ] {
        if text.starts_with(particle) {
            return (role, blank + particle.len());
        }
    }
    for particle in ["에는", "에", "은", "는"] {
        if let Some(behind) = after.strip_prefix(particle)
            && behind.chars().next().is_none_or(|c| !c.is_alphanumeric())
        {
            return (Role::Plain, particle.len());
        }
    }
    (Role::Plain, 0)
}

/// The mention that begins exactly here, and its length in bytes.
fn mention(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    relative_day(text, today)
        .or_else(|| week(text, today))
        .or_else(|| month(text, today))
        .or_else(|| word_length(text))
        .or_else(|| numbered(text, today))
        .or_else(|| occasion(text, today))
}

fn relative_day(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    [("오늘", 0), ("내일", 1), ("모레", 2), ("글피", 3)]
        .into_iter()
        .find(|(word, _)| text.starts_with(word))
        .map(|(word, days)| (Mention::Day(today + Days::new(days)), word.len()))
}

fn week(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    for (word, weeks) in [
        ("다다음 주", 2),
        ("다다음주", 2),
        ("다음 주", 1),
        ("다음주", 1),
        ("담주", 1),
        ("이번 주", 0),
        ("이번주", 0),
        ("금주", 0),
    ] {
        let Some(after) = text.strip_prefix(word) else {
            continue;
        };
        let monday = monday + Days::new(7 * weeks);
        let blank = after.len() - after.trim_start().len();
        let tail = &after[blank..];
        // `이번 주말` and `이번 주 주말`
        for weekend in ["주말", "말"] {
            if tail.starts_with(weekend) && (weekend == "주말" || blank == 0) {
                let (saturday, sunday) = (monday + Days::new(5), monday + Days::new(6));
                return Some((
                    Mention::Period(saturday.max(today), sunday),
                    word.len() + blank + weekend.len(),
                ));
            }
        }
        if let Some((weekday, length)) = weekday(tail) {
            let day = monday + Days::new(u64::from(weekday.num_days_from_monday()));
            let day = if day < today { day + Days::new(7) } else { day };
            return Some((Mention::Day(day), word.len() + blank + length));
        }
        return Some((
            Mention::Period(monday.max(today), monday + Days::new(6)),
            word.len(),
        ));
    }
    if text.starts_with("주말") {
        let saturday = monday + Days::new(5);
        return Some((
            Mention::Period(saturday.max(today), monday + Days::new(6)),
            "주말".len(),
        ));
    }
    let (weekday, length) = weekday(text)?;
    let ahead = (7 + weekday.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
    Some((Mention::Day(today + Days::new(u64::from(ahead))), length))
}

fn weekday(text: &str) -> Option<(Weekday, usize)> {
    let first = text.chars().next()?;
    let index = "월화수목금토일".chars().position(|c| c == first)?;
    text[first.len_utf8()..].starts_with("요일").then(|| {
        let weekday = Weekday::try_from(u8::try_from(index).unwrap_or(0)).unwrap_or(Weekday::Mon);
        (weekday, first.len_utf8() + "요일".len())
    })
}

fn month(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    let this = today.with_day(1)?;
    let end = |first: NaiveDate| first + Months::new(1) - Days::new(1);
    for (word, months) in [
        ("다음 달", 1),
        ("다음달", 1),
        ("이번 달", 0),
        ("이번달", 0),
        ("이달", 0),
    ] {
        let Some(after) = text.strip_prefix(word) else {
            continue;
        };
        let first = this + Months::new(months);
        let blank = after.len() - after.trim_start().len();
        if after[blank..].starts_with('말') {
            return Some((
                Mention::Day(end(first)),
                word.len() + blank + '말'.len_utf8(),
            ));
        }
        return Some((Mention::Period(first.max(today), end(first)), word.len()));
    }
    text.starts_with("월말")
        .then(|| (Mention::Day(end(this)), "월말".len()))
}

fn word_length(text: &str) -> Option<(Mention, usize)> {
    [
        ("일주일", 7),
        ("이주일", 14),
        ("한 주", 7),
        ("두 주", 14),
        ("한 달", 30),
        ("한달", 30),
        ("두 달", 60),
        ("두달", 60),
        ("보름", 15),
        ("열흘", 10),
        ("닷새", 5),
        ("나흘", 4),
        ("사흘", 3),
        ("이틀", 2),
        ("하루", 1),
    ]
    .into_iter()
    .find(|(word, _)| text.starts_with(word))
    .map(|(word, days)| (Mention::Length(days), word.len()))
}

/// `2026-12-20`, `2026년 12월 20일`, `12월 20일`, `12월`, `12/20`, `20일`, `3일간`, `2주`, `1개월`.
fn numbered(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    let (number, length) = digits(text)?;
    let after = &text[length..];
    let blank = after.len() - after.trim_start().len();
    let tail = &after[blank..];
    if (2020..2100).contains(&number) {
        let year = i32::try_from(number).ok()?;
        for (mark, blank_too) in [("-", false), (".", false), ("년", true)] {
            let Some(behind) = after.strip_prefix(mark) else {
                continue;
            };
            let skip = if blank_too {
                behind.len() - behind.trim_start().len()
            } else {
                0
            };
            let (day, used) = month_day(&behind[skip..])?;
            return NaiveDate::from_ymd_opt(year, day.0, day.1)
                .map(|d| (Mention::Day(d), length + mark.len() + skip + used));
        }
    }
    for (unit, days) in [
        ("주일", 7),
        ("주간", 7),
        ("주", 7),
        ("개월", 30),
        ("달", 30),
    ] {
        if tail.starts_with(unit) && number <= 26 {
            return Some((Mention::Length(number * days), length + blank + unit.len()));
        }
    }
    for unit in ["일간", "일 동안", "일동안"] {
        if tail.starts_with(unit) && number <= 180 {
            return Some((Mention::Length(number), length + blank + unit.len()));
        }
    }
    if let Some(((month, day), used)) = month_day(text) {
        let date = NaiveDate::from_ymd_opt(today.year(), month, day)?;
        let date = if date < today {
            NaiveDate::from_ymd_opt(today.year() + 1, month, day)?
        } else {
            date
        };
        return Some((Mention::Day(date), used));
    }
    if let Some(behind) = tail.strip_prefix('월') {
        let month = u32::try_from(number).ok()?;
        let first = NaiveDate::from_ymd_opt(today.year(), month, 1)?;
        let first = if first < today.with_day(1)? {
            first + Months::new(12)
        } else {
            first
        };
        let last = first + Months::new(1) - Days::new(1);
        let base = length + blank + '월'.len_utf8();
        let skip = behind.len() - behind.trim_start().len();
        return Some(match &behind[skip..] {
            t if t.starts_with('말') => (Mention::Day(last), base + skip + '말'.len_utf8()),
            t if t.starts_with('초') => (
                Mention::Period(first, first + Days::new(9)),
                base + skip + '초'.len_utf8(),
            ),
            t if t.starts_with("중순") => (
                Mention::Period(first + Days::new(10), first + Days::new(19)),
                base + skip + "중순".len(),
            ),
            _ => (Mention::Period(first.max(today), last), base),
        });
    }
    if tail.starts_with('일') && !tail.starts_with("일주일") && (1..=31).contains(&number) {
        return Some((
            Mention::DayOfMonth(u32::try_from(number).ok()?),
            length + blank + '일'.len_utf8(),
        ));
    }
    None
}

/// `12월 20일`, `12/20`, `12-20`, `12.20` with the length in bytes.
fn month_day(text: &str) -> Option<((u32, u32), usize)> {
    let (month, first) = digits(text)?;
    let after = &text[first..];
    let blank = after.len() - after.trim_start().len();
    let mark = ["월", "/", "-", "."]
        .into_iter()
        .find(|m| after[blank..].starts_with(m))?;
    let behind = &after[blank + mark.len()..];
    let skip = if mark == "월" {
        behind.len() - behind.trim_start().len()
    } else {
        0
    };
    let (day, second) = digits(&behind[skip..])?;
    let mut used = first + blank + mark.len() + skip + second;
    match text[used..].strip_prefix('일') {
        Some(_) => used += '일'.len_utf8(),
        None if mark == "월" => return None,
        None => {}
    }
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day);
    valid.then_some(((u32::try_from(month).ok()?, u32::try_from(day).ok()?), used))
}

fn digits(text: &str) -> Option<(u64, usize)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=4)
        .contains(&length)
        .then(|| text[..length].parse().ok().map(|n| (n, length)))
        .flatten()
}

/// A named day counts as a date only with `까지`, `부터` or `에` behind it; else it is what the event is about.
fn occasion(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    let fixed = |month, day| {
        NaiveDate::from_ymd_opt(today.year(), month, day)
            .filter(|d| *d >= today)
            .or_else(|| NaiveDate::from_ymd_opt(today.year() + 1, month, day))
    };
    let (word, day) = [
        ("크리스마스", fixed(12, 25)),
        ("성탄절", fixed(12, 25)),
        ("연말", fixed(12, 31)),
        ("밸런타인데이", fixed(2, 14)),
        ("발렌타인데이", fixed(2, 14)),
        ("화이트데이", fixed(3, 14)),
        ("빼빼로데이", fixed(11, 11)),
        ("핼러윈", fixed(10, 31)),
        ("할로윈", fixed(10, 31)),
        ("어버이날", fixed(5, 8)),
        ("어린이날", fixed(5, 5)),
        ("설날", lunar("설날", today)),
        ("추석", lunar("추석", today)),
    ]
    .into_iter()
    .find(|(word, _)| text.starts_with(word))?;
    let after = text[word.len()..].trim_start();
    let dated = ["까지", "부터", "에 ", "에는", "~"]
        .iter()
        .any(|p| after.starts_with(p));
    dated.then_some((Mention::Day(day?), word.len()))
}

fn lunar(name: &str, today: NaiveDate) -> Option<NaiveDate> {
    [today.year(), today.year() + 1]
        .into_iter()
        .flat_map(calendar::holidays)
        .find(|h| h.name == name && h.date >= today)
        .map(|h| h.date)
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
            ("1월 한 달", "2027-01-01", "2027-01-30"),
        ] {
            assert_eq!(span(text), (from.to_owned(), to.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_gives_none() {
        for text in [
            "크리스마스 이벤트",
            "생일 손님",
            "매일 오는 손님",
            "100명",
            "토마토 주스",
        ] {
            assert_eq!(
                take(text, "2026-11-24".parse().unwrap()).0.to,
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn on_a_sunday_this_weekend_is_today() {
        let (span, _) = take("이번 주말", "2026-11-22".parse().unwrap());
        assert_eq!(
            (span.from, span.to),
            (
                Some("2026-11-22".parse().unwrap()),
                Some("2026-11-22".parse().unwrap())
            )
        );
    }
}
