//! The codes that prove a visit: on the shop's counter six digits that change every half minute; on paper six letters
//! that change every day.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use janchi_draw::Numbers;
use janchi_runtime::seoul;

use super::entry::ALPHABET;

/// A day's paper is good so long into the night after it, in hours: some shops close late.
const NIGHT: i64 = 6;
const LETTERS: usize = 6;

/// How a visit was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Counter,
    Paper,
}

/// What `typed` proves at this moment, if anything.
pub fn check(secret: &[u8; 32], typed: &str, now: DateTime<Utc>) -> Option<Proof> {
    let counter = accepts(secret, typed, now);
    let paper = accepts_paper(secret, typed, now);
    match (counter, paper) {
        (true, _) => Some(Proof::Counter),
        (false, true) => Some(Proof::Paper),
        (false, false) => None,
    }
}

/// The day's code, to be printed, as `K7M-D3F`.
pub fn day_code(secret: &[u8; 32], day: NaiveDate) -> String {
    let code = letters(secret, day);
    format!("{}-{}", &code[..LETTERS / 2], &code[LETTERS / 2..])
}

fn letters(secret: &[u8; 32], day: NaiveDate) -> String {
    let number = u64::from(day.num_days_from_ce().unsigned_abs());
    let key = janchi_draw::final_key(secret, "day-code", 0, &[0; 32], number, &[0; 32]);
    let mut numbers = Numbers::new(&key);
    (0..LETTERS)
        .map(|_| char::from(ALPHABET[numbers.below(ALPHABET.len() as u64) as usize]))
        .collect()
}

fn accepts_paper(secret: &[u8; 32], typed: &str, now: DateTime<Utc>) -> bool {
    let typed: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let fits = |at| constant_time_eq(letters(secret, seoul::day(at)).as_bytes(), typed.as_bytes());
    fits(now) | fits(now - TimeDelta::hours(NIGHT))
}

/// How long one code is shown, in seconds.
const SHOWN: i64 = 30;

/// The code of the half minute in which `at` falls.
pub fn code_at(secret: &[u8; 32], at: DateTime<Utc>) -> String {
    code(secret, half_minute(at))
}

/// When the code of `at` is replaced.
pub fn replaced_at(at: DateTime<Utc>) -> DateTime<Utc> {
    let seconds = (half_minute(at) + 1) * SHOWN;
    DateTime::from_timestamp(seconds, 0).unwrap_or(at)
}

/// Whether `typed` is the code of now or of the half minute before, which the entrant may still be typing.
pub fn accepts(secret: &[u8; 32], typed: &str, now: DateTime<Utc>) -> bool {
    let typed: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    let current = half_minute(now);
    let fits = |moment| constant_time_eq(code(secret, moment).as_bytes(), typed.as_bytes());
    fits(current) | fits(current - 1)
}

fn half_minute(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(SHOWN)
}

fn code(secret: &[u8; 32], moment: i64) -> String {
    let key = janchi_draw::final_key(
        secret,
        "visit-code",
        0,
        &[0; 32],
        moment.unsigned_abs(),
        &[0; 32],
    );
    format!("{:06}", Numbers::new(&key).below(1_000_000))
}

fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (x, y)| differs | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::{Proof, accepts, check, code_at, day_code, replaced_at};
    use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    #[test]
    fn the_paper_is_good_for_its_day_and_the_night_after() {
        let secret = [4; 32];
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let paper = day_code(&secret, day);
        assert_eq!(paper.len(), 7);
        let midnight = DateTime::parse_from_rfc3339("2026-11-22T00:00:00+09:00")
            .unwrap()
            .to_utc();
        for good in [0, 12, 23, 29] {
            let at = midnight + TimeDelta::hours(good);
            let typed = paper.to_lowercase().replace('-', " ");
            assert_eq!(
                check(&secret, &typed, at),
                Some(Proof::Paper),
                "hour {good}"
            );
        }
        for bad in [-1, 31, 48] {
            assert_eq!(
                check(&secret, &paper, midnight + TimeDelta::hours(bad)),
                None
            );
        }
        assert_eq!(check(&[5; 32], &paper, midnight), None, "another shop's");
        let shown = code_at(&secret, midnight);
        assert_eq!(check(&secret, &shown, midnight), Some(Proof::Counter));
    }

    #[test]
    fn a_code_is_good_for_its_half_minute_and_the_next() {
        let secret = [4; 32];
        let shown = code_at(&secret, at(3));
        assert_eq!(shown.len(), 6);
        for second in [0, 29, 30, 59] {
            assert!(accepts(&secret, &shown, at(second)), "after {second} s");
        }
        for second in [-1, 60, 3600] {
            assert!(!accepts(&secret, &shown, at(second)), "after {second} s");
        }
        assert!(accepts(
            &secret,
            &format!("{} {}", &shown[..3], &shown[3..]),
            at(3)
        ));
        assert!(
            !accepts(&[5; 32], &shown, at(3)),
            "the code of another shop"
        );
        assert!(!accepts(&secret, "", at(3)));
        assert_eq!(replaced_at(at(3)), at(30));
    }
}
