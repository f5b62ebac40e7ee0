//! Days as they are written with digits: `2026-12-20`, `12월 20일`, `12/20~25`, `20일`, `3일간`, `2주 뒤`.

use super::date_mentions::Mention;
use super::date_particles::{blanks, ends};
use chrono::{Datelike, Days, Months, NaiveDate};

/// A date so little in the past is not meant for the next year: the event has begun already.
const JUST_PAST: u64 = 30;
const LONGEST: u64 = 180;
/// What may follow a date.
const AFTER_DATE: [&str; 12] = [
    "까지", "부터", "에", "은", "는", "이", "일", "날", "쯤", "경", "하루", "동안",
];
/// What may follow a length: `2주년` and `3일장` are none.
const AFTER_LENGTH: [&str; 14] = [
    "간", "동안", "만", "정도", "쯤", "짜리", "내내", "뒤", "후", "은", "는", "을", "를", "로",
];

/// Whether this joins a first and a last day.
pub fn is_range(c: char) -> bool {
    matches!(c, '~' | '∼' | '〜' | '-' | '–')
}

/// `2026-12-20`, `내년 3월`, `12월 20일`, `12월`, `12/20`, `20일`, `3일간`, `2주`, `1개월 뒤`.
pub fn numbered(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    for (word, ahead) in [("내년", 1), ("올해", 0)] {
        if let Some(after) = text.strip_prefix(word) {
            let blank = blanks(after);
            let (mention, used) = dated(&after[blank..], Some(today.year() + ahead), today)?;
            return Some((mention, word.len() + blank + used));
        }
    }
    let (number, length) = digits(text)?;
    let after = &text[length..];
    if (2020..2100).contains(&number) {
        let year = i32::try_from(number).ok()?;
        let mark = ["-", ".", "/", "년"]
            .into_iter()
            .find(|m| after.starts_with(m))?;
        let behind = &after[mark.len()..];
        let blank = blanks(behind);
        let (mention, used) = dated(&behind[blank..], Some(year), today)?;
        return Some((mention, length + mark.len() + blank + used));
    }
    counted(text)
        .or_else(|| dated(text, None, today))
        .or_else(|| day_number(text))
}

/// `2주`, `3개월`, `5일간`, `1~2주`, `3일 뒤`.
fn counted(text: &str) -> Option<(Mention, usize)> {
    let (mut number, mut length) = digits(text)?;
    // `1~2주` is two weeks.
    if let Some(mark) = text[length..].chars().next().filter(|c| is_range(*c))
        && let Some((upper, second)) = digits(&text[length + mark.len_utf8()..])
    {
        number = upper;
        length += mark.len_utf8() + second;
    }
    let blank = blanks(&text[length..]);
    let tail = &text[length + blank..];
    for (unit, days, most) in [
        ("주일", 7, 26),
        ("주", 7, 26),
        ("개월", 30, 6),
        ("달", 30, 6),
    ] {
        if let Some(after) = tail.strip_prefix(unit) {
            if !(1..=most).contains(&number) {
                return None;
            }
            let (mention, used) = lasting(after, number * days)?;
            return Some((mention, length + blank + unit.len() + used));
        }
    }
    let after = tail.strip_prefix('일')?;
    let gap = blanks(after);
    let lasts = ["간", "동안", "만", "정도", "쯤", "짜리", "뒤", "후"];
    let says = lasts.iter().any(|p| after[gap..].starts_with(p));
    if !says || !(1..=LONGEST).contains(&number) {
        return None;
    }
    let (mention, used) = lasting(after, number)?;
    Some((mention, length + blank + '일'.len_utf8() + used))
}

/// A length with what follows it: `뒤` and `후` make a day of it. None if it is the beginning of another word.
pub fn lasting(after: &str, days: u64) -> Option<(Mention, usize)> {
    let blank = blanks(after);
    for later in ["뒤", "후"] {
        if after[blank..].starts_with(later) {
            return Some((Mention::Ahead(days), blank + later.len()));
        }
    }
    (ends(after, &AFTER_LENGTH) || after.starts_with('에')).then_some((Mention::Length(days), 0))
}

/// `12월 20일`, `12/20`, `12월 초`, `12월`, of this year or the next unless one is given.
fn dated(text: &str, year: Option<i32>, today: NaiveDate) -> Option<(Mention, usize)> {
    if let Some(((month, day), used)) = month_day(text, year.is_some()) {
        return Some((Mention::Day(near(year, month, day, today)?), used));
    }
    let (month, length) = digits(text)?;
    let blank = blanks(&text[length..]);
    let behind = text[length + blank..].strip_prefix('월')?;
    let month = u32::try_from(month).ok()?;
    let mut first = NaiveDate::from_ymd_opt(year.unwrap_or(today.year()), month, 1)?;
    if year.is_none() && first < today.with_day(1)? {
        first = first + Months::new(12);
    }
    let (mention, used) = within_month(behind, first, today);
    Some((mention, length + blank + '월'.len_utf8() + used))
}

fn near(year: Option<i32>, month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    let date = NaiveDate::from_ymd_opt(year.unwrap_or(today.year()), month, day);
    match date {
        Some(date) if year.is_none() && date + Days::new(JUST_PAST) < today => {
            NaiveDate::from_ymd_opt(today.year() + 1, month, day)
        }
        date => date,
    }
}

/// What of a month is meant: `초`, `중순`, `말`, one day of it, or all that is left of it. `first` is its first day.
pub fn within_month(after: &str, first: NaiveDate, today: NaiveDate) -> (Mention, usize) {
    let last = first + Months::new(1) - Days::new(1);
    let blank = blanks(after);
    let tail = &after[blank..];
    let third = |from: NaiveDate, to: NaiveDate| Mention::Period(from.max(today).min(to), to);
    for (word, mention) in [
        ("초", third(first, first + Days::new(9))),
        ("중순", third(first + Days::new(10), first + Days::new(19))),
        ("하순", third(first + Days::new(20), last)),
        ("말", Mention::Day(last)),
    ] {
        if tail.starts_with(word) {
            return (mention, blank + word.len());
        }
    }
    if let Some((Mention::DayOfMonth(number), used)) = day_number(tail)
        && let Some(day) = first.with_day(number)
    {
        return (Mention::Day(day), blank + used);
    }
    (Mention::Period(first.max(today), last), 0)
}

/// `20일`; of `20~25일` the 20.
fn day_number(text: &str) -> Option<(Mention, usize)> {
    let (number, length) = digits(text)?;
    let number = u32::try_from(number)
        .ok()
        .filter(|n| (1..=31).contains(n))?;
    let after = &text[length..];
    let used = match after.strip_prefix('일') {
        Some(behind) if ends(behind, &AFTER_DATE) => length + '일'.len_utf8(),
        Some(_) => return None,
        None => {
            let mark = after.chars().next().filter(|c| is_range(*c))?;
            let behind = &after[mark.len_utf8()..];
            let (last, second) = digits(behind)?;
            let whole = behind[second..].starts_with('일') && last > u64::from(number);
            whole.then_some(length)?
        }
    };
    Some((Mention::DayOfMonth(number), used))
}

/// The end of a range that has begun, which needs no unit: the `25` of `12/20~25`, the `12.25` of `12.20~12.25`.
pub fn range_end(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    if let Some(((month, day), used)) = month_day(text, true) {
        return Some((Mention::Day(near(None, month, day, today)?), used));
    }
    let (number, length) = digits(text)?;
    let number = u32::try_from(number)
        .ok()
        .filter(|n| (1..=31).contains(n))?;
    ends(&text[length..], &["까지"]).then_some((Mention::DayOfMonth(number), length))
}

/// `12월 20일`, `12/20`, `12-20`, `12.20` with the length in bytes. What could as well be another number (`4.5점`,
/// `10-20대`) counts only with a particle behind it, or a year before it.
fn month_day(text: &str, year: bool) -> Option<((u32, u32), usize)> {
    let (month, first) = digits(text)?;
    let after = &text[first..];
    let blank = blanks(after);
    let mark = ["월", "/", "-", "."]
        .into_iter()
        .find(|m| after[blank..].starts_with(m))?;
    if blank > 0 && mark != "월" {
        return None;
    }
    let behind = &after[blank + mark.len()..];
    let skip = if mark == "월" || year {
        blanks(behind)
    } else {
        0
    };
    let (day, second) = digits(&behind[skip..])?;
    let mut used = first + blank + mark.len() + skip + second;
    let rest = &text[used..];
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day);
    match rest.strip_prefix('일') {
        Some(_) if mark == "-" && !year => return None,
        Some(_) => used += '일'.len_utf8(),
        // `12월 20~25일`
        None if mark == "월" => {
            rest.chars().next().filter(|c| is_range(*c))?;
        }
        None => {
            let said = ["까지", "부터", "에", "(", "~", "∼", "〜", "–", " ~", " -"];
            let plain = mark == "/" && ends(rest, &[]) || year;
            if !plain && !said.iter().any(|p| rest.starts_with(p)) {
                return None;
            }
        }
    }
    valid.then_some(((u32::try_from(month).ok()?, u32::try_from(day).ok()?), used))
}

fn digits(text: &str) -> Option<(u64, usize)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=4)
        .contains(&length)
        .then(|| text[..length].parse().ok().map(|n| (n, length)))
        .flatten()
}
