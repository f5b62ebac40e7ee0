//! Days as they are spoken in Korean (`내일`, `다음 주 금요일`, `이번 달 말`, `보름 동안`), relative to today in Seoul.

use super::date_particles::{blanks, ends, is_dated, starts_particle};
use super::{date_numerals, named_days};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// Something a sentence says about days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mention {
    Day(NaiveDate),
    /// A day of a month that was named before, or of this one.
    DayOfMonth(u32),
    Period(NaiveDate, NaiveDate),
    /// So many days long.
    Length(u64),
    /// So many days from now.
    Ahead(u64),
}

/// The mention that begins exactly here, and its length in bytes. What comes again and again (`주말마다`, `일주일에
/// 두 번`) is none.
pub fn mention(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    let found = relative_day(text, today)
        .or_else(|| week(text, today))
        .or_else(|| lone_weekday(text, today))
        .or_else(|| month(text, today))
        .or_else(|| word_length(text))
        .or_else(|| date_numerals::numbered(text, today))
        .or_else(|| named_days::named(text, today))?;
    let after = &text[found.1..];
    let rate = matches!(found.0, Mention::Length(_)) && starts_particle(after, &["에"]);
    (!after.starts_with("마다") && !rate).then_some(found)
}

/// How far a habit or a time that is over reaches: `매주 금요일`, `지난 주말`, `최근 3개월`. Nothing in it is a date of
/// the event.
pub fn other_time(text: &str, today: NaiveDate) -> Option<usize> {
    const WORDS: [&str; 9] = [
        "매주", "매달", "매월", "매년", "매일", "지난", "저번", "최근", "작년",
    ];
    WORDS.iter().find(|w| text.starts_with(**w))?;
    let word = text.find(char::is_whitespace).unwrap_or(text.len());
    let next = word + blanks(&text[word..]);
    let named = mention(&text[next..], today).map_or(0, |(_, length)| length);
    // `지난 주말` without a particle is no date by itself.
    let weekend = if text[next..].starts_with("주말") {
        "주말".len()
    } else {
        0
    };
    Some(match named.max(weekend) {
        0 => word,
        length => next + length,
    })
}

fn relative_day(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    if text.starts_with("지금부터") {
        return Some((Mention::Day(today), "지금".len()));
    }
    let (word, days) = [
        ("내일모레", 2),
        ("오늘", 0),
        ("내일", 1),
        ("모레", 2),
        ("글피", 3),
    ]
    .into_iter()
    .find(|(word, _)| text.starts_with(word))?;
    // `오늘의 메뉴` and `오늘도` say nothing about the event.
    let particles = ["부터", "까지", "에", "은", "는", "만", "하루", "이나"];
    ends(&text[word.len()..], &particles)
        .then(|| (Mention::Day(today + Days::new(days)), word.len()))
}

fn monday(today: NaiveDate) -> NaiveDate {
    today - Days::new(u64::from(today.weekday().num_days_from_monday()))
}

fn week(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    const WORDS: [(&str, u64); 9] = [
        ("다다음 주", 2),
        ("다다음주", 2),
        ("다음 주", 1),
        ("다음주", 1),
        ("담주", 1),
        ("차주", 1),
        ("이번 주", 0),
        ("이번주", 0),
        ("금주", 0),
    ];
    let this = monday(today);
    if let Some((word, weeks)) = WORDS.into_iter().find(|(word, _)| text.starts_with(word)) {
        let monday = this + Days::new(7 * weeks);
        let after = &text[word.len()..];
        let blank = blanks(after);
        let tail = &after[blank..];
        // `이번 주말` and `이번 주 주말`
        for weekend in ["주말", "말"] {
            if tail.starts_with(weekend) && (weekend == "주말" || blank == 0) {
                return Some((
                    weekend_of(monday, today),
                    word.len() + blank + weekend.len(),
                ));
            }
        }
        for workdays in ["평일", "주중"] {
            if tail.starts_with(workdays) {
                let friday = monday + Days::new(4);
                let period = Mention::Period(monday.max(today).min(friday), friday);
                return Some((period, word.len() + blank + workdays.len()));
            }
        }
        let (mention, length) = weekdays(tail, monday, today)
            .unwrap_or((Mention::Period(monday.max(today), monday + Days::new(6)), 0));
        let blank = if length > 0 { blank } else { 0 };
        return Some((mention, word.len() + blank + length));
    }
    for (word, weeks) in [("이번 ", 0), ("오는 ", 0), ("돌아오는 ", 0), ("다음 ", 1)] {
        let Some(tail) = text.strip_prefix(word) else {
            continue;
        };
        let (mention, length) = weekdays(tail, this + Days::new(7 * weeks), today)?;
        return Some((mention, word.len() + length));
    }
    // A bare weekend is what the event is about, more often than when it is: `주말 손님`.
    let after = text.strip_prefix("주말")?;
    is_dated(after).then(|| (weekend_of(this, today), "주말".len()))
}

fn weekend_of(monday: NaiveDate, today: NaiveDate) -> Mention {
    Mention::Period((monday + Days::new(5)).max(today), monday + Days::new(6))
}

/// `금요일` or `금토일` of the week of this Monday; a day that is over is that of the next week.
fn weekdays(text: &str, monday: NaiveDate, today: NaiveDate) -> Option<(Mention, usize)> {
    let day = |index: u32| monday + Days::new(u64::from(index));
    if let Some((weekday, length)) = weekday(text) {
        let day = day(weekday.num_days_from_monday());
        let day = if day < today { day + Days::new(7) } else { day };
        return Some((Mention::Day(day), length));
    }
    let row: Vec<u32> = text.chars().map_while(weekday_index).collect();
    let rising = row.len() >= 2 && row.windows(2).all(|w| w[0] + 1 == w[1]);
    let length = row.len() * '월'.len_utf8();
    if !rising || !ends(&text[length..], &["에", "부터", "까지", "동안"]) {
        return None;
    }
    let (first, last) = (day(row[0]), day(row[row.len() - 1]));
    (last >= today).then(|| (Mention::Period(first.max(today), last), length))
}

fn weekday_index(c: char) -> Option<u32> {
    "월화수목금토일"
        .chars()
        .position(|d| d == c)
        .and_then(|index| u32::try_from(index).ok())
}

fn weekday(text: &str) -> Option<(Weekday, usize)> {
    let first = text.chars().next()?;
    let index = weekday_index(first)?;
    text[first.len_utf8()..].starts_with("요일").then(|| {
        let weekday = Weekday::try_from(u8::try_from(index).unwrap_or(0)).unwrap_or(Weekday::Mon);
        (weekday, first.len_utf8() + "요일".len())
    })
}

/// The next such day; without a particle it is what the event is about: `월요일 손님`.
fn lone_weekday(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    let (weekday, length) = weekday(text)?;
    let ahead = (7 + weekday.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
    let after = &text[length..];
    let joined = ["과 ", ", ", ",", "·", "하고 "].iter().any(|p| {
        after
            .strip_prefix(p)
            .is_some_and(|next| self::weekday(next).is_some())
    });
    (joined || is_dated(after)).then(|| (Mention::Day(today + Days::new(u64::from(ahead))), length))
}

fn month(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    let this = today.with_day(1)?;
    for (word, months) in [
        ("다다음 달", 2),
        ("다음 달", 1),
        ("다음달", 1),
        ("담달", 1),
        ("이번 달", 0),
        ("이번달", 0),
        ("이달", 0),
    ] {
        if let Some(after) = text.strip_prefix(word) {
            let (mention, used) =
                date_numerals::within_month(after, this + Months::new(months), today);
            return Some((mention, word.len() + used));
        }
    }
    text.starts_with("월말").then(|| {
        let last = this + Months::new(1) - Days::new(1);
        (Mention::Day(last), "월말".len())
    })
}

fn word_length(text: &str) -> Option<(Mention, usize)> {
    const WORDS: [(&str, u64); 22] = [
        ("일주일", 7),
        ("이주일", 14),
        ("한 주", 7),
        ("두 주", 14),
        ("두주", 14),
        ("세 주", 21),
        ("세주", 21),
        ("네 주", 28),
        ("한 달 반", 45),
        ("한 달", 30),
        ("한달", 30),
        ("두 달", 60),
        ("두달", 60),
        ("세 달", 90),
        ("석 달", 90),
        ("보름", 15),
        ("열흘", 10),
        ("닷새", 5),
        ("나흘", 4),
        ("사흘", 3),
        ("이틀", 2),
        ("하루", 1),
    ];
    let (word, days) = WORDS.into_iter().find(|(word, _)| text.starts_with(word))?;
    let after = &text[word.len()..];
    // `하루 10명` and `하루 매출` are rates.
    let one_day = ["동안", "만", "간", "짜리", "이벤트", "행사"];
    if days == 1
        && !(after.trim().is_empty() || one_day.iter().any(|p| after.trim_start().starts_with(p)))
    {
        return None;
    }
    date_numerals::lasting(after, days).map(|(mention, used)| (mention, word.len() + used))
}
