//! Days that people call by their names: `크리스마스`, `추석 연휴`.

use super::calendar;
use super::date_mentions::Mention;
use super::date_particles::{blanks, is_dated};
use chrono::{Datelike, Days, NaiveDate};

/// A named day counts as a date only with a particle behind it (`까지`, `부터`, `에`); else it is what the event is
/// about.
pub fn named(text: &str, today: NaiveDate) -> Option<(Mention, usize)> {
    for (word, name) in [
        ("추석 연휴", "추석"),
        ("추석연휴", "추석"),
        ("설 연휴", "설날"),
        ("설연휴", "설날"),
        ("설날 연휴", "설날"),
    ] {
        if let Some(after) = text.strip_prefix(word) {
            let day = lunar(name, today)?;
            let holidays = Mention::Period((day - Days::new(1)).max(today), day + Days::new(1));
            return is_dated(after).then_some((holidays, word.len()));
        }
    }
    let fixed = |month, day| {
        NaiveDate::from_ymd_opt(today.year(), month, day)
            .filter(|d| *d >= today)
            .or_else(|| NaiveDate::from_ymd_opt(today.year() + 1, month, day))
    };
    let (word, day) = [
        ("크리스마스 이브", fixed(12, 24)),
        ("크리스마스이브", fixed(12, 24)),
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
        ("스승의 날", fixed(5, 15)),
        ("설날", lunar("설날", today)),
        ("추석", lunar("추석", today)),
    ]
    .into_iter()
    .find(|(word, _)| text.starts_with(word))?;
    let after = &text[word.len()..];
    let blank = blanks(after);
    for before in ["전날", "전"] {
        let said = after[blank..].strip_prefix(before);
        if said.is_some_and(|rest| rest.starts_with("까지")) {
            let eve = day? - Days::new(1);
            return Some((Mention::Day(eve), word.len() + blank + before.len()));
        }
    }
    // The end of the year is a day only as an end.
    if word == "연말" && !after[blank..].starts_with("까지") {
        return None;
    }
    let dated = is_dated(after) || after[blank..].starts_with("당일");
    dated.then_some((Mention::Day(day?), word.len()))
}

fn lunar(name: &str, today: NaiveDate) -> Option<NaiveDate> {
    [today.year(), today.year() + 1]
        .into_iter()
        .flat_map(calendar::holidays)
        .find(|h| h.name == name && h.date >= today)
        .map(|h| h.date)
}
