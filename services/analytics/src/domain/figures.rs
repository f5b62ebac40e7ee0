//! How figures are written for people, in Korean.

use chrono::{DateTime, NaiveDate, Utc};
use janchi_runtime::seoul;

/// What stands for a number that nobody knows.
pub const UNKNOWN: &str = "모름";
/// What stands for a number that cannot be worked out: there is nothing to divide by.
pub const NONE: &str = "–";

/// `12345` as `12,345`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(1 + digits.len() + digits.len() / 3);
    if number < 0 {
        out.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// An amount in KRW.
pub fn won(amount: i64) -> String {
    format!("{}원", grouped(amount))
}

/// So many people.
pub fn people(count: i64) -> String {
    format!("{}명", grouped(count))
}

/// Percent with the places it comes with.
pub fn percent(value: f64) -> String {
    let text = value.abs().to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole
        .parse()
        .map_or_else(|_| whole.to_owned(), |n: i64| grouped(n));
    let sign = if value < 0.0 { "-" } else { "" };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{rest}%")
}

/// The date.
pub fn day(day: NaiveDate) -> String {
    day.format("%Y년 %-m월 %-d일").to_string()
}

/// Date and time in Seoul, to the minute.
pub fn minute(at: DateTime<Utc>) -> String {
    seoul::local(at)
        .format("%Y년 %-m월 %-d일 %H:%M")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::{grouped, minute, percent};

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(12_345), "12,345");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(-123), "-123");
        assert_eq!(grouped(-80_000), "-80,000");
    }

    #[test]
    fn percent_keeps_its_places() {
        assert_eq!(percent(6.0), "6%");
        assert_eq!(percent(-100.0), "-100%");
        assert_eq!(percent(-0.25), "-0.25%");
        assert_eq!(percent(12_345.6), "12,345.6%");
    }

    #[test]
    fn times_are_seouls() {
        let at = "2026-11-22T15:04:59Z".parse().unwrap();
        assert_eq!(minute(at), "2026년 11월 23일 00:04");
    }
}
